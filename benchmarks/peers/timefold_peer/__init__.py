"""Timefold (community edition) on its own model: from the greedy roster, a construction heuristic, then late acceptance.

Needs the extra `peers` and Java 17. Rooms, lunch, rest, licenses and intake are not in its model: rooms are given out afterwards, the
smallest that fits first, what breaks a rule is left out, and the roster is filled up again before scoring.
"""

from __future__ import annotations

from benchmarks.answer import Answer, NotAvailableError
from scheduler.instance import Instance
from scheduler.result import SolveLimits


def solve(instance: Instance, limits: SolveLimits) -> Answer:
    """Run Timefold for what is left of the limit after building."""
    try:
        import timefold.solver  # noqa: F401
    except ImportError:
        raise NotAvailableError("install the extra `peers`") from None
    from benchmarks.peers.timefold_peer.run import run

    return run(instance, limits)
