"""The list of a program's participants, by status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from api.pages.published_week import StaffSession, monday_of, read_week
from api.programs.store.kinds import Rows
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from scheduler.instance import Participant
from scheduler.instance.people import Status

STATUSES: Final[Mapping[Status, str]] = {
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
    status: Status
    phase: str
    therapist: str
    coming: StaffSession | None


@dataclass(frozen=True, slots=True)
class Census:
    """A program's participants.

    Attributes:
        people: Those of the chosen status, or all, by status and name.
        counts: How many there are of each status; those without any are left out.
        status: The chosen status; None: all.
    """

    people: tuple[ListedPerson, ...]
    counts: Mapping[Status, int]
    status: Status | None

    @property
    def total(self) -> int:
        """How many participants there are in all."""
        return sum(self.counts.values())


def census_of(session: Session, program: str, caller: Caller, now: datetime, status: Status | None) -> Census:
    """The participants who are not archived.

    Args:
        now: From `program_now`.
        status: Only those with this status; None: all.
    """
    names, phases, therapists = (labels_of_kind(session, program, kind) for kind in ("participants", "phases", "clinicians"))
    week = read_week(session, program, monday_of(now.date()), caller, now)
    coming: dict[str, StaffSession] = {}
    for one in week.sessions:
        for person in one.people if not one.is_over else ():
            coming.setdefault(person.id, one)
    everyone = Rows(session, program).all(Participant)
    people = [
        ListedPerson(
            p.id, names[p.id], p.status, phases.get(p.phase or "", ""), therapists.get(p.primary_therapist or "", ""), coming.get(p.id)
        )
        for p in everyone
        if status in (None, p.status)
    ]
    people.sort(key=lambda person: (ORDER.index(person.status), person.name))
    numbers = Counter(p.status for p in everyone)
    return Census(tuple(people), {one: numbers[one] for one in STATUSES if numbers[one]}, status)
