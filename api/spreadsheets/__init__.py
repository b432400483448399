"""Weeks and rosters as workbooks, and workbooks taken over."""
