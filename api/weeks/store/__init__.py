"""Acts and queries of `weeks`."""
