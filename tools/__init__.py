"""Tools for whoever works on Stepdown; nothing of it is installed."""
