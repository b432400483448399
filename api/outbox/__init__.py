"""The outbox: messages to people and programs about changes, delivered at least once."""
