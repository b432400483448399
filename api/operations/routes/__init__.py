"""Routes of `operations`."""
