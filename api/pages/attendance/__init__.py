"""Attendance: the sessions of a day, the sheet of each, calls after missed sessions, and sheets to print for signatures."""
