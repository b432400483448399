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
from api.programs.store.entities import find_participant
from api.programs.store.kinds import KINDS, active_documents
from api.programs.store.labels import ProgramLabels
from api.weeks.store.published import desk_number, sessions_of
from api.weeks.store.weeks import find_week
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
        title: The group or the service.
    """

    monday: date
    number: str
    title: str


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


def due_lines(session: Session, program: str, at: datetime) -> list[DueLine]:
    """Everything that is due in a program, in names."""
    reader = LineReader(session, program)
    return [reader.line(item) for item in due_items(session, program, at)]


class LineReader:
    """Puts lines in names, and reads what they refer to once."""

    def __init__(self, session: Session, program: str) -> None:
        """Read for someone who may see every service."""
        self._session, self._program = session, program
        self._labels = ProgramLabels(session, program)
        self._weeks: dict[date, dict[str, SessionRef]] = {}
        self._people: dict[str, tuple[Participant, int]] = {}

    def line(self, item: DueItem) -> DueLine:
        """A line in names."""
        ids = {concern.kind: concern.id for concern in item.concerns}
        participant, session = ids.get("participant"), self._session_of(item, ids.get("session"))
        grant = self._grant_of(item, participant)
        names = {c.id: self._labels.name(KINDS_OF_CONCERN[c.kind], c.id) for c in item.concerns if c.kind in KINDS_OF_CONCERN}
        if session is not None:
            names[ids["session"]] = session.title
        return DueLine(
            item=item,
            title=KIND_WORDS[item.kind],
            message=in_hours(with_names(self._with_payer(item.message, grant), names)),
            responsible=COORDINATOR if item.responsible is None else self._labels.name("clinicians", item.responsible),
            participant=participant,
            name="" if participant is None else names[participant],
            session=session,
            grant=grant,
            phases=self._phases(ids["phase"]) if item.kind == "phase_end" else (),
        )

    @staticmethod
    def _with_payer(message: str, ref: GrantRef | None) -> str:
        """A sentence that calls an authorization by its payer, as staff do."""
        if ref is None:
            return message
        subject = f"Authorization from {ref.grant.payer} for" if ref.grant.payer else "Authorization of"
        return message.replace(f"Authorization {ref.grant.id} of", subject, 1)

    @cached_property
    def _plans(self) -> list[list[str]]:
        return [plan["phases"] for plan in active_documents(self._session, self._program, KINDS["plans"])]

    def _phases(self, phase: str) -> tuple[tuple[str, str], ...]:
        ids = next((ids for ids in self._plans if phase in ids), sorted(self._labels.of_kind("phases")))
        return tuple((id, self._labels.name("phases", id)) for id in ids)

    def _session_of(self, item: DueItem, id: str | None) -> SessionRef | None:
        if id is None:
            return None
        monday = date.fromisoformat(item.address.split("/")[5])
        if monday not in self._weeks:
            self._weeks[monday] = self._sessions(monday)
        return self._weeks[monday].get(id)

    def _sessions(self, monday: date) -> dict[str, SessionRef]:
        """The published sessions of a week by id."""
        key = find_week(self._session, self._program, monday).desk_key
        return {
            row.session: SessionRef(monday, desk_number(key, row.session), self._title(row.group, row.service))
            for row in sessions_of(self._session, self._program, monday)
        }

    def _title(self, group: str | None, service: str) -> str:
        return self._labels.name("services", service) if group is None else self._labels.name("groups", group)

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
