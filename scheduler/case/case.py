"""A :class:`Case` answers every question about its instance and week.

It holds no decisions. Rules, candidates and verification all read from it, so that words like *free*, *order* or *held* have one
meaning. Build it from a validated instance only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any, TypeVar
from weakref import ref
from zoneinfo import ZoneInfo

from scheduler.case import care, offers, times
from scheduler.case.held import HeldPlace
from scheduler.case.homes import HomeOfWeek, held_places, homes_of_week
from scheduler.case.orders import Order
from scheduler.instance import Instance, Participant, PastOrder, Phase, PolicyValues, Service
from scheduler.policies import resolve
from scheduler.roster import Roster, Session
from scheduler.timegrid import Span, Week, intersect, merge

T = TypeVar("T")
REMEMBERED = (
    "free_time",
    "guest_time",
    "work_time",
    "protected_time",
    "busy_time",
    "open_time",
    "regular_time",
    "open_dates",
    "regular_dates",
    "is_served",
    "order",
    "factor",
    "is_counted",
    "care_minutes",
    "segment_services",
    "group_spans",
)
"""Methods with an id that are asked again and again."""


def _remembering(case: Case, name: str) -> Callable[..., Any]:
    """A method that remembers its answers and does not keep its case alive.

    Bound to the case, it would be a circle of references: a large instance would stay in memory until the garbage collector looks
    through everything, which holds up every thread of a server (70 ms, measured after three instances of 240 participants).
    """
    method, alive = getattr(Case, name), ref(case)

    def ask(*ids: str | bool | None) -> Any:
        # Whoever asks holds the case in a variable: `Case(instance).factor(id)` has let it go before it is asked.
        if (asked := alive()) is None:
            raise ReferenceError(f"keep the case in a variable while you ask it for {name}")
        return method(asked, *ids)

    return cache(ask)


class Case:
    """An instance read for its week. All times are minutes of the week."""

    def __init__(self, instance: Instance) -> None:
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
        # Remembered per case, not per class: answers die with their case.
        for name in REMEMBERED:
            setattr(self, name, _remembering(self, name))

    def memo(self, key: str, build: Callable[[], T]) -> T:
        """What ``build`` returns, built once for this case; the key begins with the id of the rule that asks."""
        if key not in self._memos:
            self._memos[key] = build()
        found: T = self._memos[key]
        return found

    # --- time -------------------------------------------------------------------------------------------------------------

    def open_time(self, site: str | None) -> tuple[Span, ...]:
        """Opening hours of a site after closures; None is telehealth."""
        return times.open_time(self.instance.program, self.week, site)

    def regular_time(self, site: str | None) -> tuple[Span, ...]:
        """Opening hours of a site (None: of telehealth) in an ordinary week, before closures."""
        return times.regular_hours(self.instance.program, self.week, site)

    def free_time(self, participant: str, is_real: bool = False) -> tuple[Span, ...]:
        """Free windows of a participant this week, inside admission and discharge; in minutes that really pass, see `Week.real`."""
        person = self.participants[participant]
        free = times.free_time(person.availability, self.week, self.instance.program.week_a, is_real=is_real)
        enrolled = times.enrolled_time(person, self.week)
        return intersect(free, (self.week.real(enrolled) if is_real else enrolled,))

    def guest_time(self, participant: str, guest: str, is_real: bool = False) -> tuple[Span, ...]:
        """Free windows of a participant's guest."""
        found = next(g for g in self.participants[participant].guests if g.id == guest)
        return times.free_time(found.availability, self.week, self.instance.program.week_a, is_real=is_real)

    def work_time(self, clinician: str) -> tuple[tuple[Span, str | None], ...]:
        """Working hours after leave, each with its site (None: telehealth only)."""
        return times.work_time(self.clinicians[clinician], self.week, self.instance.program.week_a)

    def protected_time(self, clinician: str, is_real: bool = False) -> tuple[Span, ...]:
        """Supervision, meetings and imported busy time."""
        return times.protected_time(self.clinicians[clinician], self.week, self.instance.program.week_a, is_real=is_real)

    def busy_time(self, clinician: str) -> tuple[Span, ...]:
        """Imported busy time of a clinician."""
        return times.busy_spans(self.clinicians[clinician].busy, self.week)

    def room_closed(self, room: str) -> tuple[Span, ...]:
        """When a room cannot be used."""
        return merge(times.absence_spans(self.rooms[room].closed, self.week))

    def is_present(self, clinician: str, span: Span, site: str | None) -> bool:
        """Whether a clinician works through a span at a site (None: anywhere), leave and busy time taken out."""
        if clinician not in self.clinicians or any(busy.overlaps(span) for busy in self.busy_time(clinician)):
            return False
        return any(window.contains(span) and (site is None or where == site) for window, where in self.work_time(clinician))

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

    # --- care -------------------------------------------------------------------------------------------------------------

    def is_served(self, participant: str) -> bool:
        """Whether the participant gets sessions this week at all (status; enrolled some day)."""
        return care.is_served(self, participant)

    def order(self, participant: str) -> Order:
        """The effective order; of somebody who is not served, an order of nothing."""
        return care.order_of(self, participant)

    def open_dates(self, participant: str) -> tuple[int, ...]:
        """Weekdays on which the participant is enrolled and something they may attend is open, closures taken out."""
        return care.open_dates(self, participant)

    def regular_dates(self, participant: str) -> tuple[int, ...]:
        """Weekdays on which something the participant may attend is open in an ordinary week."""
        return care.regular_dates(self, participant)

    def factor(self, participant: str) -> int:
        """The care factor: 4 critical, 2 first phase, 1 others."""
        return care.factor_of(self, participant)

    @cached_property
    def standard_block(self) -> int:
        """Minutes of the program's most common block; 180 without one."""
        return care.standard_block(self)

    def is_counted(self, service: str) -> bool:
        """Whether a session of this service counts in session bands and service days."""
        return care.is_counted(self, service)

    def care_minutes(self, service: str, group: str | None) -> int:
        """Clock minutes of a session that count for orders and payers."""
        return care.care_minutes(self, service, group)

    def is_billable(self, minutes: int) -> bool:
        """Whether so many care minutes make a day billable; a day without any minute never is."""
        return minutes >= self.billable_minimum

    @property
    def billable_minimum(self) -> int:
        """Care minutes from which a day is billable."""
        return max(1, self.policy.billable_day_minutes)

    # --- groups -----------------------------------------------------------------------------------------------------------

    def group_spans(self, group: str) -> tuple[Span, ...]:
        """The candidate spans of a group this week; none in a week that is not its own."""
        return offers.group_spans(self, group)

    def segment_services(self, group: str) -> tuple[str, ...]:
        """The services a run of the group gives."""
        return offers.segment_services(self, group)

    def is_block(self, group: str) -> bool:
        """Whether the group is a block."""
        return self.groups[group].minutes >= self.policy.block_minutes

    def is_group_ordered(self, participant: str, group: str) -> bool:
        """Whether the optimizer may place a participant in a group: by count, by service mix, or, without either, by minutes."""
        return offers.is_group_ordered(self, participant, group)

    def maximum(self, group: str) -> int:
        """Most participants of a group."""
        return offers.maximum(self, group)

    def reserve(self, group: str) -> int:
        """Places kept free in a group: its own number, else the policy's for open groups of a track."""
        return offers.reserve(self, group)

    # --- history ----------------------------------------------------------------------------------------------------------

    @cached_property
    def last_dates(self) -> dict[tuple[str, str], date]:
        """(participant, service) to the last date it was given, from the history."""
        return care.last_dates(self)

    def past_order(self, participant: str) -> PastOrder | None:
        """The order of the last full week, if the history has it."""
        return self._past_orders.get(participant)

    @cached_property
    def _past_orders(self) -> dict[str, PastOrder]:
        return {o.participant: o for o in self.instance.history.orders}

    @cached_property
    def held(self) -> dict[str, tuple[HeldPlace, ...]]:
        """Held places by participant, released ones included (with their reason)."""
        return held_places(self)

    def home(self, participant: str) -> HomeOfWeek:
        """The home track and cohort of a participant this week."""
        return self.memo("homes", lambda: homes_of_week(self))[participant]

    @cached_property
    def last_sessions(self) -> tuple[Session, ...]:
        """Last week's sessions."""
        last = self.instance.history.last_week
        return () if last is None else last.sessions

    def last_groups(self, participant: str) -> frozenset[str]:
        """The groups a participant was booked in last week."""
        return self._last_groups.get(participant, frozenset())

    @cached_property
    def _last_groups(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for session in self.last_sessions:
            if session.group is not None:
                for booking in session.bookings:
                    found.setdefault(booking.participant, set()).add(session.group)
        return {participant: frozenset(groups) for participant, groups in found.items()}

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
