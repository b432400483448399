"""Changes and queries of feeds."""
