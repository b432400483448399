"""Enumeration of candidates: unary rules prune them, and their refusals are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scheduler.candidates import Candidates
from scheduler.case import Case, Need
from scheduler.possible_visits import place_visits
from scheduler.roster import Roster
from scheduler.rule import Rule, overriding
from scheduler.slots import slots_for
from scheduler.terms import Housing, Run, Staffing, Visit
from scheduler.timegrid import Span
from scheduler.view import View, left_for, may_leave

NOT_ORDERED = "not_ordered"
"""The refusal of a group whose service is not ordered. It is not a rule: the optimizer places only ordered services."""


def enumerate_candidates(case: Case, rules: Sequence[Rule], participants: Iterable[str] | None = None) -> Candidates:
    """Every option of the participants (None for all served participants) that no rule refuses on its own."""
    enumeration = Enumeration(case, rules)
    people = case.participants if participants is None else participants
    runs = tuple(run for group in case.groups for run in enumeration.runs(group))
    return enumeration.candidates({p: tuple(enumeration.visits(p, runs)) for p in people}, runs)


class RoomChoice:
    """The rooms that suit appointments, checked once for each kind of appointment."""

    def __init__(self, case: Case, rules: Sequence[Rule]) -> None:
        self._case = case
        self._rules = overriding(rules, "admits_room")
        self._fitting: dict[tuple[object, ...], tuple[str, ...]] = {}

    def refusing(self, session: Visit | Run, room: str) -> Rule | None:
        """The first rule that refuses a room."""
        return next((rule for rule in self._rules if not rule.admits_room(self._case, session, room)), None)

    def fitting(self, visit: Visit) -> tuple[str, ...]:
        """The rooms an on-site appointment may use."""
        key = visit.participant, visit.service, visit.ordinal, visit.site, visit.partner
        if key not in self._fitting:
            probe = replace(visit, span=Span(0, 0), mode="in_person", clinician=None)
            self._fitting[key] = tuple(room for room in self._case.rooms if self.refusing(probe, room) is None)
        return self._fitting[key]


class Enumeration:
    """The enumeration of one case, with counts of refusals."""

    def __init__(self, case: Case, rules: Sequence[Rule]) -> None:
        self._case = case
        self._visit_rules = overriding(rules, "admits")
        self._run_rules = overriding(rules, "admits_run")
        self._staffing_rules = overriding(rules, "admits_staffing")
        self.rooms = RoomChoice(case, rules)
        self.refusals: dict[tuple[str, str], Counter[str]] = {}
        self.run_refusals: dict[str, Counter[str]] = {}
        self._past_view = View(case, Roster(monday=case.week.monday, zone=case.week.zone.key, sessions=case.past.sessions))
        self.sessions = self._past_view.placed
        self.past = frozenset(handle for placed in self.sessions for handle in self._past_view.handles_of(placed))
        self.staffings: dict[Run, tuple[Staffing, ...]] = {}
        self.housings: dict[Run, tuple[Housing, ...]] = {}

    def candidates(self, visits: dict[str, tuple[Visit, ...]], runs: tuple[Run, ...]) -> Candidates:
        """The candidates with these visits and runs."""
        return Candidates(
            case=self._case,
            visits=visits,
            runs=runs,
            staffings=self.staffings,
            housings=self.housings,
            past=self.past,
            past_rooms=tuple((p.session.room, p.span) for p in self.sessions if p.session.room is not None),
            rooms_for=self.rooms.fitting,
            refusals=self.refusals,
            run_refusals=self.run_refusals,
        )

    # --- runs ---------------------------------------------------------------------------------------------------------------

    def runs(self, group: str) -> Iterator[Run]:
        """The possible runs of a group; a past run is the only one."""
        happened = [p for p in self.sessions if p.session.group == group]
        for placed in happened:
            self.staffings[placed.run] = tuple(Staffing(placed.run, c) for c in placed.session.facilitators)
            self.housings[placed.run] = () if placed.session.room is None else (Housing(placed.run, placed.session.room),)
            yield placed.run
        if happened:
            return
        offer = self._case.groups[group]
        for span in self._case.groups.spans(group):
            run = Run(group, span, offer.mode, None if offer.mode == "telehealth" else offer.site)
            if self._case.time.is_past(span.start) or not self._is_admitted_run(run):
                continue
            staffings = self.staffings_of(run, self._case.clinicians)
            housings = tuple(Housing(run, r) for r in self._case.rooms if run.site is not None and self._is_room(run, r))
            if staffings and (housings or run.site is None):
                self.staffings[run], self.housings[run] = staffings, housings
                yield run

    def staffings_of(self, run: Run, clinicians: Iterable[str]) -> tuple[Staffing, ...]:
        """The staffings of a run by those of some clinicians who may facilitate it."""
        return tuple(s for s in (Staffing(run, c) for c in clinicians) if self._is_admitted_staffing(s))

    def _is_admitted_run(self, run: Run) -> bool:
        rule = next((r for r in self._run_rules if not r.admits_run(self._case, run)), None)
        return self._noted(run.group, rule)

    def _is_admitted_staffing(self, staffing: Staffing) -> bool:
        rule = next((r for r in self._staffing_rules if not r.admits_staffing(self._case, staffing)), None)
        return self._noted(staffing.run.group, rule)

    def _is_room(self, run: Run, room: str) -> bool:
        return self._noted(run.group, self.rooms.refusing(run, room))

    def _noted(self, group: str, rule: Rule | None) -> bool:
        if rule is not None:
            self.run_refusals.setdefault(group, Counter())[rule.id] += 1
        return rule is None

    # --- visits -------------------------------------------------------------------------------------------------------------

    def visits(self, participant: str, runs: Sequence[Run]) -> Iterator[Visit]:
        """The visits of a participant: past visits, then group places, then appointments."""
        happened = self._past_view.visits.get(participant, ())
        yield from happened
        places = [*self.places(participant, runs)]
        yield from places
        yield from self.appointments(participant, [*(v for v in happened if v.group is not None), *places])

    def places(self, participant: str, runs: Iterable[Run]) -> Iterator[Visit]:
        """The visits of a participant to some runs, past ones left out."""
        if self._case.care.is_served(participant):
            for run in runs:
                if run not in self.past and (run.group, 1) not in self._done(participant):
                    yield from (v for v in self._group_visits(participant, run) if self._is_admitted(v))

    def appointments(self, participant: str, places: Sequence[Visit], clinicians: Sequence[str] | None = None) -> Iterator[Visit]:
        """The appointments of a participant.

        Args:
            places: The participant's group places, which some appointments may interrupt.
            clinicians: Only these clinicians; None for all.
        """
        if not self._case.care.is_served(participant):
            return
        for need in self._case.care.order(participant).needs:
            if (need.service, need.ordinal) in self._done(participant):
                continue
            visits = self._with_room(self._appointments(need, clinicians))
            if self._case.services[need.service].pulls_out_of:
                for visit in visits:
                    yield visit
                    yield from (left_for(visit, place) for place in places if may_leave(self._case, place, visit))
            else:
                yield from visits

    def _done(self, participant: str) -> set[tuple[str, int]]:
        """The groups and services whose sessions with a participant are past."""
        return {(v.group or v.service, v.ordinal) for v in self._past_view.visits.get(participant, ())}

    def _group_visits(self, participant: str, run: Run) -> Iterator[Visit]:
        service = self._case.groups[run.group].service
        if not self._case.care.is_ordered(participant, run.group):
            self._refuse(participant, run.group, NOT_ORDERED)
            return
        yield from place_visits(participant, service, run)

    def _appointments(self, need: Need, clinicians: Sequence[str] | None) -> list[Visit]:
        slots = slots_for(self._case, need, clinicians)
        admitted, refusals = slots.admitted(self._case, need, self._visit_rules)
        if refusals:
            self.refusals.setdefault((need.participant, need.service), Counter()).update(refusals)
        return slots.visits(need, admitted)

    def _is_admitted(self, visit: Visit) -> bool:
        for rule in self._visit_rules:
            if not rule.admits(self._case, visit):
                self._refuse(visit.participant, visit.group or visit.service, rule.id)
                return False
        return True

    def _with_room(self, visits: list[Visit]) -> list[Visit]:
        """The appointments of one need that are remote or have a room at their site."""
        full = [site for site, visit in {v.site: v for v in visits}.items() if site is not None and not self.rooms.fitting(visit)]
        if not full:
            return visits
        for visit in (v for v in visits if v.site in full):
            self._refuse(visit.participant, visit.service, "room_fit")
        return [v for v in visits if v.site not in full]

    def _refuse(self, participant: str, what: str, rule: str) -> None:
        self.refusals.setdefault((participant, what), Counter())[rule] += 1
