"""Barriers: what keeps a session from being held, looked at for one participant as if nobody else were in the program.

Validation uses them to warn of what nobody can give, explanations to say why care is unmet, fixes to find what would help.
"""

from __future__ import annotations

from scheduler.barriers.appointments import need_barriers
from scheduler.barriers.barrier import Barrier, all_of
from scheduler.barriers.meetings import group_barriers, nearness, not_ordered, once_a_week, run_barriers
from scheduler.barriers.never import has_time, never_barriers
from scheduler.barriers.own_week import OwnWeek, program_of
from scheduler.barriers.staff import available, substitutes

__all__ = [
    "Barrier",
    "OwnWeek",
    "all_of",
    "available",
    "group_barriers",
    "has_time",
    "nearness",
    "need_barriers",
    "never_barriers",
    "not_ordered",
    "once_a_week",
    "program_of",
    "run_barriers",
    "substitutes",
]
