"""The names that staff see: labels of a program's entities by id, archived ones included, with people told apart."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.programs.store.kinds import KINDS
from scheduler.exchange.words import apart

PEOPLE = frozenset({"participants", "clinicians"})


def labels_of_kind(session: Session, program: str, kind: str) -> dict[str, str]:
    """The name of each entity of a kind: its label, or the id without one; two people never have the same ("A.B. 1042").

    Args:
        kind: As in addresses, e.g. ``rooms``.
    """
    table = KINDS[kind].table
    query = select(table.id, table.document["label"].as_string()).where(table.program == program).order_by(table.id)
    labels = {id: (label or "").strip() for id, label in session.execute(query)}
    return {id: label or id for id, label in (apart(labels) if kind in PEOPLE else labels).items()}
