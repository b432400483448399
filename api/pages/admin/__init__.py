"""Accounts of a program's staff, its API keys, the audit trail, and how to back up: for directors."""
