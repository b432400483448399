"""Acts and queries of `visits`."""
