"""The participant whom a page with forms is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.pages.staff import program_url
from api.programs.store.entities import find_participant
from api.programs.store.labels import labels_of_kind
from api.programs.store.programs import zone_of
from api.security.access import Caller
from scheduler.instance import Participant


@dataclass(frozen=True, slots=True)
class PageSubject:
    """The participant whom a page with forms is about.

    Attributes:
        name: Told apart from everyone else's; the id, for callers who may not see names.
        version: The version of the participant's document.
        now: The current time of the program's wall clock.
    """

    program: str
    person: Participant
    name: str
    version: int
    is_archived: bool
    now: datetime
    zone: ZoneInfo

    @property
    def id(self) -> str:
        """The participant's id."""
        return self.person.id

    @property
    def today(self) -> date:
        """Today in the program's zone."""
        return self.now.date()

    @property
    def guests(self) -> tuple[tuple[str, str], ...]:
        """Id and name of each of the participant's guests."""
        return tuple((guest.id, guest.label or guest.id) for guest in self.person.guests)

    def guest_name(self, id: str | None) -> str:
        """What a guest is called; the id, if the participant no longer has this guest."""
        return dict(self.guests).get(id or "", id or "")

    def url(self, path: str = "") -> str:
        """The address of the participant's page, or of one below it."""
        return program_url(self.program, "/".join(filter(None, ("people", self.id, path))))


def subject_of(session: Session, program: str, id: str, caller: Caller, at: datetime) -> PageSubject:
    """Read a participant.

    Raises:
        Problem: No such program or participant exists.
    """
    row = find_participant(session, program, id)
    zone = zone_of(session, program)
    may_see = caller.may("program:read", program)
    return PageSubject(
        program=program,
        person=Participant.model_validate(row.document),
        name=labels_of_kind(session, program, "participants")[id] if may_see else id,
        version=row.version,
        is_archived=row.archived_at is not None,
        now=at.astimezone(zone),
        zone=zone,
    )
