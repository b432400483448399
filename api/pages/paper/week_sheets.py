"""A published week as sheets of paper: one for each room, clinician or participant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final, Literal

from sqlalchemy.orm import Session

from api.pages.published_week import StaffSession, StaffWeek
from api.programs.store.labels import labels_of_kind

By = Literal["room", "clinician", "participant"]
TITLES: Final[dict[By, str]] = {"room": "Rooms", "clinician": "Clinicians", "participant": "Participants"}
KINDS: Final[dict[By, str]] = {"room": "rooms", "clinician": "clinicians", "participant": "participants"}
ONLINE: Final = "Online"
NO_ROOM: Final = "No room"


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """The week of one room, clinician or participant.

    Attributes:
        days: The sessions of each day that has any.
    """

    title: str
    days: tuple[tuple[date, tuple[StaffSession, ...]], ...]


def week_sheets(session: Session, program: str, week: StaffWeek, by: By) -> tuple[WeekSheet, ...]:
    """The sheets of everyone who has a session, by name. Those of rooms end with what is online or without a room."""
    names = labels_of_kind(session, program, KINDS[by])
    belongs = _OWNERS[by]
    sheets: dict[str, list[StaffSession]] = {}
    for one in week.sessions:
        for owner in belongs(one):
            sheets.setdefault(owner, []).append(one)
    order = sorted(sheets, key=lambda owner: (owner in (ONLINE, NO_ROOM), names.get(owner, owner), owner))
    return tuple(WeekSheet(names.get(owner, owner), _by_day(sheets[owner])) for owner in order)


def _rooms(one: StaffSession) -> Iterable[str]:
    return (one.room or (ONLINE if one.is_online else NO_ROOM),)


def _clinicians(one: StaffSession) -> Iterable[str]:
    return one.clinicians


def _participants(one: StaffSession) -> Iterable[str]:
    return [person.id for person in one.people]


_OWNERS: Final[dict[By, Callable[[StaffSession], Iterable[str]]]] = {
    "room": _rooms,
    "clinician": _clinicians,
    "participant": _participants,
}


def _by_day(sessions: Iterable[StaffSession]) -> tuple[tuple[date, tuple[StaffSession, ...]], ...]:
    return tuple((day, tuple(of_day)) for day, of_day in groupby(sessions, key=lambda one: one.day))
