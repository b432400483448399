"""Contacts: how to reach people, and whether that is allowed today."""
