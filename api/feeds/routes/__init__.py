"""Routes of `feeds`."""
