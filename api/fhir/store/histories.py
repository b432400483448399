"""Histories of weeks, cached in the process by the hashes of their rosters: equal hashes mean an equal history."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.documents import document_text
from api.database.tables import RosterRow
from scheduler.exchange.fhir.history import WeekHistory, WeekVersion, follow
from scheduler.exchange.fhir.ids import number
from scheduler.roster import Roster as RosterDocument
from scheduler.roster import Session as RosterSession

REMEMBERED = 64
"""Number of cached weeks; one with 240 participants takes about two megabytes."""


class StepOf(NamedTuple):
    """A step by the hash of its roster; None if the week was withdrawn."""

    at: datetime
    hash: str | None


class ListPosition(NamedTuple):
    """The sort key of a resource.

    Attributes:
        minute: Start, in minutes since 1970.
        id: Id of the resource.
    """

    minute: int
    id: str


class NumberedHistory(NamedTuple):
    """A history with the sort keys of its appointments and slots, which take longer to compute than the rest of a search."""

    history: WeekHistory
    appointments: tuple[ListPosition, ...]
    slots: tuple[ListPosition, ...]

    @classmethod
    def of(cls, key: str, history: WeekHistory) -> NumberedHistory:
        """Compute the sort keys of a week."""
        seats, claims = (last.thing for last in history.seats), (last.thing for last in history.claims)
        appointments = tuple(_place(s.session, number(key, "appointment", s.session.id, s.participant)) for s in seats)
        return cls(history, appointments, tuple(_place(c.session, number(key, "slot", c.session.id, c.schedule)) for c in claims))


def _place(session: RosterSession, id: str) -> ListPosition:
    return ListPosition(int(session.start.timestamp()) // 60, id)


class Histories:
    """The most recently used histories."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most, self._by_week, self._lock = most, OrderedDict[tuple[str, tuple[StepOf, ...]], NumberedHistory](), Lock()

    def of(self, session: Session, key: str, steps: tuple[StepOf, ...]) -> NumberedHistory:
        """The history of a week.

        Args:
            key: Key of the week.
        """
        of_week = key, steps
        with self._lock:
            if (cached := self._by_week.get(of_week)) is not None:
                self._by_week.move_to_end(of_week)
                return cached
        history = follow(WeekVersion(step.at, None if step.hash is None else _roster(session, step.hash)) for step in steps)
        numbered = NumberedHistory.of(key, history)
        with self._lock:
            self._by_week[of_week] = numbered
            while len(self._by_week) > self._most:
                self._by_week.popitem(last=False)
        return numbered


histories = Histories()


def _roster(session: Session, hash: str) -> RosterDocument:
    return RosterDocument.model_validate_json(document_text(session, hash))


def steps_between(session: Session, program: str, first: date, last: date) -> dict[date, tuple[StepOf, ...]]:
    """The publishing steps of the weeks between two Mondays, by Monday, oldest first."""
    of_weeks = (RosterRow.program == program, RosterRow.monday.between(first, last))
    rows = session.scalars(select(RosterRow).where(*of_weeks, RosterRow.published_at.is_not(None)))
    rows_of: dict[date, list[RosterRow]] = {}
    for row in sorted(rows, key=lambda row: (row.monday, row.published_at, row.week_version or 0, row.number)):
        rows_of.setdefault(row.monday, []).append(row)
    return {monday: tuple(_steps(rows)) for monday, rows in rows_of.items()}


def _steps(rows: Sequence[RosterRow]) -> Iterator[StepOf]:
    """The steps of a week: published, replaced, or withdrawn without a replacement."""
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        assert row.published_at is not None
        yield StepOf(row.published_at, row.roster_hash)
        replaced_at = None if following is None else following.published_at
        if row.superseded_at is not None and (replaced_at is None or row.superseded_at < replaced_at):
            yield StepOf(row.superseded_at, None)
