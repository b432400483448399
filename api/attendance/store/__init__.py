"""Changes and queries of attendance."""
