"""Acts and queries of `letters`."""
