"""The list of what is due in names: what staff call people, groups, sessions and phases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy.orm import Session

from api.due.models import DueItem, DueKind
from api.due.store import due_items
from api.pages.plan.names import in_hours
from api.pages.published_week import StaffSession, program_now, read_week
from api.programs.store.entities import find_participant
from api.programs.store.kinds import KINDS, active_documents
from api.programs.store.labels import ProgramLabels
from api.security.access import Caller
from scheduler.instance import Authorization, Participant

KIND_WORDS: Final[Mapping[DueKind, str]] = {
    "authorization_end": "Authorization ends",
    "authorization_units": "Units run out",
    "authorization_review": "Payer's review",
    "authorization_answer": "Payer has not answered",
    "authorization_denied": "Denied",
    "phase_end": "Phase ends",
    "below_floor": "Too little care",
    "no_session": "No care",
    "waiting": "Waiting",
    "hold_end": "On hold",
    "outreach": "Missed a session",
    "missed_again": "Missed again",
    "unmarked": "Not marked",
    "leave": "No leader",
    "closure": "Closed",
    "message": "Message failed",
}
"""The kinds of lines in a few words."""

KINDS_OF_CONCERN: Final = {
    "participant": "participants", "clinician": "clinicians", "group": "groups", "site": "sites", "phase": "phases",
}  # fmt: skip
COORDINATOR: Final = "The coordinator"


@dataclass(frozen=True, slots=True)
class SessionRef:
    """A session that a line is about.

    Attributes:
        number: Its number in addresses, which does not reveal the service.
    """

    monday: date
    number: str


@dataclass(frozen=True, slots=True)
class GrantRef:
    """An authorization that a line is about.

    Attributes:
        version: The version of the participant's document.
    """

    participant: str
    grant: Authorization
    version: int

    @property
    def following(self) -> date:
        """The first date that it does not cover."""
        return self.grant.last + timedelta(days=1)

    @property
    def following_last(self) -> date:
        """The last date of a renewal of the same length."""
        return self.grant.last + (self.grant.last - self.grant.first) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line of the list as staff see it.

    Attributes:
        message: What is due, with names in place of ids.
        responsible: The name of who is responsible.
        participant: The id of the participant whom it is about, if any.
        phases: For a phase that ends, the phases to choose from, by id and name: those of its plan, in order.
    """

    item: DueItem
    title: str
    message: str
    responsible: str
    participant: str | None
    name: str
    session: SessionRef | None
    grant: GrantRef | None
    phases: tuple[tuple[str, str], ...]

    @property
    def following(self) -> date:
        """The day after."""
        return self.item.date + timedelta(days=1)

    @property
    def where(self) -> tuple[tuple[str, str], ...]:
        """Where the line is settled, if not in the list: pages of the program with the words of their links."""
        monday = self.item.date - timedelta(days=self.item.date.weekday())
        match self.item.kind:
            case "waiting":
                return (
                    (f"phone/waiting/{self.participant}", "Offer a place"),
                    ("phone/waiting", "Waiting list"),
                    (f"people/{self.participant}/stay", "Change the status"),
                )
            case "hold_end":
                return ((f"people/{self.participant}/stay", "Change the status"),)
            case "below_floor" | "no_session":
                return (f"plan/{monday}", "Generate the week"), (f"week/{monday}?by=participant&id={self.participant}", "Their week")
            case "leave" | "closure":
                return (f"week/{monday}", "Open the week"), (f"plan/{monday}", "Generate the week")
            case _:
                return ()


def due_lines(session: Session, program: str, caller: Caller, at: datetime) -> list[DueLine]:
    """Everything that is due in a program, in names."""
    reader = LineReader(session, program, caller, program_now(session, program, at))
    return [reader.line(item) for item in due_items(session, program, at)]


class LineReader:
    """Puts lines in names, and reads what they refer to once."""

    def __init__(self, session: Session, program: str, caller: Caller, now: datetime) -> None:
        """Read for a caller, at a time of `program_now`."""
        self._session, self._program, self._caller, self._now = session, program, caller, now
        self._labels = ProgramLabels(session, program)
        self._weeks: dict[date, Mapping[str, StaffSession]] = {}
        self._people: dict[str, tuple[Participant, int]] = {}

    def line(self, item: DueItem) -> DueLine:
        """A line in names."""
        ids = {concern.kind: concern.id for concern in item.concerns}
        participant, session = ids.get("participant"), self._session_of(item, ids.get("session"))
        names = {c.id: self._labels.name(KINDS_OF_CONCERN[c.kind], c.id) for c in item.concerns if c.kind in KINDS_OF_CONCERN}
        if session is not None:
            names[ids["session"]] = session.title
        return DueLine(
            item=item,
            title=KIND_WORDS[item.kind],
            message=in_hours(with_names(item.message, names)),
            responsible=COORDINATOR if item.responsible is None else self._labels.name("clinicians", item.responsible),
            participant=participant,
            name="" if participant is None else names[participant],
            session=None if session is None else SessionRef(session.day - timedelta(days=session.day.weekday()), session.number),
            grant=self._grant_of(item, participant),
            phases=self._phases(ids["phase"]) if item.kind == "phase_end" else (),
        )

    @cached_property
    def _plans(self) -> list[list[str]]:
        return [plan["phases"] for plan in active_documents(self._session, self._program, KINDS["plans"])]

    def _phases(self, phase: str) -> tuple[tuple[str, str], ...]:
        ids = next((ids for ids in self._plans if phase in ids), sorted(self._labels.of_kind("phases")))
        return tuple((id, self._labels.name("phases", id)) for id in ids)

    def _session_of(self, item: DueItem, id: str | None) -> StaffSession | None:
        if id is None:
            return None
        monday = date.fromisoformat(item.address.split("/")[5])
        if monday not in self._weeks:
            week = read_week(self._session, self._program, monday, self._caller, self._now)
            self._weeks[monday] = {session.id: session for session in week.sessions}
        return self._weeks[monday].get(id)

    def _grant_of(self, item: DueItem, participant: str | None) -> GrantRef | None:
        if participant is None or not item.kind.startswith("authorization"):
            return None
        if participant not in self._people:
            row = find_participant(self._session, self._program, participant)
            self._people[participant] = Participant.model_validate(row.document), row.version
        person, version = self._people[participant]
        id = item.id.rpartition("~")[2]
        return next((GrantRef(participant, grant, version) for grant in person.authorizations if grant.id == id), None)


def with_names(message: str, names: Mapping[str, str]) -> str:
    """A sentence with names in place of ids."""
    if not names:
        return message
    ids = "|".join(re.escape(id) for id in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w.-])(?:{ids})(?![\w-]|\.\w)", lambda match: names[match[0]], message)
