"""A proposed roster made legal: whoever it wrongs is placed anew, with everybody else where the proposal has them."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.model.desk import Desk
from scheduler.model.extract import to_roster
from scheduler.model.parts import Chosen, Part
from scheduler.roster import Roster
from scheduler.rule import Violation
from scheduler.terms import Handle
from scheduler.verify import judge

MOST_STEPS = 8
STEP_SECONDS = 3.0
PER_NEED = 48
ALSO = 4
"""Others placed anew beside those concerned, more with every step: somebody may have to make room."""


def mend(desk: Desk, proposed: Iterable[Handle]) -> bool:
    """Make a proposal legal and keep it if it is better than the best roster; returns whether it was kept."""
    chosen: Chosen = desk.empty() | frozenset(proposed)
    for number in range(MOST_STEPS):
        roster = to_roster(desk.case, desk.candidates, desk.in_order(chosen))
        if roster is None or desk.best is None or desk.clock.is_over():
            return False
        verdict = judge(desk.case, roster, desk.rules)
        if not verdict.violations:
            if desk.take(chosen, is_guess=True):
                return True
            people, groups = list(desk.costs(care_only=True, verdict=verdict)), list[str]()
            if verdict.score.care <= desk.best.score.care or not people:
                return False
        else:
            people, groups = _concerned(desk, roster, verdict.violations)
        others = [p for p in desk.participants if p not in people]
        desk.random.shuffle(others)
        people = [p for p in people if p in desk.candidates.visits] + others[: ALSO * (1 + number)]
        step = desk.solve_part(Part(sorted(people), groups, most_per_need=PER_NEED), chosen, STEP_SECONDS)
        if step.is_found:
            chosen = step.applied(chosen)
    return False


def _concerned(desk: Desk, roster: Roster, violations: Iterable[Violation]) -> tuple[list[str], list[str]]:
    """The people a violation names or whose appointments it names, and the groups it names."""
    sessions = {session.id: session for session in roster.sessions}
    people: dict[str, None] = {}
    groups: dict[str, None] = {}
    for violation in violations:
        people |= dict.fromkeys(name for name in violation.about if name in desk.case.participants)
        for session in (sessions[id] for id in violation.sessions if id in sessions):
            if session.group is None:
                people |= dict.fromkeys(booking.participant for booking in session.bookings)
            else:
                groups[session.group] = None
    return list(people), list(groups)
