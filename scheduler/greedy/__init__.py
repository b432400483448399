"""A coordinator's way: the least available people first, home track, group places, then appointments beside them. No solver.

The search starts from its roster when that is legal, the instance generator makes last weeks with it, and it is a peer in the
benchmarks.
"""

from scheduler.greedy.place import place

__all__ = ["place"]
