"""Entries of the audit trail: who changed or viewed what, and when; never the content.

A route declares its action with `needs`; the row is written in the route's own transaction, or not at all. Refusals are recorded, too.
Rows for requests that change nothing are written by `api.audit.writer`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.database.tables import AuditEntryRow, Base
from api.security.access import Caller

Outcome = Literal["done", "denied"]

BACKUP: Final = "database.backup"
"""The action of `stepdown db backup`, which concerns all programs."""

# Not an ORM object: every view writes a row, and this takes half the time. Built once, because building takes half of the rest.
NEW_ROW = insert(Base.metadata.tables[AuditEntryRow.__tablename__])


@dataclass(frozen=True, slots=True)
class Act:
    """An action of a caller.

    Attributes:
        action: E.g. ``roster.publish``.
        target: Ids, written ``name=id`` and separated by spaces.
    """

    caller: Caller
    action: str
    program: str | None = None
    target: str = ""
    request_id: str = ""

    def about(self, **ids: str) -> Act:
        """The same act with more ids, e.g. of a new entity."""
        return replace(self, target=" ".join(filter(None, (self.target, *(f"{name}={id}" for name, id in ids.items())))))

    def row(self, outcome: Outcome) -> dict[str, Any]:
        """The columns of the row."""
        return {
            "caller": self.caller.name,
            "action": self.action,
            "program": self.program,
            "target": self.target[:300],
            "outcome": outcome,
            "request_id": self.request_id,
        }

    def record(self, session: Session, outcome: Outcome = "done") -> None:
        """Write the row as part of the transaction."""
        record_all(session, [(self, outcome)])


def record_all(session: Session, acts: Iterable[tuple[Act, Outcome]]) -> None:
    """Write the rows of several acts as part of the transaction."""
    session.execute(NEW_ROW, [act.row(outcome) for act, outcome in acts])
