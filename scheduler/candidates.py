"""The candidates of a week: every run and visit that no rule refuses by itself, and the refusals of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from scheduler.case import Case
from scheduler.columns import CandidateColumns, Ints, SessionColumns, kinds_of, numbered
from scheduler.looks import Looks
from scheduler.terms import AnyOf, Housing, Run, Staffing, Visit
from scheduler.timegrid import DAY, WEEK, Span

DayKind = Literal["service_day", "on_site_day"]
DAY_KINDS: tuple[DayKind, ...] = get_args(DayKind)


@dataclass(eq=False)
class Candidates:
    """The possible runs, visits, staffings and rooms of a case, with refusal counts; `enumeration` makes them.

    Attributes:
        visits: By participant, in a stable order.
        runs: Every possible run that some clinician can facilitate and, on site, some room can hold.
        staffings: By run, the clinicians who may facilitate it.
        housings: By run, the rooms it may use (none for telehealth).
        past: The fixed past: visits, runs, staffings and housings before `now`.
        past_rooms: Rooms taken by past sessions.
        rooms_for: The rooms an on-site individual, family or couple session may use.
        refusals: (participant, group id or service id) to rule id to the number of options the rule refused.
        run_refusals: Group id to rule id to the number of runs, staffings and rooms the rule refused.
        has_timed_rooms: Whether `rooms_for` depends on the time, too, because rooms are taken; otherwise only on the need and the site.
    """

    case: Case
    visits: dict[str, tuple[Visit, ...]]
    runs: tuple[Run, ...]
    staffings: dict[Run, tuple[Staffing, ...]]
    housings: dict[Run, tuple[Housing, ...]]
    past: frozenset[Visit | Run | Staffing | Housing]
    past_rooms: tuple[tuple[str, Span], ...]
    rooms_for: Callable[[Visit], tuple[str, ...]]
    refusals: dict[tuple[str, str], Counter[str]]
    run_refusals: dict[str, Counter[str]]
    has_timed_rooms: bool = False
    _days: dict[tuple[str, str], list[AnyOf]] = field(init=False, default_factory=dict, repr=False)
    _looks: dict[str, Looks] = field(init=False, default_factory=dict, repr=False)

    def part(
        self,
        visits: Mapping[str, tuple[Visit, ...]],
        staffings: Mapping[Run, tuple[Staffing, ...]],
        housings: Mapping[Run, tuple[Housing, ...]],
    ) -> Candidates:
        """A subset of the candidates, for a step of the search or for a few participants.

        Args:
            visits: By participant, the visits to keep.
            staffings, housings: By run, for every run to keep.
        """
        runs = tuple(run for run in self.runs if run in staffings)
        return replace(self, visits=dict(visits), runs=runs, staffings=dict(staffings), housings=dict(housings))

    def of_typical_weeks(self, typical: Mapping[str, Ints]) -> Candidates:
        """The candidates with only some visits of each participant, by position; the days are still those of all visits."""
        visits = {p: tuple(map(self.visits[p].__getitem__, positions.tolist())) for p, positions in typical.items()}
        weeks = replace(self, visits=visits)
        weeks._days = self._days
        for participant in typical:
            for kind in DAY_KINDS:
                self._days_of(kind, participant)
        return weeks

    def looks(self, participant: str) -> Looks:
        """The visits of a participant in columns."""
        visits, looks = self.visits[participant], self._looks.get(participant)
        if looks is None or looks.visits is not visits:
            self._looks[participant] = looks = Looks(visits)
        return looks

    def handles(self) -> Iterator[Visit | Run | Staffing | Housing]:
        """Every candidate, in the order in which the lines number them."""
        for visits in self.visits.values():
            yield from visits
        for run in self.runs:
            yield run
            yield from self.staffings[run]
            yield from self.housings[run]

    @cached_property
    def all_handles(self) -> list[Visit | Run | Staffing | Housing]:
        """Every candidate by number."""
        return list(self.handles())

    @cached_property
    def columns(self) -> CandidateColumns:
        """The visits and staffings in columns."""
        return CandidateColumns(self.all_handles, self.past)

    def rooms_at(self, visit: Visit) -> tuple[str, ...]:
        """The rooms of `rooms_for` that are not closed at the visit's time."""
        return tuple(r for r in self.rooms_for(visit) if not any(visit.span.overlaps(c) for c in self.case.time.closed(r)))

    def by_rooms(self) -> dict[tuple[str, ...], SessionColumns]:
        """The appointments to come on site, by the rooms that suit them and are open then."""
        columns, visits = self.columns, self.columns.visits
        sessions = columns.none.plus(map(columns.appointments, dict.fromkeys([*self.case.clinicians, *columns.clinicians])))
        sessions = sessions.at(~sessions.is_past)
        sessions = sessions.where(visits[number].site is not None for number in sessions.numbers.tolist())
        # Appointments of a need have the same rooms, and most of those at one time with these too.
        own = map(visits.__getitem__, sessions.numbers.tolist())
        needs = numbered(v if self.has_timed_rooms else (v.participant, v.service, v.ordinal, v.site, v.partner) for v in own)
        first, need = kinds_of(needs)
        suitable = numbered(self.rooms_for(visits[number]) for number in sessions.numbers[first].tolist())[need]
        looks = (suitable * (2 * WEEK) + sessions.start) * (2 * WEEK) + sessions.end
        first, look = kinds_of(looks)
        open_rooms = [self.rooms_at(visits[number]) for number in sessions.numbers[first].tolist()]
        rooms_of = list(dict.fromkeys(open_rooms[n] for n in np.argsort(first).tolist()))
        which = np.array([rooms_of.index(rooms) for rooms in open_rooms], dtype=np.int64)[look]
        return {rooms: sessions.at(which == n) for n, rooms in enumerate(rooms_of)}

    def is_candidate(self, handle: Visit | Run | Staffing | Housing) -> bool:
        """Whether a handle is among the candidates."""
        if isinstance(handle, Visit):
            return handle in self._visit_sets.get(handle.participant, frozenset())
        if isinstance(handle, Run):
            return handle in self.staffings
        options = self.staffings if isinstance(handle, Staffing) else self.housings
        return handle in options.get(handle.run, ())

    @cached_property
    def _visit_sets(self) -> dict[str, frozenset[Visit]]:
        return {p: frozenset(visits) for p, visits in self.visits.items()}

    def past_visits(self, participant: str) -> tuple[Visit, ...]:
        """The past visits of a participant."""
        return tuple(v for v in self.visits[participant] if v in self.past) if self.past else ()

    @cached_property
    def visits_in(self) -> dict[Run, tuple[Visit, ...]]:
        """By run, the visits to it; a group may have a run on site and one by telehealth at the same time to choose from."""
        by_place: dict[tuple[str, Span], list[Visit]] = {}
        for visits in self.visits.values():
            for visit in visits:
                if visit.group is not None:
                    by_place.setdefault((visit.group, visit.span), []).append(visit)
        places = {run: by_place.get((run.group, run.span), ()) for run in self.runs}
        return {run: tuple(v for v in visits if run.mode in ("hybrid", v.mode)) for run, visits in places.items()}

    @cached_property
    def appointments(self) -> dict[str, tuple[Visit, ...]]:
        """By clinician, the lead visits of individual, family and couple sessions (past ones included)."""
        leads: dict[str, list[Visit]] = {c: [] for c in self.case.clinicians}
        for visits in self.visits.values():
            for visit in visits:
                if visit.clinician is not None and visit.is_lead:
                    leads.setdefault(visit.clinician, []).append(visit)
        return {c: tuple(visits) for c, visits in leads.items()}

    @cached_property
    def facilitated(self) -> dict[str, tuple[Staffing, ...]]:
        """By clinician, the staffings."""
        by_clinician: dict[str, list[Staffing]] = {c: [] for c in self.case.clinicians}
        for staffings in self.staffings.values():
            for staffing in staffings:
                by_clinician.setdefault(staffing.clinician, []).append(staffing)
        return {c: tuple(staffings) for c, staffings in by_clinician.items()}

    def service_day(self, participant: str, day: int) -> AnyOf:
        """Whether the participant has a counted session on a weekday."""
        return self._days_of("service_day", participant)[day]

    def on_site_day(self, participant: str, day: int) -> AnyOf:
        """Whether the participant comes to a site on a weekday."""
        return self._days_of("on_site_day", participant)[day]

    def _days_of(self, kind: DayKind, participant: str) -> list[AnyOf]:
        """The handles of one participant's days, computed once: several rules use them."""
        if (kind, participant) not in self._days:
            visits, is_counted = self.visits[participant], self.case.care.is_counted
            members: list[list[Visit]] = [[] for _ in range(7)]
            for visit in visits:
                if is_counted(visit.service, visit.group) if kind == "service_day" else visit.site is not None:
                    members[visit.span.start // DAY].append(visit)
            self._days[kind, participant] = [AnyOf((kind, participant, day), tuple(of_day)) for day, of_day in enumerate(members)]
        return self._days[kind, participant]
