"""The options of the people concerned by one remedy to a disruption; all their other bookings are held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rule import Rule
from scheduler.rules.published_change import Identity, identity
from scheduler.terms import Housing, Run, Staffing, Visit
from scheduler.view import PlacedSession, View

RemedyKind = Literal["same_time", "online", "other_time", "any", "cancel"]
"""At the same times with others or in other rooms; online at the same times; at other times; any of these; not at all."""

Enumerations = dict[tuple[int, tuple[str, ...]], Candidates]
"""Candidates by case and participants, since several remedies choose among the same."""


@dataclass(frozen=True)
class Options:
    """What one remedy may use.

    Attributes:
        kind: The remedy.
        lost: The published bookings that cannot be kept as they are.
        groups: The groups whose sessions are lost, with their published runs.
        view: The roster without them.
        enumerations: Candidates enumerated for other remedies.
    """

    kind: RemedyKind
    lost: Mapping[Identity, Visit]
    groups: Mapping[str, Run]
    view: View
    enumerations: Enumerations = field(default_factory=dict)

    def enumerate_for(self, case: Case, rules: Sequence[Rule], people: Sequence[str]) -> Candidates:
        """The candidates of some participants that this remedy may use."""
        key = id(case), tuple(people)
        if key not in self.enumerations:
            self.enumerations[key] = enumerate_candidates(case, rules, people)
        every = self.enumerations[key]
        staffings, housings = dict(every.staffings), dict(every.housings)
        for run, placed in self._runs.items():
            own = list(self.view.handles_of(placed))
            staffings[run] = tuple(h for h in own if isinstance(h, Staffing))
            housings[run] = tuple(h for h in own if isinstance(h, Housing))
        runs = {run: None for run in every.runs if self._admits_run(run)}
        return replace(
            every,
            runs=tuple(runs),
            staffings={run: staffings[run] for run in runs} | {run: staffings[run] for run in self._runs},
            housings={run: housings[run] for run in runs} | {run: housings[run] for run in self._runs},
            visits={person: tuple(v for v in visits if self._admits(v, runs)) for person, visits in every.visits.items()},
        )

    def is_open(self, handle: Visit | Run | Staffing | Housing) -> bool:
        """Whether a candidate may change: all that is not in the roster without the lost bookings."""
        if isinstance(handle, Visit):
            return handle not in self._booked
        return (handle if isinstance(handle, Run) else handle.run) not in self._runs

    @cached_property
    def _runs(self) -> dict[Run, PlacedSession]:
        return {placed.run: placed for placed in self.view.runs}

    @cached_property
    def _booked(self) -> frozenset[Visit]:
        return frozenset(visit for visits in self.view.visits.values() for visit in visits)

    @cached_property
    def _services(self) -> frozenset[tuple[str, str]]:
        """The participants who lose a group place, with its service."""
        return frozenset((visit.participant, visit.service) for visit in self.lost.values() if visit.group is not None)

    def _admits_run(self, run: Run) -> bool:
        published = self.groups.get(run.group)
        if published is None:
            return run in self._runs
        return self._is_time(run.span == published.span)

    def _admits(self, visit: Visit, runs: Collection[Run]) -> bool:
        published = self.lost.get(identity(visit))
        if published is None:
            return visit in self._booked or self._is_made_up(visit)
        if self.kind == "online" and visit.mode != "telehealth":
            return False
        if self.kind == "same_time" and visit.mode != published.mode:
            return False
        return self._is_time(visit.span == published.span)

    def _is_time(self, is_same: bool) -> bool:
        return self.kind == "any" or is_same == (self.kind != "other_time")

    def _is_made_up(self, visit: Visit) -> bool:
        """Whether a visit makes up for a lost group place, in another group that meets anyway."""
        is_other = visit.group is not None and visit.group not in self.groups and self.kind in ("other_time", "any")
        return is_other and (visit.participant, visit.service) in self._services


def lost_items(view: View, people_by_session: Mapping[str, Iterable[str]]) -> tuple[dict[Identity, Visit], dict[str, Run]]:
    """The bookings of some participants by session, and the groups all of whose bookings these are."""
    lost: dict[Identity, Visit] = {}
    groups: dict[str, Run] = {}
    for id, people in people_by_session.items():
        placed, chosen = view.by_id[id], frozenset(people)
        lost |= {identity(visit): visit for visit in view.visits_in(placed) if visit.participant in chosen}
        if placed.session.group is not None and chosen.issuperset(placed.participants()):
            groups[placed.session.group] = placed.run
    return lost, groups
