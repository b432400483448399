"""Routes of `weeks`."""
