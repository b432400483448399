"""What held sessions leave open for some participants, found without a model: seats in groups, runs that can be led, free clinicians.

Everything left out here is refused by `clinician_conflict`, `group_size` or `facilitator_ratio` in every roster that differs from this one
for these participants only. A small model refuses it too, but has to be built first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import Enumeration
from scheduler.rule import Rule
from scheduler.rules._clinicians import of_staffing, of_visit, site_of, task
from scheduler.rules.group_size import places, sum_of_places
from scheduler.terms import Run, Staffing, Visit
from scheduler.timegrid import Span
from scheduler.view import PlacedSession, View


def able_to_join(case: Case, view: View, rules: Sequence[Rule], group: str, people: Sequence[str], movable: Collection[str]) -> list[str]:
    """Those of some people who could be in a group with seats and a leader, while everyone is held who is not movable."""
    enumeration = Enumeration(case, rules)
    runs = tuple(enumeration.runs(group))
    candidates = enumeration.candidates({p: tuple(enumeration.places(p, runs)) for p in people}, runs)
    leave_out_excluded(candidates, view, movable, {g for p in movable for g in case.groups if case.care.is_ordered(p, g)})
    return [p for p in people if candidates.visits[p]]


def leave_out_excluded(candidates: Candidates, view: View, movable: Collection[str], groups: Collection[str | None]) -> None:
    """Leave out the options of movable participants that sessions of the others exclude.

    Args:
        groups: Those whose leaders may change.
    """
    held = _HeldSessions(candidates, view, movable, groups)
    runs = [run for run in candidates.runs if held.may_meet(run)]
    candidates.staffings |= {run: held.staffings(run) for run in runs}
    candidates.runs = tuple(run for run in runs if candidates.staffings[run])
    held.places = {(run.group, run.span) for run in candidates.runs}
    candidates.visits = {p: tuple(filter(held.is_open, visits)) for p, visits in candidates.visits.items()}


class _HeldSessions:
    """The sessions of a roster that stay while some participants are placed again.

    Attributes:
        places: The groups and times that are left.
    """

    def __init__(self, candidates: Candidates, view: View, movable: Collection[str], groups: Collection[str | None]) -> None:
        self._candidates, self._view, self._movable = candidates, view, movable
        self._busy: dict[str, list[Span]] = {}
        for placed in view.placed:
            if not self._may_change(placed, groups):
                mine = task(view.case, placed.span, site_of(placed), placed.session.group)
                for clinician in placed.session.facilitators:
                    self._busy.setdefault(clinician, []).append(mine.occupied)
        self._is_free: dict[tuple[str | None, Span], bool] = {}
        self._has_seats: dict[tuple[str, str], bool] = {}
        self.places: Collection[tuple[str, Span]] = ()

    def _may_change(self, placed: PlacedSession, groups: Collection[str | None]) -> bool:
        """Whether a session may end or get other clinicians."""
        if placed.session.group is None:
            return any(p in self._movable for p in placed.participants())
        return placed.session.group in groups or len(placed.session.facilitators) > 1

    def _stayers(self, group: str) -> list[str]:
        """The participants who stay in a group."""
        placed = self._view.by_group.get(group)
        return [] if placed is None else [p for p in placed.participants() if p not in self._movable]

    def may_meet(self, run: Run) -> bool:
        """Whether a group may meet at a time: one that somebody stays in does not move."""
        return not self._stayers(run.group) or self._view.by_group[run.group].run == run

    def staffings(self, run: Run) -> tuple[Staffing, ...]:
        """The clinicians who may lead a run: those who do, and those with time."""
        placed = self._view.by_group.get(run.group)
        leading = placed.session.facilitators if placed is not None and placed.run == run else ()
        return tuple(
            s
            for s in self._candidates.staffings[run]
            if s.clinician in leading or self._has_time(s.clinician, of_staffing(self._view.case, s).occupied)
        )

    def is_open(self, visit: Visit) -> bool:
        """Whether a visit of a movable participant is possible."""
        if visit in self._candidates.past:
            return True
        if visit.group is None:
            return self._has_time(visit.clinician, of_visit(self._view.case, visit).occupied)
        return (visit.group, visit.span) in self.places and self._has_seat(visit.participant, visit.group)

    def _has_time(self, clinician: str | None, occupied: Span) -> bool:
        key = clinician, occupied
        if key not in self._is_free:
            self._is_free[key] = not any(map(occupied.overlaps, self._busy.get(clinician or "", ())))
        return self._is_free[key]

    def _has_seat(self, participant: str, group: str) -> bool:
        """Whether there is a seat beside those who stay, for a participant and for the guests who must come."""
        key = participant, group
        if key not in self._has_seats:
            case, people = self._view.case, [*self._stayers(group), participant]
            self._has_seats[key] = sum_of_places(case, group, people) <= places(case, group)
        return self._has_seats[key]
