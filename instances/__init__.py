"""The instance catalogue: how every file is made, and how its best roster is recorded."""
