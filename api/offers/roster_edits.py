"""The small edits that turn one roster of a week into another, as somebody would make them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from api.weeks.models.edits import AddSession, BookParticipant, Edit, MoveSession, RemoveSession, UnbookParticipant
from scheduler.case import Case
from scheduler.fields import Weekday
from scheduler.roster import Roster, Session
from scheduler.timegrid import DAY, WEEKDAYS


def edits_between(case: Case, before: Roster, after: Roster) -> tuple[Edit, ...]:
    """The edits, those first that make room."""
    old, new = ({session.id: session for session in roster.sessions} for roster in (before, after))
    edits: list[Edit] = [RemoveSession(do="remove", session=id) for id in old if id not in new]
    for id, session in new.items():
        edits += _changes(case, old[id], session) if id in old else [_addition(case, session)]
    return tuple(sorted(edits, key=lambda edit: edit.do not in ("remove", "unbook")))


def _changes(case: Case, old: Session, new: Session) -> Iterator[Edit]:
    if _place(old) != _place(new):
        minute = case.week.minute(new.start)
        yield MoveSession(
            do="move", session=old.id, day=_weekday(minute), time=minute % DAY, mode=new.mode, site=new.site, room=new.room,
            facilitators=new.facilitators,
        )  # fmt: skip
    was, now = ({booking.participant: booking.mode for booking in session.bookings} for session in (old, new))
    yield from (UnbookParticipant(do="unbook", session=old.id, participant=person) for person in was if person not in now)
    for person, mode in now.items():
        if person not in was:
            yield BookParticipant(do="book", session=old.id, participant=person, mode=mode)


def _weekday(minute: int) -> Weekday:
    return cast(Weekday, WEEKDAYS[minute // DAY])


def _place(session: Session) -> tuple[object, ...]:
    return session.start, session.mode, session.site, session.room, session.facilitators


def _addition(case: Case, session: Session) -> AddSession:
    minute = case.week.minute(session.start)
    return AddSession(
        do="add", group=session.group, service=None if session.group else session.service, day=_weekday(minute), time=minute % DAY,
        mode=session.mode, site=session.site, room=session.room, facilitators=session.facilitators,
        participants=tuple(booking.participant for booking in session.bookings), guests=session.guests,
    )  # fmt: skip
