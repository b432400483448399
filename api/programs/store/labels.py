"""The names that staff see: labels of a program's entities by id, archived ones included, with people told apart."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database import read_once
from api.programs.store.kinds import KINDS
from scheduler.exchange.words import apart

PEOPLE = frozenset({"participants", "clinicians"})


def labels_of_kind(session: Session, program: str, kind: str) -> dict[str, str]:
    """The name of each entity of a kind: its label, or the id without one; two people never have the same ("A.B. 1042").

    Args:
        kind: As in addresses, e.g. ``rooms``.
    """
    return read_once(session, ("labels", program, kind), lambda: _read_labels(session, program, kind))


def _read_labels(session: Session, program: str, kind: str) -> dict[str, str]:
    table = KINDS[kind].table
    query = select(table.id, table.document["label"].as_string()).where(table.program == program).order_by(table.id)
    labels = {id: (label or "").strip() for id, label in session.execute(query)}
    return {id: label or id for id, label in (apart(labels) if kind in PEOPLE else labels).items()}


class ProgramLabels:
    """The names of a program's entities; each kind is read once, when it is first asked for."""

    def __init__(self, session: Session, program: str) -> None:
        self._session, self._program = session, program
        self._read: dict[str, dict[str, str]] = {}

    def of_kind(self, kind: str) -> dict[str, str]:
        """The names by id, as from `labels_of_kind`."""
        if kind not in self._read:
            self._read[kind] = labels_of_kind(self._session, self._program, kind)
        return self._read[kind]

    def name(self, kind: str, id: str | None) -> str:
        """The name of one entity: its id if there is no such one, and nothing for None."""
        return self.of_kind(kind).get(id, id) if id else ""
