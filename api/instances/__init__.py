"""Weeks as instances: export, and import into an empty program."""
