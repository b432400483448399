"""Repair a proposed roster: participants concerned by violations are re-placed, and everyone else stays as proposed."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.model.extract import to_roster
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood, Solution
from scheduler.roster import Roster
from scheduler.rule import Violation
from scheduler.terms import Handle
from scheduler.verify import judge

MOST_STEPS = 8
STEP_SECONDS = 3.0
PER_NEED = 48
ALSO = 4
"""Number of other participants re-placed with those concerned, growing with every step, because someone may have to make room."""


def repair(state: SearchState, proposed: Iterable[Handle]) -> bool:
    """Make a proposal legal and keep it if it is better than the best roster; return whether it was kept."""
    solution: Solution = state.empty() | frozenset(proposed)
    for number in range(MOST_STEPS):
        roster = to_roster(state.case, state.candidates, state.in_order(solution))
        if roster is None or state.best is None:
            return False
        verdict = judge(state.case, roster, state.rules)
        if not verdict.violations:
            if state.take(solution, is_guess=True):
                return True
            people, groups = list(state.costs(care_only=True, verdict=verdict)), list[str]()
            if verdict.score.care <= state.best.score.care or not people:
                return False
        else:
            people, groups = _concerned(state, roster, verdict.violations)
        if state.clock.is_over():
            return False
        others = [p for p in state.participants if p not in people]
        state.random.shuffle(others)
        people = [p for p in people if p in state.candidates.visits] + others[: ALSO * (1 + number)]
        step = state.destroy_and_repair(Neighbourhood(sorted(people), groups, most_per_need=PER_NEED), solution, STEP_SECONDS)
        if step.has_roster:
            solution = step.applied(solution)
    return False


def _concerned(state: SearchState, roster: Roster, violations: Iterable[Violation]) -> tuple[list[str], list[str]]:
    """The people and groups named in violations, and the people whose appointments are named."""
    sessions = {session.id: session for session in roster.sessions}
    people: dict[str, None] = {}
    groups: dict[str, None] = {}
    for violation in violations:
        people |= dict.fromkeys(name for name in violation.about if name in state.case.participants)
        for session in (sessions[id] for id in violation.sessions if id in sessions):
            if session.group is None:
                people |= dict.fromkeys(booking.participant for booking in session.bookings)
            else:
                groups[session.group] = None
    return list(people), list(groups)
