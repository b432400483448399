"""The audit trail: who changed or viewed what, and when; never the content."""
