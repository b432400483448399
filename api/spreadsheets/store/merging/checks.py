"""After a merge: whatever is named is there, and no session to come lost what it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.database import tables
from api.kernel.errors import Place, Problem
from api.programs.store.kinds import CONTRACTS, KINDS, active_documents
from api.programs.store.reference_checks import MOST_TOLD, ONE
from scheduler.names import references


def require_whole(session: Session, program: str, archived: Collection[tuple[str, str]], now: datetime) -> None:
    """Refuse to leave a program in which something names what was archived just now.

    Args:
        archived: Kind and id.

    Raises:
        Problem: `in_use`, with every place.
    """
    if not archived:
        return
    session.flush()
    found = [*_naming(session, program, archived), *_needing(session, program, archived, now)]
    if found:
        detail = "Others name what the file does not have; every place is listed. Change those first, or do not archive it."
        raise Problem("in_use", detail, found[:MOST_TOLD])


def _naming(session: Session, program: str, archived: Collection[tuple[str, str]]) -> Iterator[Place]:
    """Everything active that names something archived which it does not belong to."""
    row = session.get(tables.Program, program)
    documents: dict[str, list[dict[str, Any]]] = {name: list(active_documents(session, program, kind)) for name, kind in KINDS.items()}
    if row is not None:
        documents["programs"] = [row.document | {"id": program}]
    for user, entries in documents.items():
        for document in entries:
            for path, names, id, _ in references(CONTRACTS[user], document):
                if (names.kind, id) in archived and not names.is_owner:
                    yield Place(code="in_use", path=f"{user}/{document['id']}.{path}", message="it is named here")


def _needing(session: Session, program: str, archived: Collection[tuple[str, str]], now: datetime) -> Iterator[Place]:
    """Published sessions to come with somebody or something archived."""
    given = tables.PublishedSession
    to_come = (given.program == program, given.end > now)
    for kind, field in ONE.items():
        gone = {id for of, id in archived if of == kind}
        if not gone:
            continue
        query: Any = _joined(kind) if kind in JOINED else select(given.monday, getattr(given, field))
        for monday, id in sorted(set(session.execute(query.where(*to_come))), key=str):
            if id in gone:
                yield Place(code="in_use", path=f"weeks/{monday.isoformat()}", message=f"published sessions to come need {kind}/{id}")


def _joined(kind: str) -> Any:
    given, (table, column) = tables.PublishedSession, JOINED[kind]
    same = and_(*(getattr(table, name) == getattr(given, name) for name in ("program", "monday", "session")))
    return select(given.monday, getattr(table, column)).join(table, same)


JOINED: dict[str, tuple[Any, str]] = {
    "participants": (tables.PublishedBooking, "participant"),
    "clinicians": (tables.PublishedLead, "clinician"),
}
"""Who is not named in the row of a session itself: table and field."""
