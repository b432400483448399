"""Access control: users, roles, sessions, API keys, and the checks in front of every route."""
