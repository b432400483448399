"""The lock: made from `pyproject.toml`, and proven to be closed without a network."""
