"""Request and response bodies of weeks."""
