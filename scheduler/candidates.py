"""What could happen this week: every run and visit that no rule refuses alone, and who refused the others."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property

from scheduler.case import Case, Need
from scheduler.roster import Roster
from scheduler.rule import Rule
from scheduler.terms import AnyOf, Housing, Run, Staffing, Visit
from scheduler.timegrid import DAY, Span, by_day
from scheduler.view import Placed, View, visits_of

NOT_ORDERED = "not_ordered"
"""Refusal of a group whose service is not ordered: no rule, the optimizer simply places ordered services only."""


class Candidates:
    """The possible runs, visits, staffings and rooms of a case, with refusal counts.

    Attributes:
        visits: By participant, in a stable order.
        runs: Every possible run that somebody can facilitate and, on site, some room can hold.
        staffings: By run, the clinicians who may facilitate it.
        housings: By run, the rooms it may use (none for telehealth).
        past: What has happened and stays: visits, runs, staffings and housings before `now`.
        refusals: (participant, group id or service id) to rule id to the number of options the rule refused.
        run_refusals: Group id to rule id to the number of runs, staffings and rooms the rule refused.
    """

    def __init__(self, case: Case, rules: Sequence[Rule], participants: Iterable[str] | None = None) -> None:
        """Enumerate the options of the participants (None: everybody served)."""
        self.case = case
        self._visit_rules = overriding(rules, "admits")
        self._run_rules = overriding(rules, "admits_run")
        self._staffing_rules = overriding(rules, "admits_staffing")
        self._room_rules = overriding(rules, "admits_room")
        self.refusals: dict[tuple[str, str], Counter[str]] = {}
        self.run_refusals: dict[str, Counter[str]] = {}
        self._past_placed = View(case, Roster(monday=case.week.monday, zone=case.week.zone.key, sessions=case.past_sessions)).placed
        self.past = frozenset(h for placed in self._past_placed for h in past_handles(placed))
        self.staffings: dict[Run, tuple[Staffing, ...]] = {}
        self.housings: dict[Run, tuple[Housing, ...]] = {}
        self.runs = tuple(run for group in case.groups for run in self._runs(group))
        self._rooms_for = cache(self._fitting_rooms)
        wanted = list(case.participants) if participants is None else list(participants)
        # Overlapping working windows offer the same telehealth visit more than once.
        self.visits = {p: tuple(dict.fromkeys(self._visits(p))) for p in wanted}

    # --- runs ---------------------------------------------------------------------------------------------------------------

    def _runs(self, group: str) -> Iterator[Run]:
        """The possible runs of a group; what has happened stands alone."""
        happened = [p for p in self._past_placed if p.session.group == group]
        for placed in happened:
            self.staffings[placed.run] = tuple(Staffing(placed.run, c) for c in placed.session.facilitators)
            self.housings[placed.run] = () if placed.session.room is None else (Housing(placed.run, placed.session.room),)
            yield placed.run
        if happened:
            return
        found = self.case.groups[group]
        for span in self.case.group_spans(group):
            run = Run(group, span, found.mode, None if found.mode == "telehealth" else found.site)
            if self.case.is_past(span.start) or not self._is_admitted_run(run):
                continue
            staffings = tuple(s for s in (Staffing(run, c) for c in self.case.clinicians) if self._is_admitted_staffing(s))
            housings = tuple(Housing(run, r) for r in self.case.rooms if run.site is not None and self._is_room(run, r))
            if staffings and (housings or run.site is None):
                self.staffings[run], self.housings[run] = staffings, housings
                yield run

    def _is_admitted_run(self, run: Run) -> bool:
        rule = next((r for r in self._run_rules if not r.admits_run(self.case, run)), None)
        return self._noted(run.group, rule)

    def _is_admitted_staffing(self, staffing: Staffing) -> bool:
        rule = next((r for r in self._staffing_rules if not r.admits_staffing(self.case, staffing)), None)
        return self._noted(staffing.run.group, rule)

    def _is_room(self, session: Visit | Run, room: str) -> bool:
        rule = next((r for r in self._room_rules if not r.admits_room(self.case, session, room)), None)
        return self._noted(session.group, rule) if session.group is not None else rule is None

    def _noted(self, group: str, rule: Rule | None) -> bool:
        if rule is not None:
            self.run_refusals.setdefault(group, Counter())[rule.id] += 1
        return rule is None

    # --- visits -------------------------------------------------------------------------------------------------------------

    def _visits(self, participant: str) -> Iterator[Visit]:
        """The visits of a participant: what happened, then group places, then appointments."""
        happened = [v for p in self._past_placed for v in visits_of(p) if v.participant == participant]
        yield from happened
        if not self.case.is_served(participant):
            return
        done = {(v.group or v.service, v.ordinal) for v in happened}
        for run in self.runs:
            if run not in self.past and (run.group, 1) not in done:
                yield from (v for v in self._group_visits(participant, run) if self._is_admitted(v))
        for need in self.case.order(participant).needs:
            if (need.service, need.ordinal) not in done:
                yield from (v for v in need_visits(self.case, need) if self._is_admitted(v) and self._has_room(v))

    def _group_visits(self, participant: str, run: Run) -> Iterator[Visit]:
        service = self.case.groups[run.group].service
        if not self.case.is_group_ordered(participant, run.group):
            self._refuse(participant, run.group, NOT_ORDERED)
            return
        yield from place_visits(participant, service, run)

    def _is_admitted(self, visit: Visit) -> bool:
        for rule in self._visit_rules:
            if not rule.admits(self.case, visit):
                self._refuse(visit.participant, visit.group or visit.service, rule.id)
                return False
        return True

    def _has_room(self, visit: Visit) -> bool:
        if visit.site is None or self.rooms_for(visit):
            return True
        self._refuse(visit.participant, visit.service, "room_fit")
        return False

    def _refuse(self, participant: str, what: str, rule: str) -> None:
        self.refusals.setdefault((participant, what), Counter())[rule] += 1

    # --- parts --------------------------------------------------------------------------------------------------------------

    def part(
        self,
        visits: Mapping[str, tuple[Visit, ...]],
        staffings: Mapping[Run, tuple[Staffing, ...]],
        housings: Mapping[Run, tuple[Housing, ...]],
    ) -> Candidates:
        """The same candidates with some left out: what a step of the search looks at.

        Args:
            visits: By participant, the visits that stay.
            staffings, housings: By run, for every run that stays.
        """
        part = copy.copy(self)
        for cached in ("visits_in", "appointments", "facilitated", "_visit_sets"):
            part.__dict__.pop(cached, None)
        part.visits, part.staffings, part.housings = dict(visits), dict(staffings), dict(housings)
        part.runs = tuple(run for run in self.runs if run in staffings)
        return part

    def handles(self) -> Iterator[Visit | Run | Staffing | Housing]:
        """Every candidate, in the order in which the lines number them."""
        for visits in self.visits.values():
            yield from visits
        for run in self.runs:
            yield run
            yield from self.staffings[run]
            yield from self.housings[run]

    # --- look-ups -----------------------------------------------------------------------------------------------------------

    def rooms_for(self, visit: Visit) -> tuple[str, ...]:
        """The rooms an on-site individual, family or couple session may use; they do not depend on the time."""
        return self._rooms_for(visit.participant, visit.service, visit.ordinal, visit.site, visit.partner)

    def rooms_at(self, visit: Visit) -> tuple[str, ...]:
        """The rooms of `rooms_for` that are not closed at the visit's time."""
        return tuple(r for r in self.rooms_for(visit) if not any(visit.span.overlaps(c) for c in self.case.room_closed(r)))

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
        """The visits of a participant that have happened."""
        return tuple(v for v in self.visits[participant] if v in self.past) if self.past else ()

    @cached_property
    def past_rooms(self) -> tuple[tuple[str, Span], ...]:
        """Rooms taken by sessions that have happened."""
        return tuple((p.session.room, p.span) for p in self._past_placed if p.session.room is not None)

    def _fitting_rooms(self, participant: str, service: str, ordinal: int, site: str | None, partner: str | None) -> tuple[str, ...]:
        probe = Visit(participant, service, None, ordinal, Span(0, 0), "in_person", site, None, partner)
        return tuple(room for room in self.case.rooms if self._is_room(probe, room))

    @cached_property
    def visits_in(self) -> dict[Run, tuple[Visit, ...]]:
        """By run, the visits to it."""
        by_place: dict[tuple[str, Span], list[Visit]] = {}
        for visits in self.visits.values():
            for visit in visits:
                if visit.group is not None:
                    by_place.setdefault((visit.group, visit.span), []).append(visit)
        return {run: tuple(by_place.get((run.group, run.span), ())) for run in self.runs}

    @cached_property
    def appointments(self) -> dict[str, tuple[Visit, ...]]:
        """By clinician, the lead visits of individual, family and couple sessions (past ones included)."""
        found: dict[str, list[Visit]] = {c: [] for c in self.case.clinicians}
        for visits in self.visits.values():
            for visit in visits:
                if visit.clinician is not None and visit.is_lead:
                    found.setdefault(visit.clinician, []).append(visit)
        return {c: tuple(visits) for c, visits in found.items()}

    @cached_property
    def facilitated(self) -> dict[str, tuple[Staffing, ...]]:
        """By clinician, the staffings."""
        found: dict[str, list[Staffing]] = {c: [] for c in self.case.clinicians}
        for staffings in self.staffings.values():
            for staffing in staffings:
                found.setdefault(staffing.clinician, []).append(staffing)
        return {c: tuple(staffings) for c, staffings in found.items()}

    def service_day(self, participant: str, day: int) -> AnyOf:
        """Whether the participant has a counted session on a weekday."""
        members = tuple(v for v in self.visits[participant] if v.day == day and self.case.is_counted(v.service))
        return AnyOf(("service_day", participant, day), members)

    def on_site_day(self, participant: str, day: int) -> AnyOf:
        """Whether the participant comes to a site on a weekday."""
        return AnyOf(
            ("on_site_day", participant, day),
            tuple(v for v in self.visits[participant] if v.day == day and v.site is not None),
        )


