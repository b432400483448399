"""A whole program as one file, for another system or for the program's own archive."""
