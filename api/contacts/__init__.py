"""How to reach people, and whether that is allowed today."""
