"""Acts and queries of `calls`."""
