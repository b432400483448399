"""The history of a week's bookings through all rosters published for it.

Rosters never change, so the same rosters always give the same history: who is booked, since when, and who is no longer booked. Other
systems keep copies of appointments; without this history they would never learn of cancellations.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from scheduler.exchange.fhir.ids import resource_id
from scheduler.fields import BookingMode
from scheduler.roster import Roster, Session

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class WeekVersion(NamedTuple):
    """The state of a week from some time on.

    Attributes:
        roster: The published roster; None: the week was withdrawn.
    """

    at: datetime
    roster: Roster | None


@dataclass(frozen=True, slots=True)
class Last(Generic[T]):
    """A value as last published.

    Attributes:
        changed_at: When it last changed or was withdrawn.
    """

    thing: T
    changed_at: datetime
    is_gone: bool = False


class Seat(NamedTuple):
    """One participant in one session."""

    session: Session
    participant: str
    mode: BookingMode


class SlotClaim(NamedTuple):
    """One session in one schedule.

    Attributes:
        schedule: The id of the Schedule resource.
    """

    session: Session
    schedule: str


@dataclass(frozen=True, slots=True)
class WeekHistory:
    """The seats and claims of a week, withdrawn ones included."""

    seats: tuple[Last[Seat], ...]
    claims: tuple[Last[SlotClaim], ...]


def schedules_of(session: Session) -> tuple[str, ...]:
    """The schedules in which a session takes time: those of its clinicians and room; without either, its service's."""
    from_staff = [schedule_id("clinician", clinician) for clinician in session.facilitators]
    from_room = [] if session.room is None else [schedule_id("room", session.room)]
    return tuple(from_staff + from_room) or (schedule_id("service", session.service),)


def schedule_id(kind: str, own: str) -> str:
    """The resource id of a schedule of a clinician, room or service."""
    return resource_id(own, f"{kind[0]}-")


def follow(steps: Iterable[WeekVersion]) -> WeekHistory:
    """Follow a week through its steps, given in chronological order."""
    seats: dict[tuple[str, str], Last[Seat]] = {}
    claims: dict[tuple[str, str], Last[SlotClaim]] = {}
    for step in steps:
        sessions = () if step.roster is None else step.roster.sessions
        _go_on(seats, dict(_seats(sessions)), step.at, _seen_by_participant)
        _go_on(claims, dict(_claims(sessions)), step.at, _seen_by_schedule)
    return WeekHistory(tuple(seats.values()), tuple(claims.values()))


def _go_on(history: dict[K, Last[T]], now: Mapping[K, T], at: datetime, content: Callable[[T], object]) -> None:
    """Update the known values with the next step; values that look the same count as unchanged."""
    for key, thing in now.items():
        last = history.get(key)
        if last is None or last.is_gone or content(last.thing) != content(thing):
            history[key] = Last(thing, at)
    for key, last in history.items():
        if key not in now and not last.is_gone:
            history[key] = Last(last.thing, at, is_gone=True)


def _seats(sessions: Iterable[Session]) -> Iterator[tuple[tuple[str, str], Seat]]:
    for session in sessions:
        for booking in session.bookings:
            yield (session.id, booking.participant), Seat(session, booking.participant, booking.mode)


def _claims(sessions: Iterable[Session]) -> Iterator[tuple[tuple[str, str], SlotClaim]]:
    for session in sessions:
        for schedule in schedules_of(session):
            yield (session.id, schedule), SlotClaim(session, schedule)


def _seen_by_participant(seat: Seat) -> object:
    s = seat.session
    return s.service, s.start, s.end, s.site, s.room, s.facilitators, seat.mode


def _seen_by_schedule(claim: SlotClaim) -> object:
    return claim.session.service, claim.session.start, claim.session.end
