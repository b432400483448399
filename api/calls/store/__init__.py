"""Changes and queries of the call list."""
