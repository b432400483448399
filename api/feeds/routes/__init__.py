"""Routes of feeds."""
