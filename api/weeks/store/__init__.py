"""Changes and queries of weeks."""
