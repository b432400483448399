"""Acts and queries of `programs`."""
