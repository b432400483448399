"""A coordinator's way: the least available people first, home track, group places, then appointments beside them. No solver.

`place` makes a roster from nothing; the instance generator makes last weeks with it. `fill_week` fills up what stands and leaves out what
is not legal: the search starts from its roster, and it is a peer in the benchmarks.
"""

from scheduler.greedy.fill import fill_week
from scheduler.greedy.place import place

__all__ = ["fill_week", "place"]
