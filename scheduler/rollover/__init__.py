"""From one week to the next: what a roster leaves behind, and the changes people enter by word of mouth.

:func:`roll_over` makes next week's instance from a week and its roster; :func:`resume` makes the rest of the same week. The functions of
``changes`` enter an absence, a closure, an admission or a discharge. Nothing here decides about care: phases, levels and statuses stay as
people set them.
"""

from scheduler.rollover.changes import admit, close, discharge, give_leave
from scheduler.rollover.week import RolledWeek, resume, roll_over

__all__ = ["RolledWeek", "admit", "close", "discharge", "give_leave", "resume", "roll_over"]
