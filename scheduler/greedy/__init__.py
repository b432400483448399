"""A greedy heuristic that works as a coordinator would: least available people first, home track, group places, then appointments.

`place` builds a roster from scratch; the instance generator uses it for last weeks. `fill_week` completes an existing roster and drops
what is not legal; the search starts from its roster, and it is a baseline in the benchmarks.
"""

from scheduler.greedy.fill import fill_week
from scheduler.greedy.place import place

__all__ = ["fill_week", "place"]
