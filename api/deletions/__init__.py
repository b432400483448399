"""Deletion of one participant's data after the time for which records are kept, and the record that it was done."""
