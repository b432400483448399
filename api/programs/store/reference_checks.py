"""References between entities of a program: their targets must exist, and cannot be archived while in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from api.database import tables
from api.kernel.errors import Place, Problem
from api.programs.store.kinds import CONTRACTS, KINDS, active_documents
from scheduler.names import names_in, references

MOST_TOLD = 100
"""How many uses are listed at most."""


def require_references(session: Session, program: str, kind: str, document: dict[str, Any]) -> None:
    """Refuse a document that refers to unknown or archived entities.

    Raises:
        Problem: `bad_reference`, listing every path.
    """
    places = wrong_references(session, program, kind, document, {})
    if places:
        raise Problem("bad_reference", WRONG_REFERENCES, places)


WRONG_REFERENCES = "Every path is listed: name existing entries, or add or restore them first."


def wrong_references(
    session: Session, program: str, kind: str, document: dict[str, Any], existing: dict[str, frozenset[str]]
) -> list[Place]:
    """References of a document to unknown or archived entities.

    Args:
        existing: Existing ids by kind, as far as they were read; to be shared by documents that are checked together.
    """
    places: list[Place] = []
    own: dict[str, frozenset[str]] = {}
    for path, names, id, _ in references(CONTRACTS[kind], document):
        ids = own if names.kind in NOUNS else existing
        if names.kind not in ids:
            ids[names.kind] = _existing_ids(session, program, names.kind, kind, document)
        if id not in ids[names.kind]:
            message = f"name one of the program's {NOUNS.get(names.kind, names.kind)}; this one does not exist or is archived"
            places.append(Place(code="unknown_id", path=path, message=message))
    return places


NOUNS = {"own_modules": "modules, of the group's own curriculum", "guests": "guests, of the participant"}
"""What belongs to the document itself or to its owner, in words."""


def _existing_ids(session: Session, program: str, of: str, kind: str, document: dict[str, Any]) -> frozenset[str]:
    """The ids a document may name."""
    match of:
        case "categories":
            return frozenset(d["category"] for d in active_documents(session, program, KINDS["services"]))
        case "modules":
            return frozenset(m for d in active_documents(session, program, KINDS["curricula"]) for m in d["modules"])
        case "own_modules":
            own = (d for d in active_documents(session, program, KINDS["curricula"]) if d["id"] == document.get("curriculum"))
            return frozenset(m for d in own for m in d["modules"])
        case "guests":
            row = session.get(tables.ParticipantRow, {"program": program, "id": document["participant"]}) if kind == "orders" else None
            owner = row.document if row is not None else document
            return frozenset(guest["id"] for guest in owner.get("guests", ()))
        case _:
            table = KINDS[of].table
            return frozenset(session.scalars(select(table.id).where(table.program == program, table.archived_at.is_(None))))


def require_unused(session: Session, program: str, kind: str, id: str, now: datetime) -> None:
    """Refuse to archive an entity that others refer to, or that a current or future week needs.

    Raises:
        Problem: `in_use`, listing kinds, ids and paths.
    """
    uses = [*_uses(session, program, kind, id), *_uses_of_weeks(session, program, kind, id, now)]
    if uses:
        users = sorted({place.path.split("/")[0] for place in uses})
        detail = f"Named by {', '.join(users)}; every place is listed. Change or archive those first."
        raise Problem("in_use", detail, uses[:MOST_TOLD])


def _uses(session: Session, program: str, kind: str, id: str) -> Iterator[Place]:
    """References from active entities that do not belong to this one, and from the program itself."""
    for user, model in CONTRACTS.items():
        if not any(names.kind == kind and not names.is_owner for names in names_in(model)):
            continue
        for name, document in _documents(session, program, user):
            for path, names, other, _ in references(model, document):
                if (names.kind, other) == (kind, id) and not names.is_owner and name != f"{kind}/{id}":
                    yield Place(code="in_use", path=f"{name}.{path}", message="it is used here")


def _documents(session: Session, program: str, user: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if user == "programs":
        row = session.get(tables.ProgramRow, program)
        if row is not None:
            yield f"programs/{program}", row.document
    else:
        yield from ((f"{user}/{document['id']}", document) for document in active_documents(session, program, KINDS[user]))


def _uses_of_weeks(session: Session, program: str, kind: str, id: str, now: datetime) -> Iterator[Place]:
    """Future published sessions, and pins of current and future weeks."""
    booking, lead, sessions, pin = tables.PublishedBookingRow, tables.PublishedLeadRow, tables.PublishedSessionRow, tables.PinRow
    to_come = select(sessions.monday).where(sessions.program == program, sessions.end > now).distinct()
    if kind == "participants":
        to_come = _joined(to_come, booking).where(booking.participant == id)
    elif kind == "clinicians":
        to_come = _joined(to_come, lead).where(lead.clinician == id)
    elif kind in ONE:
        to_come = to_come.where(getattr(sessions, ONE[kind]) == id)
    if kind in ONE:
        for monday in sorted(session.scalars(to_come)):
            yield Place(code="in_use", path=f"weeks/{monday.isoformat()}", message="future published sessions need it")
        monday = now.date() - timedelta(days=now.weekday())
        for row in session.scalars(select(pin).where(pin.program == program, pin.monday >= monday).order_by(pin.monday, pin.id)):
            if row.document.get(ONE[kind]) == id:
                yield Place(code="in_use", path=f"weeks/{row.monday.isoformat()}/pins/{row.id}", message="it is pinned here")


ONE = {name: KINDS[name].one for name in ("participants", "clinicians", "groups", "services", "sites", "rooms")}
"""The fields by which sessions and pins refer to entities, by kind."""


def _joined(query: Select[date], table: type[tables.PublishedBookingRow] | type[tables.PublishedLeadRow]) -> Select[date]:
    sessions = tables.PublishedSessionRow
    return query.join(table, and_(*(getattr(table, name) == getattr(sessions, name) for name in ("program", "monday", "session"))))
