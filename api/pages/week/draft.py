"""A roster that is being worked on, as the board shows it, and how it differs from another one, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from api.pages.published_week import SessionReader, StaffWeek
from api.programs.store.labels import ProgramLabels
from api.weeks.store.working import WorkingRoster
from scheduler.roster import Roster
from scheduler.roster import Session as RosterSession
from scheduler.words import counted


class RosterDifference(NamedTuple):
    """How a roster differs from another one.

    Attributes:
        words: What that means for people, in sentences; empty if nobody notices.
        marks: By id, what is different about each session: New, Moved or Changed.
        gone: Ids of the sessions that it no longer has.
    """

    words: tuple[str, ...] = ()
    marks: Mapping[str, str] = {}
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.marks or self.gone)


def read_working(session: Session, program: str, working: WorkingRoster, now: datetime, labels: ProgramLabels) -> StaffWeek:
    """The sessions of a roster that is being worked on, for callers who may read rosters."""
    document = working.document
    reader = SessionReader(session, program, now, document.monday, labels, sees_services=True)
    sessions = sorted(document.sessions, key=lambda one: (one.start, one.id))
    return StaffWeek(document.monday, now, working.entry.number, None, tuple(map(reader.session_of, sessions)))


def difference(before: Roster, after: Roster) -> RosterDifference:
    """What is different in the second of two rosters of a week."""
    old, new = ({one.id: one for one in roster.sessions} for roster in (before, after))
    marks = {id: mark for id, one in new.items() if (mark := _mark(old.get(id), one))}
    gone = tuple(id for id in old if id not in new)
    return RosterDifference(tuple(_in_words(old, new, [*marks, *gone])), marks, gone)


def _mark(old: RosterSession | None, new: RosterSession) -> str:
    if old is None:
        return "New"
    if (old.start, old.end) != (new.start, new.end):
        return "Moved"
    return "" if old == new else "Changed"


def _in_words(old: Mapping[str, RosterSession], new: Mapping[str, RosterSession], ids: list[str]) -> Iterator[str]:
    """How many people each kind of change concerns."""
    kinds: dict[str, set[str]] = {}
    for id in ids:
        for person, kind in _changes(old.get(id), new.get(id)):
            kinds.setdefault(kind, set()).add(person)
    numbers = Counter({kind: len(people) for kind, people in kinds.items()})
    for kind, (verb_one, verb_many, rest) in KINDS.items():
        if number := numbers[kind]:
            yield f"{counted(number, 'person', 'people')} {verb_one if number == 1 else verb_many} {rest}"


KINDS: Mapping[str, tuple[str, str, str]] = {
    "moved": ("comes", "come", "at another time"),
    "new": ("gets", "get", "a session more"),
    "gone": ("loses", "lose", "a session"),
    "leader": ("sees", "see", "another therapist"),
    "mode": ("changes", "change", "between in person and online"),
    "room": ("goes", "go", "to another room"),
}


def _changes(old: RosterSession | None, new: RosterSession | None) -> Iterator[tuple[str, str]]:
    """Each participant of a session with what is different."""
    before = {} if old is None else {booking.participant: booking.mode for booking in old.bookings}
    after = {} if new is None else {booking.participant: booking.mode for booking in new.bookings}
    yield from ((person, "gone") for person in before if person not in after)
    yield from ((person, "new") for person in after if person not in before)
    if old is None or new is None:
        return
    for person in after.keys() & before.keys():
        if (old.start, old.end) != (new.start, new.end):
            yield person, "moved"
        if old.facilitators[:1] != new.facilitators[:1]:
            yield person, "leader"
        if before[person] != after[person]:
            yield person, "mode"
        elif old.room != new.room:
            yield person, "room"
