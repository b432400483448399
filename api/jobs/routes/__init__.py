"""Routes of `jobs`."""
