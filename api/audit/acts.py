"""The audit trail: who did or saw what, when; never content.

A route says with `needs` what it does; the row is written with the route's own transaction, or not at all. Refusals are written, too.
Rows of what changes nothing are written by `api.audit.writer`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.database.tables import AuditEntry, Base
from api.security.access import Caller

Outcome = Literal["done", "denied"]

# Not an object of the session: every view writes one, and this takes half of the time. Made once, for making it takes half of the rest.
NEW_ROW = insert(Base.metadata.tables[AuditEntry.__tablename__])


@dataclass(frozen=True, slots=True)
class Act:
    """Something a caller does.

    Attributes:
        action: E.g. ``roster.publish``.
        target: Ids, written ``name=id`` and parted by spaces.
    """

    caller: Caller
    action: str
    program: str | None = None
    target: str = ""
    request_id: str = ""

    def about(self, **ids: str) -> Act:
        """The same with more ids, e.g. of what was just made."""
        return replace(self, target=" ".join(filter(None, (self.target, *(f"{name}={id}" for name, id in ids.items())))))

    def row(self, outcome: Outcome) -> dict[str, Any]:
        """The row as the table has it."""
        return {
            "caller": self.caller.name,
            "action": self.action,
            "program": self.program,
            "target": self.target[:300],
            "outcome": outcome,
            "request_id": self.request_id,
        }

    def record(self, session: Session, outcome: Outcome = "done") -> None:
        """Write the row; it stands and falls with the transaction."""
        record_all(session, [(self, outcome)])


def record_all(session: Session, acts: Iterable[tuple[Act, Outcome]]) -> None:
    """Write the rows of several acts; they stand and fall with the transaction."""
    session.execute(NEW_ROW, [act.row(outcome) for act, outcome in acts])
