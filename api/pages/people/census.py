"""The people of a program for the list and for each person's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from api.attendance.models import ParticipantMinutes
from api.attendance.store.minutes import week_minutes
from api.kernel.errors import Problem
from api.pages.published_week import WEEK as ONE_WEEK
from api.pages.published_week import BookedPerson, StaffSession, StaffWeek, monday_of, read_week
from api.programs.store.entities import find_participant
from api.programs.store.kinds import Rows
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from scheduler.instance import Authorization, Participant

STATUSES: Final[Mapping[str, str]] = {
    "active": "In the program",
    "waiting": "Waiting",
    "cleared": "Cleared to start",
    "on_hold": "On hold",
    "discharged": "Discharged",
}
ORDER: Final = tuple(STATUSES)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A participant in the list.

    Attributes:
        coming: The next session of this week that is not over, if there is one.
    """

    id: str
    name: str
    status: str
    phase: str
    therapist: str
    coming: StaffSession | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What a person's page shows.

    Attributes:
        weeks: This week and the next, each with the person's sessions.
        minutes: Ordered, scheduled and delivered minutes of this week; None where they cannot be counted at present.
    """

    id: str
    name: str
    participant: Participant
    status: str
    phase: str
    therapist: str
    weeks: tuple[tuple[StaffWeek, tuple[tuple[StaffSession, BookedPerson], ...]], ...]
    minutes: ParticipantMinutes | None
    authorizations: tuple[Authorization, ...]


def list_people(session: Session, program: str, caller: Caller, now: datetime) -> list[ListedPerson]:
    """All participants who are not archived, by status and name."""
    names, phases, therapists = (labels_of_kind(session, program, kind) for kind in ("participants", "phases", "clinicians"))
    week = read_week(session, program, monday_of(now.date()), caller, now)
    coming: dict[str, StaffSession] = {}
    for one in week.sessions:
        for person in one.people if not one.is_over else ():
            coming.setdefault(person.id, one)
    people = [
        ListedPerson(
            p.id, names[p.id], p.status, phases.get(p.phase or "", ""), therapists.get(p.primary_therapist or "", ""), coming.get(p.id)
        )
        for p in Rows(session, program).all(Participant)
    ]
    return sorted(people, key=lambda person: (ORDER.index(person.status), person.name))


def person_page(session: Session, program: str, id: str, caller: Caller, now: datetime) -> PersonPage:
    """A person's page.

    Raises:
        Problem: No such participant exists.
    """
    row = find_participant(session, program, id)
    participant = Participant.model_validate(row.document)
    names, phases, therapists = (labels_of_kind(session, program, kind) for kind in ("participants", "phases", "clinicians"))
    monday = monday_of(now.date())
    weeks = [read_week(session, program, start, caller, now) for start in (monday, monday + ONE_WEEK)]
    return PersonPage(
        id=id,
        name=names.get(id, id),
        participant=participant,
        status=STATUSES[participant.status],
        phase=phases.get(participant.phase or "", ""),
        therapist=therapists.get(participant.primary_therapist or "", ""),
        weeks=tuple((week, tuple(_sessions_of(week, id))) for week in weeks),
        minutes=_minutes(session, program, id, now),
        authorizations=participant.authorizations,
    )


def _sessions_of(week: StaffWeek, id: str) -> Iterator[tuple[StaffSession, BookedPerson]]:
    for one in week.sessions:
        if (booking := one.booking_of(id)) is not None:
            yield one, booking


def _minutes(session: Session, program: str, id: str, now: datetime) -> ParticipantMinutes | None:
    """The minutes of this week; the page is shown without them while the program's data is inconsistent."""
    try:
        return next(iter(week_minutes(session, program, monday_of(now.date()), now, [id])), None)
    except Problem:
        return None
