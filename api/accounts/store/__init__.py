"""Changes and queries of accounts."""
