"""Users, API keys, sessions and the first start."""
