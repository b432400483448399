"""A :class:`Case` is an instance read for one week: look-ups and derived facts in integer minutes.

It holds no decisions. Rules, candidates and verification all read from it, so that words like *free*, *order* or *held* have one
meaning. Build it from a validated instance only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from scheduler.case.held import HeldPlace, held_places
from scheduler.case.orders import Need, Order, effective_order
from scheduler.case.times import (
    absence_spans,
    closed_spans,
    enrolled_time,
    free_time,
    is_week,
    open_time,
    protected_time,
    regular_hours,
    work_time,
)
from scheduler.instance import Instance, Participant, PastOrder, Phase, PolicyValues, Service
from scheduler.policies import resolve
from scheduler.roster import Roster, Session
from scheduler.timegrid import DAY, WEEKDAYS, Span, Week, day_span, intersect, merge

__all__ = ["Case", "HeldPlace", "Need", "Order"]

T = TypeVar("T")


class Case:
    """An instance read for its week. All times are minutes of the week."""

    def __init__(self, instance: Instance) -> None:
        """Index the instance by id."""
        self.instance = instance
        self.week = Week(instance.monday, ZoneInfo(instance.program.zone))
        self.last_week = Week(instance.monday - timedelta(days=7), self.week.zone)
        self.policy: PolicyValues = resolve(instance.policy)
        self.participants = {p.id: p for p in instance.participants}
        self.clinicians = {c.id: c for c in instance.clinicians}
        self.services: Mapping[str, Service] = {s.id: s for s in instance.services}
        self.groups = {g.id: g for g in instance.groups}
        self.rooms = {r.id: r for r in instance.rooms}
        self.phases: Mapping[str, Phase] = {p.id: p for p in instance.phases}
        self.sites = {s.id: s for s in instance.program.sites}
        self.resources = {r.id: r for r in instance.resources}
        self.curricula = {c.id: c for c in instance.curricula}
        self.is_hold = (instance.mode or ("hold" if instance.history.last_week else "rebuild")) == "hold"
        self.now = None if instance.now is None else self.week.minute(instance.now)
        self._memos: dict[str, Any] = {}
        # Methods with an id are asked again and again: remember per case, not per class.
        for name in (
            "free_time",
            "work_time",
            "protected_time",
            "open_time",
            "order",
            "group_spans",
            "factor",
            "last_groups",
            "guest_time",
        ):
            setattr(self, name, cache(getattr(self, name)))

    def memo(self, key: str, build: Callable[[], T]) -> T:
        """What ``build`` returns, built once for this case; the key begins with the id of the rule that asks."""
        if key not in self._memos:
            self._memos[key] = build()
        found: T = self._memos[key]
        return found

    # --- time -------------------------------------------------------------------------------------------------------------

    def open_time(self, site: str | None) -> tuple[Span, ...]:
        """Opening hours of a site after closures; None is telehealth."""
        return open_time(self.instance.program, self.week, site)

    def free_time(self, participant: str) -> tuple[Span, ...]:
        """Free windows of a participant this week, inside admission and discharge."""
        person = self.participants[participant]
        free = free_time(person.availability, self.week, self.instance.program.week_a)
        return intersect(free, (enrolled_time(person, self.week),))

    def guest_time(self, participant: str, guest: str) -> tuple[Span, ...]:
        """Free windows of a participant's guest."""
        found = next(g for g in self.participants[participant].guests if g.id == guest)
        return free_time(found.availability, self.week, self.instance.program.week_a)

    def work_time(self, clinician: str) -> tuple[tuple[Span, str | None], ...]:
        """Working hours after leave, each with its site (None: telehealth only)."""
        return work_time(self.clinicians[clinician], self.week, self.instance.program.week_a)

    def protected_time(self, clinician: str) -> tuple[Span, ...]:
        """Supervision and meetings."""
        return protected_time(self.clinicians[clinician], self.week, self.instance.program.week_a)

    def room_closed(self, room: str) -> tuple[Span, ...]:
        """When a room cannot be used."""
        return merge(absence_spans(self.rooms[room].closed, self.week))

    def is_present(self, clinician: str, span: Span, site: str | None) -> bool:
        """Whether a clinician works through a span at a site (None: anywhere), leave taken out."""
        return clinician in self.clinicians and any(
            window.contains(span) and (site is None or where == site) for window, where in self.work_time(clinician)
        )

    def travel(self, participant: str, site: str | None) -> int:
        """Minutes from home to a site, one way; telehealth needs none."""
        return 0 if site is None else self.participants[participant].travel.get(site, 0)

    def site_travel(self, a: str, b: str) -> int:
        """Minutes between two sites; the same site is 0.

        Raises:
            KeyError: No travel time is given (validation reports it before).
        """
        if a == b:
            return 0
        for entry in self.instance.program.travel:
            if {entry.a, entry.b} == {a, b}:
                return entry.minutes
        raise KeyError(f"no travel time between sites {a} and {b}")

    @cached_property
    def open_days(self) -> tuple[int, ...]:
        """Weekdays on which the program is open this week, closures taken out."""
        return self._days({site: self.open_time(site) for site in [*self.sites, None]})

    def _days(self, hours: Mapping[str | None, tuple[Span, ...]]) -> tuple[int, ...]:
        return tuple(d for d in range(7) if any(s.overlaps(day_span(d)) for spans in hours.values() for s in spans))

    @cached_property
    def regular_days(self) -> tuple[int, ...]:
        """Weekdays on which the program is open in an ordinary week."""
        return self._days({site: regular_hours(self.instance.program, self.week, site) for site in [*self.sites, None]})

    def closures(self, site: str | None) -> list[Span]:
        """Closures of this week for a site."""
        return closed_spans(self.instance.program.closures, self.week, site)

    # --- care -------------------------------------------------------------------------------------------------------------

    def is_served(self, participant: str) -> bool:
        """Whether the participant gets sessions this week at all (status; enrolled some day)."""
        person = self.participants[participant]
        return person.status in ("active", "cleared") and enrolled_time(person, self.week).minutes > 0

    def order(self, participant: str) -> Order:
        """The effective order; of somebody who is not served, an order of nothing."""
        person = self.participants[participant]
        enrolled = enrolled_time(person, self.week)
        remaining = [d for d in self.open_days if enrolled.overlaps(day_span(d))] if self.is_served(participant) else []
        regular = self.regular_days
        fraction = Fraction(len(remaining), len(regular)) if regular and remaining else Fraction(0)
        phase = None if person.phase is None else self.phases[person.phase].order
        order = effective_order(
            person,
            phase,
            self.policy,
            self.services,
            self.last_dates,
            self.week,
            min(fraction, Fraction(1)),
            self.standard_block,
        )
        return order if self.is_served(participant) else order.nothing()

    def open_dates(self, participant: str) -> tuple[int, ...]:
        """Program-open weekdays on which the participant is enrolled."""
        enrolled = enrolled_time(self.participants[participant], self.week)
        return tuple(d for d in self.open_days if enrolled.overlaps(day_span(d)))

    @cached_property
    def standard_block(self) -> int:
        """Minutes of the program's most common block; 180 without one."""
        blocks = Counter(g.minutes for g in self.instance.groups if g.minutes >= self.policy.block_minutes)
        return min(blocks, key=lambda m: (-blocks[m], m)) if blocks else 180

    @cached_property
    def last_dates(self) -> dict[tuple[str, str], date]:
        """(participant, service) to the last date it was given, from the history."""
        dates: dict[tuple[str, str], date] = {}
        for entry in sorted(self.instance.history.services, key=lambda e: e.date):
            dates[entry.participant, entry.service] = entry.date
        return dates

    def past_order(self, participant: str) -> PastOrder | None:
        """The order of the last full week, if the history has it."""
        return self._past_orders.get(participant)

    @cached_property
    def _past_orders(self) -> dict[str, PastOrder]:
        return {o.participant: o for o in self.instance.history.orders}

    def factor(self, participant: str) -> int:
        """The care factor: 4 critical, 2 first phase, 1 others."""
        person, past = self.participants[participant], self.past_order(participant)
        recent = person.stepped_down is not None and 0 <= -self.week.day(person.stepped_down) <= self.policy.step_down_days
        if recent or person.has_risk_flag or (past is not None and past.short_minutes > 0):
            return self.policy.factor_critical
        if person.phase is not None and self.phases[person.phase].rank == 0:
            return self.policy.factor_first_phase
        return 1

    # --- services and groups ----------------------------------------------------------------------------------------------

    def is_counted(self, service: str) -> bool:
        """Whether a session of this service counts in session bands and service days."""
        found = self.services[service]
        if found.outside_bands:
            return False
        if found.counts_as_session is not None:
            return found.counts_as_session
        return found.kind == "group" or found.minutes > self.policy.counted_session_minutes

    def care_minutes(self, service: str, group: str | None) -> int:
        """Clock minutes of a session that count for orders and payers."""
        if group is None:
            return self.services[service].minutes if self.services[service].countable else 0
        found = self.groups[group]
        if not found.segments:
            return found.minutes if self.services[found.service].countable else 0
        return sum(
            s.minutes for s in found.segments if (self.policy.breaks_count if s.service is None else self.services[s.service].countable)
        )

    def segment_services(self, group: str) -> tuple[str, ...]:
        """The services a run of the group gives."""
        found = self.groups[group]
        return tuple(dict.fromkeys([found.service, *(s.service for s in found.segments if s.service is not None)]))

    def is_block(self, group: str) -> bool:
        """Whether the group is a block."""
        return self.groups[group].minutes >= self.policy.block_minutes

    def group_spans(self, group: str) -> tuple[Span, ...]:
        """The candidate spans of a group this week; none in a week that is not its own."""
        found = self.groups[group]
        if not is_week(found.weeks, self.week.monday, self.instance.program.week_a):
            return ()
        starts = [WEEKDAYS.index(s.day) * DAY + s.time for s in found.starts]
        return tuple(sorted({Span(s, s + found.minutes) for s in starts}))

    def is_group_ordered(self, participant: str, group: str) -> bool:
        """Whether the optimizer may place a participant in a group: by count, by service mix, or, without either, by minutes."""
        order, services = self.order(participant), self.segment_services(group)
        if any(count > 0 and service in services for service, count in order.group_counts):
            return True
        if any(m.category in {self.services[s].category for s in services} and m.at_most != 0 for m in order.mix):
            return True
        return not order.group_counts and not order.mix and self.care_minutes(self.groups[group].service, group) > 0

    def maximum(self, group: str) -> int:
        """Most participants of a group."""
        found = self.groups[group]
        if found.maximum is not None:
            return found.maximum
        education = self.services[found.service].category in self.policy.education_categories
        return self.policy.education_maximum if education else self.policy.group_maximum

    def reserve(self, group: str) -> int:
        """Places kept free in a group: its own number, else the policy's for open groups of a track."""
        found = self.groups[group]
        if found.reserve is not None:
            return found.reserve
        return self.policy.open_track_reserve if found.track is not None and not found.is_closed else 0

    # --- history ----------------------------------------------------------------------------------------------------------

    @cached_property
    def held(self) -> dict[str, tuple[HeldPlace, ...]]:
        """Held places by participant, released ones included (with their reason)."""
        by_participant: dict[str, list[HeldPlace]] = {p: [] for p in self.participants}
        for place in held_places(self):
            by_participant[place.participant].append(place)
        return {p: tuple(places) for p, places in by_participant.items()}

    @cached_property
    def last_sessions(self) -> tuple[Session, ...]:
        """Last week's sessions."""
        last = self.instance.history.last_week
        return () if last is None else last.sessions

    def last_groups(self, participant: str) -> frozenset[str]:
        """The groups a participant was booked in last week."""
        return frozenset(
            s.group for s in self.last_sessions if s.group is not None and any(b.participant == participant for b in s.bookings)
        )

    def is_place_kept_on_hold(self, participant: Participant) -> bool:
        """Whether somebody on hold still keeps the group places of last week."""
        if participant.status != "on_hold":
            return False
        since = participant.on_hold_since
        return since is None or -self.week.day(since) < self.policy.on_hold_days

    # --- the past ---------------------------------------------------------------------------------------------------------

    @cached_property
    def published(self) -> Roster | None:
        """The published roster of this week."""
        return None if self.instance.published is None else self.instance.published.roster

    def is_past(self, start: int) -> bool:
        """Whether a session that starts at this minute has happened (or begun)."""
        return self.now is not None and start < self.now

    @cached_property
    def past_sessions(self) -> tuple[Session, ...]:
        """Published sessions that have begun before `now`."""
        if self.published is None:
            return ()
        return tuple(s for s in self.published.sessions if self.is_past(self.week.minute(s.start)))
