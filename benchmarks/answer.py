"""Question and answer of an entrant, before the answer is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

from scheduler.instance import Instance
from scheduler.result import SolveLimits
from scheduler.roster import Roster

OURS = "stepdown"
"""Name of our own solver among the entrants."""

MODULES = {"timefold": "timefold_peer"}
"""Entrants whose module is named otherwise, since the package they use has their name."""


class NotAvailableError(Exception):
    """What an entrant needs is not installed."""


class Moment(NamedTuple):
    """Where an entrant stood; None until known. Seconds of wall time since it was given the instance."""

    seconds: float
    care: int | None = None
    preference: int | None = None
    care_bound: int | None = None
    preference_bound: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A roster, as its maker sees it.

    Attributes:
        status: In the maker's own words: optimal, feasible, unknown.
        seconds: Wall time until the roster was there, reading and building included.
        build_seconds: Of these, until the search began.
        care_bound: No roster has less unmet care; None: nothing proven.
        unavoidable: Of care and its bound, what no possible session gives.
        preference_bound: No roster with the least unmet care has less; None: nothing proven.
        trace: Every improvement, for those that tell.
    """

    roster: Roster | None
    status: str
    seconds: float
    build_seconds: float = 0.0
    care_bound: int | None = None
    preference_bound: int | None = None
    rounds: int = 0
    unavoidable: int = 0
    trace: Sequence[Moment] = ()


Solve = Callable[[Instance, SolveLimits], Answer]


def entrant(name: str) -> Solve:
    """The function of an entrant; its module is loaded only now, since some need what is not always installed."""
    if name == OURS:
        return solve_ours
    solve: Solve = import_module(f"benchmarks.peers.{MODULES.get(name, name)}").solve
    return solve


def solve_ours(instance: Instance, limits: SolveLimits) -> Answer:
    """Our own solver, in this process, so that its memory is seen."""
    from scheduler.solve import solve

    result = solve(instance, limits, isolate=False)
    found = result.statistics
    return Answer(
        roster=result.roster,
        status=result.status.value,
        seconds=found.seconds,
        build_seconds=found.build_seconds,
        care_bound=None if result.care is None else result.care.bound,
        preference_bound=None if result.preference is None else result.preference.bound,
        rounds=found.rounds,
        unavoidable=0 if result.care is None else result.care.unavoidable,
        trace=[Moment(p.seconds, p.care, p.preference, p.care_bound, p.preference_bound) for p in found.trace],
    )
