"""Checks after a merge: every reference resolves, and future sessions still have what they need."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.database import tables
from api.kernel.errors import Place, Problem
from api.programs.store.kinds import CONTRACTS, documents_by_kind
from api.programs.store.reference_checks import MOST_TOLD, ONE
from scheduler.names import references


def require_whole(session: Session, program: str, archived: Collection[tuple[str, str]], now: datetime) -> None:
    """Refuse a merge that archives entries still referenced elsewhere.

    Args:
        archived: Kind and id of each archived entry.

    Raises:
        Problem: `in_use`, with every reference.
    """
    if not archived:
        return
    session.flush()
    places = [*_naming(session, program, archived), *_needing(session, program, archived, now)]
    if places:
        detail = "Entries missing from the file are still referenced; each reference is listed. Change those or keep the entries."
        raise Problem("in_use", detail, places[:MOST_TOLD])


def _naming(session: Session, program: str, archived: Collection[tuple[str, str]]) -> Iterator[Place]:
    """Every active row that references an archived one it does not belong to."""
    row = session.get(tables.ProgramRow, program)
    documents = documents_by_kind(session, program)
    if row is not None:
        documents["programs"] = [row.document | {"id": program}]
    for user, entries in documents.items():
        for document in entries:
            for path, names, id, _ in references(CONTRACTS[user], document):
                if (names.kind, id) in archived and not names.is_owner:
                    yield Place(code="in_use", path=f"{user}/{document['id']}.{path}", message="it is referenced here")


def _needing(session: Session, program: str, archived: Collection[tuple[str, str]], now: datetime) -> Iterator[Place]:
    """Future published sessions that involve an archived entry."""
    sessions = tables.PublishedSessionRow
    to_come = (sessions.program == program, sessions.end > now)
    for kind, field in ONE.items():
        ids = {id for of, id in archived if of == kind}
        if not ids:
            continue
        query: Any = _joined(kind) if kind in JOINED else select(sessions.monday, getattr(sessions, field))
        for monday, id in sorted(set(session.execute(query.where(*to_come))), key=str):
            if id in ids:
                yield Place(code="in_use", path=f"weeks/{monday.isoformat()}", message=f"future published sessions need {kind}/{id}")


def _joined(kind: str) -> Any:
    sessions, (table, column) = tables.PublishedSessionRow, JOINED[kind]
    same = and_(*(getattr(table, name) == getattr(sessions, name) for name in ("program", "monday", "session")))
    return select(sessions.monday, getattr(table, column)).join(table, same)


JOINED: dict[str, tuple[Any, str]] = {
    "participants": (tables.PublishedBookingRow, "participant"),
    "clinicians": (tables.PublishedLeadRow, "clinician"),
}
"""People listed outside a session's own row: table and field."""
