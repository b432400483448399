"""The process that works for the search on a core of its own: it proves bounds and proposes rosters."""
