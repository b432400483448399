"""Acts and queries of `accounts`."""
