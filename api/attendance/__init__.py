"""Attendance, and the minutes ordered, scheduled, delivered and billable."""