def place_visits(participant: str, service: str, run: Run) -> Iterator[Visit]:
    """The places of a run, one for each way to take part."""
    if run.mode != "telehealth":
        yield Visit(participant, service, run.group, 1, run.span, "in_person", run.site)
    if run.mode != "in_person":
        yield Visit(participant, service, run.group, 1, run.span, "telehealth", None)


def need_visits(case: Case, need: Need) -> Iterator[Visit]:
    """Every start of every clinician's working hours, on the grain or pinned, at the site or by telehealth."""
    # A pinned minute need not lie on the grain; the partner of a couple session comes then too.
    people, pins = (need.participant, need.partner), (pin for pin in case.instance.pins if pin.service == need.service)
    pinned = tuple(pin.time for pin in pins if pin.kind == "booking" and pin.participant in people and pin.time is not None)
    known: dict[object, list[int]] = case.memo("need_visits", dict)
    for clinician in case.clinicians:
        for window, site in case.work_time(clinician):
            if (key := (window, need.minutes, pinned)) not in known:
                known[key] = _starts(case, *key)
            for start in known[key]:
                for mode in case.services[need.service].modes:
                    if mode == "telehealth" or site is not None:
                        span, where = Span(start, start + need.minutes), site if mode == "in_person" else None
                        yield Visit(need.participant, need.service, None, need.ordinal, span, mode, where, clinician, need.partner)


def _starts(case: Case, window: Span, minutes: int, pinned: Sequence[int]) -> list[int]:
    """The starts of an appointment within a window and one day, on the grain or at a pinned time of day; none is past."""
    grain = case.policy.start_grain
    starts = {*range(-(-window.start // grain) * grain, window.end, grain)}
    starts |= {part.day * DAY + time for part in by_day([window]) for time in pinned}
    fitting = (start for start in sorted(starts) if window.contains(Span(start, start + minutes)))
    return [start for start in fitting if start // DAY == (start + minutes - 1) // DAY and not case.is_past(start)]


def overriding(rules: Sequence[Rule], hook: str) -> tuple[Rule, ...]:
    """The rules that have their own version of a hook, in order."""
    return tuple(rule for rule in rules if getattr(type(rule), hook) is not getattr(Rule, hook))


def past_handles(placed: Placed) -> Iterator[Visit | Run | Staffing | Housing]:
    """The handles of a session that has happened."""
    yield from visits_of(placed)
    if placed.session.group is None:
        return
    yield placed.run
    yield from (Staffing(placed.run, clinician) for clinician in placed.session.facilitators)
    if placed.session.room is not None:
        yield Housing(placed.run, placed.session.room)
