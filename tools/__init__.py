"""Tools for developers of Stepdown; not installed."""
