"""Routes of weeks."""
