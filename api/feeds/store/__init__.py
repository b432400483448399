"""Acts and queries of `feeds`."""
