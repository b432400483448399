"""Changes and queries of programs."""
