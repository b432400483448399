"""Routes of `accounts`."""
