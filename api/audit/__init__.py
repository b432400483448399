"""The audit trail: who did or saw what, when; never content."""
