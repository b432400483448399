"""A roster in integer minutes, as seen by every rule's `check`: who is where and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.case import Case
from scheduler.fields import BookingMode
from scheduler.roster import Roster, Session
from scheduler.terms import Housing, Run, Staffing, Visit
from scheduler.timegrid import Span


@dataclass(frozen=True, slots=True)
class PlacedSession:
    """A session of the roster with its span in minutes.

    Attributes:
        real: Its span in real minutes, see `Week.real`.
    """

    session: Session
    span: Span
    real: Span
    is_past: bool

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    @property
    def day(self) -> int:
        """Weekday index."""
        return self.span.day

    @property
    def run(self) -> Run:
        """The run of a group session.

        Raises:
            ValueError: The session is not a group session.
        """
        if self.session.group is None:
            raise ValueError(f"session {self.id} is no group session")
        return Run(self.session.group, self.span, self.session.mode, self.session.site)

    def participants(self, mode: BookingMode | None = None) -> tuple[str, ...]:
        """Ids of the booked participants, of one mode or all."""
        return tuple([b.participant for b in self.session.bookings if mode is None or b.mode == mode])


@dataclass(frozen=True, slots=True)
class Stay:
    """A participant's sessions at one site on one day, by start."""

    participant: str
    site: str
    visits: tuple[Visit, ...]

    @property
    def span(self) -> Span:
        """From the first start to the last end."""
        return Span(self.visits[0].span.start, max(v.span.end for v in self.visits))


class View:
    """A roster with its sessions by participant, clinician, room and group."""

    def __init__(self, case: Case, roster: Roster) -> None:
        self.case = case
        self.roster = roster
        self.homes = {home.participant: home for home in roster.homes}

    @cached_property
    def placed(self) -> tuple[PlacedSession, ...]:
        """The sessions, by start."""
        return tuple(sorted((place(self.case, s) for s in self.roster.sessions), key=in_order))

    @cached_property
    def bookings(self) -> dict[str, tuple[tuple[Visit, PlacedSession], ...]]:
        """Visits by participant, by start, each with its session; every participant of the instance has an entry."""
        by_participant: dict[str, list[tuple[Visit, PlacedSession]]] = {p: [] for p in self.case.participants}
        for placed in self.placed:
            for visit in visits_of(placed):
                by_participant.setdefault(visit.participant, []).append((visit, placed))
        return {p: with_groups_left(self.case, pairs) for p, pairs in by_participant.items()}

    @cached_property
    def visits(self) -> dict[str, tuple[Visit, ...]]:
        """Visits by participant, by start; every participant of the instance has an entry."""
        return {p: tuple([visit for visit, _ in pairs]) for p, pairs in self.bookings.items()}

    @cached_property
    def session_of(self) -> Mapping[Visit, PlacedSession]:
        """The session a visit belongs to."""
        return dict(pair for pairs in self.bookings.values() for pair in pairs)

    def visits_in(self, placed: PlacedSession) -> tuple[Visit, ...]:
        """The visits of a session of this view, one per booking."""
        people = dict.fromkeys(placed.participants())
        return tuple(visit for p in people for visit, session in self.bookings[p] if session is placed)

    def handles_of(self, placed: PlacedSession) -> Iterator[Visit | Run | Staffing | Housing]:
        """The handles of a session of this view as it stands."""
        yield from self.visits_in(placed)
        if placed.session.group is None:
            return
        yield placed.run
        yield from (Staffing(placed.run, clinician) for clinician in placed.session.facilitators)
        if placed.session.room is not None:
            yield Housing(placed.run, placed.session.room)

    @cached_property
    def by_clinician(self) -> dict[str, tuple[PlacedSession, ...]]:
        """Sessions by facilitator, by start; every clinician of the instance has an entry."""
        sessions_of: dict[str, list[PlacedSession]] = {c: [] for c in self.case.clinicians}
        for placed in self.placed:
            for clinician in placed.session.facilitators:
                sessions_of.setdefault(clinician, []).append(placed)
        return {c: tuple(sessions) for c, sessions in sessions_of.items()}

    @cached_property
    def by_room(self) -> dict[str, tuple[PlacedSession, ...]]:
        """Sessions by room, by start."""
        sessions_of: dict[str, list[PlacedSession]] = {}
        for placed in self.placed:
            if placed.session.room is not None:
                sessions_of.setdefault(placed.session.room, []).append(placed)
        return {room: tuple(sessions) for room, sessions in sessions_of.items()}

    def guests(self, placed: PlacedSession) -> tuple[tuple[str, str], ...]:
        """The guests who come to a session: pairs of participant and guest."""
        return self.case.guests.attending(placed.session, placed.real)

    @cached_property
    def by_id(self) -> Mapping[str, PlacedSession]:
        """The sessions by id."""
        return {placed.id: placed for placed in self.placed}

    @cached_property
    def by_group(self) -> Mapping[str, PlacedSession]:
        """The runs by group."""
        return {placed.session.group: placed for placed in self.placed if placed.session.group is not None}

    @cached_property
    def runs(self) -> tuple[PlacedSession, ...]:
        """The group sessions."""
        return tuple(p for p in self.placed if p.session.group is not None)

    def days(self, participant: str) -> dict[int, tuple[Visit, ...]]:
        """A participant's visits by weekday."""
        by_day: dict[int, list[Visit]] = {}
        for visit in self.visits[participant]:
            by_day.setdefault(visit.day, []).append(visit)
        return {day: tuple(visits) for day, visits in by_day.items()}

    def stays(self, participant: str) -> tuple[Stay, ...]:
        """A participant's stays: the in-person visits of one day at one site, without those for which a group is left."""
        if participant not in self._stays:
            by_day_and_site: dict[tuple[int, str], list[Visit]] = {}
            for visit in self.visits[participant]:
                if visit.site is not None and visit.out_of is None:
                    by_day_and_site.setdefault((visit.day, visit.site), []).append(visit)
            ordered = sorted(by_day_and_site.items())
            self._stays[participant] = tuple([Stay(participant, site, tuple(there)) for (_, site), there in ordered])
        return self._stays[participant]

    @cached_property
    def _stays(self) -> dict[str, tuple[Stay, ...]]:
        return {}

    def service_days(self, participant: str) -> int:
        """A bit mask of the dates with a counted session: bit 0 is Monday."""
        if participant not in self._service_days:
            is_counted = self.case.care.is_counted
            self._service_days[participant] = mask([v.day for v in self.visits[participant] if is_counted(v.service, v.group)])
        return self._service_days[participant]

    @cached_property
    def _service_days(self) -> dict[str, int]:
        return {}

    def care_minutes(self, participant: str) -> int:
        """Care minutes of the week."""
        return sum(self.case.care.minutes_of(v) for v in self.visits[participant])


