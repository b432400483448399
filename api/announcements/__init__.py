"""Absences that participants announce, accepted or declined by staff."""
