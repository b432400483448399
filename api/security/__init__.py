"""Who may do what: users, roles, sessions, keys, and the checks in front of every route."""