def place(case: Case, session: Session) -> PlacedSession:
    """A session with its span in minutes."""
    span = case.week.span(session.start, session.end)
    real = case.week.real_between(session.start, session.end) if case.week.seams else span
    return PlacedSession(session, span, real, case.time.is_past(span.start))


def in_order(placed: PlacedSession) -> tuple[Span, str]:
    """The key that sorts sessions by start."""
    return placed.span, placed.id


def may_leave(case: Case, group: Visit, visit: Visit) -> bool:
    """Whether a participant may leave a group visit for an appointment: its service allows it, and it is within the group's time there."""
    if visit.group is not None or group.service not in case.services[visit.service].pulls_out_of:
        return False
    return visit.site == group.site is not None and group.span.contains(visit.span)


def left_for(visit: Visit, group: Visit) -> Visit:
    """An appointment for which a group visit is left."""
    return replace(visit, out_of=(group.group or "", group.span.start))


def with_groups_left(case: Case, pairs: Iterable[tuple[Visit, PlacedSession]]) -> tuple[tuple[Visit, PlacedSession], ...]:
    """A participant's visits and their sessions, appointments with the group visit that is left for them, if there is one."""
    if not case.memo("view pull-outs", lambda: any(service.pulls_out_of for service in case.services.values())):
        return tuple(pairs)
    pairs = [(replace(visit, out_of=None), placed) for visit, placed in pairs]
    groups = [visit for visit, _ in pairs if visit.group is not None]
    return tuple((_out_of(case, visit, groups), placed) for visit, placed in pairs)


def _out_of(case: Case, visit: Visit, groups: Sequence[Visit]) -> Visit:
    left = next((group for group in groups if may_leave(case, group, visit)), None)
    return visit if left is None else left_for(visit, left)


def visits_of(placed: PlacedSession) -> Iterator[Visit]:
    """The visits of a session, one per booking."""
    session = placed.session
    people = placed.participants()
    for booking in session.bookings:
        yield Visit(
            participant=booking.participant,
            service=session.service,
            group=session.group,
            ordinal=session.ordinal,
            span=placed.span,
            mode=booking.mode,
            site=session.site if booking.mode == "in_person" else None,
            clinician=None if session.group is not None or not session.facilitators else session.facilitators[0],
            partner=next((p for p in people if p != booking.participant), None) if session.group is None else None,
        )


def mask(days: Iterable[int]) -> int:
    """Weekday indices as a bit mask."""
    bits = 0
    for day in days:
        bits |= 1 << day
    return bits
