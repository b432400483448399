"""The page on which a new installation gets its first director."""
