"""The start page, and signing in and out."""
