"""The names that staff see: labels of a program's entities by id, archived ones included, with people told apart."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database import read_once
from api.database.tables import ProgramRow
from api.programs.store.kinds import KINDS
from scheduler.exchange.words import apart
from scheduler.instance import Closure, GroupStart
from scheduler.words import time_of_day

PEOPLE = frozenset({"participants", "clinicians"})


def labels_of_kind(session: Session, program: str, kind: str) -> dict[str, str]:
    """The name of each entity of a kind: its label, or the id without one; two people never have the same ("A.B. 1042"), nor two groups.

    Args:
        kind: As in addresses, e.g. ``rooms``.
    """
    return read_once(session, ("labels", program, kind), lambda: _read_labels(session, program, kind))


def _read_labels(session: Session, program: str, kind: str) -> dict[str, str]:
    if kind == "groups":
        return _read_group_labels(session, program)
    table = KINDS[kind].table
    query = select(table.id, table.document["label"].as_string()).where(table.program == program).order_by(table.id)
    labels = {id: (label or "").strip() for id, label in session.execute(query)}
    return {id: label or id for id, label in (apart(labels) if kind in PEOPLE else labels).items()}


def _read_group_labels(session: Session, program: str) -> dict[str, str]:
    """The labels of groups; those of the same one are told apart by when they meet, or by id."""
    table = KINDS["groups"].table
    rows = session.execute(select(table.id, table.document).where(table.program == program).order_by(table.id)).all()
    labels = {id: (document.get("label") or "").strip() or id for id, document in rows}
    number = Counter(labels.values())
    times = {id: _times(document) for id, document in rows if number[labels[id]] > 1}
    distinct = Counter((labels[id], time) for id, time in times.items())
    return {id: f"{label} ({_apart(id, label, times[id], distinct)})" if id in times else label for id, label in labels.items()}


def _apart(id: str, label: str, times: str, distinct: Counter[tuple[str, str]]) -> str:
    return times if distinct[label, times] == 1 else id


def _times(document: dict[str, Any]) -> str:
    """When a group may meet: "Tue 5:30 pm"."""
    starts = [GroupStart.model_validate(start) for start in document.get("starts", ())]
    return ", ".join(f"{start.day.capitalize()} {time_of_day(start.time)}" for start in starts)


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

    @property
    def closures(self) -> dict[date, str]:
        """What the program or a site is closed for, by date, where that is entered."""
        row = self._session.get(ProgramRow, self._program)
        closures = [] if row is None else [Closure.model_validate(one) for one in row.document.get("closures", ())]
        return {closure.date: closure.label for closure in closures if closure.label}

    def name(self, kind: str, id: str | None) -> str:
        """The name of one entity: its id if there is no such one, and nothing for None."""
        return self.of_kind(kind).get(id, id) if id else ""
