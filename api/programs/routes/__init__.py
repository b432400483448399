"""Routes of programs."""
