"""Routes of `programs`."""
