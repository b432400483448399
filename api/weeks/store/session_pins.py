"""Pins of whole sessions: one press pins a session where it is, with its leaders and its room, and another takes that back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from api.database.tables import PinRow
from api.weeks.store.weeks import lock_week, pin_of, pins_of
from scheduler.instance import Pin
from scheduler.roster import Session as RosterSession
from scheduler.timegrid import WEEKDAYS


def add_pin(session: Session, program: str, monday: date, pin: Pin, by: str) -> PinRow:
    """Store a pin of a week."""
    lock_week(session, program, monday, by)
    document = pin.model_dump(mode="json", exclude_defaults=True)
    row = PinRow(program=program, monday=monday, document=document, created_by=by, changed_by=by)
    session.add(row)
    session.flush()
    return row


def pin_session(session: Session, program: str, monday: date, one: RosterSession, by: str) -> None:
    """Pin a session as it is; what was pinned about it before is replaced."""
    unpin_session(session, program, monday, one)
    for pin in _pins(one):
        add_pin(session, program, monday, pin, by)


def unpin_session(session: Session, program: str, monday: date, one: RosterSession) -> None:
    """Delete all pins of a session."""
    lock_week(session, program, monday)
    for row in pins_of(session, program, monday):
        if _is_of(pin_of(row), one):
            session.delete(row)
    session.flush()


def pinned_sessions(session: Session, program: str, monday: date, sessions: Iterable[RosterSession]) -> frozenset[str]:
    """The ids of the sessions about which something is pinned."""
    pins: Sequence[Pin] = [pin_of(row) for row in pins_of(session, program, monday)]
    return frozenset(one.id for one in sessions if any(_is_of(pin, one) for pin in pins))


def _is_of(pin: Pin, one: RosterSession) -> bool:
    if one.group is not None:
        return pin.kind != "booking" and pin.group == one.group
    is_theirs = pin.service == one.service and any(pin.participant == b.participant for b in one.bookings)
    # Somebody may have a service twice a week: a pin with a time is of the appointment at that time.
    minute = one.start.hour * 60 + one.start.minute
    return pin.kind == "booking" and is_theirs and pin.day in (None, WEEKDAYS[one.start.weekday()]) and pin.time in (None, minute)


def _pins(one: RosterSession) -> Iterator[Pin]:
    """What pins a session where it is."""
    when = {"day": WEEKDAYS[one.start.weekday()], "time": f"{one.start:%H:%M}"}
    if one.group is not None:
        yield Pin.model_validate({"kind": "run", "group": one.group} | when)
        for clinician in one.facilitators:
            yield Pin.model_validate({"kind": "facilitator", "group": one.group, "clinician": clinician})
        if one.room is not None:
            yield Pin.model_validate({"kind": "room", "group": one.group, "room": one.room})
        return
    for booking in one.bookings[:1]:
        who = next(iter(one.facilitators), None)
        more = {"participant": booking.participant, "service": one.service, "mode": booking.mode, "clinician": who}
        yield Pin.model_validate({"kind": "booking"} | more | when)
