"""Data for letters."""
