"""Calendars of busy time, taken over into people's hours."""
