"""Changes and queries of visits."""
