"""Consents: given, in force, withdrawn."""
