"""Weeks and rosters as workbooks, and the import of workbooks."""
