"""The kinds of entities of a program, each with its name in paths, its table and its contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar, cast

from sqlalchemy import Text, bindparam, literal, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from api.database import tables
from api.programs.models import AbsenceEntry, OrderEntry, PhaseEntry, ProgramSettings, RelationEntry
from scheduler import instance as contract
from scheduler.fields import Model

M = TypeVar("M", bound=Model)


class Kind(NamedTuple):
    """A kind of entity.

    Attributes:
        name: The name in paths and in the instance, e.g. ``participants``.
        one: The singular, used in audit actions and path parameters, e.g. ``participant``.
        columns: Fields that are also columns, for searching.
    """

    name: str
    one: str
    table: type[tables.EntityRow]
    model: type[Model]
    columns: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("sites", "site", tables.SiteRow, contract.Site),
        Kind("rooms", "room", tables.RoomRow, contract.Room),
        Kind("resources", "resource", tables.ResourceRow, contract.Resource),
        Kind("services", "service", tables.ServiceRow, contract.Service),
        Kind("phases", "phase", tables.PhaseRow, contract.Phase),
        Kind("plans", "plan", tables.PlanRow, contract.Plan),
        Kind("curricula", "curriculum", tables.CurriculumRow, contract.Curriculum),
        Kind("tracks", "track", tables.TrackRow, contract.Track),
        Kind("cohorts", "cohort", tables.CohortRow, contract.Cohort),
        Kind("groups", "group", tables.GroupRow, contract.Group),
        Kind("clinicians", "clinician", tables.ClinicianRow, contract.Clinician),
        Kind("participants", "participant", tables.ParticipantRow, contract.Participant, ("status",)),
        Kind("relations", "relation", tables.RelationRow, RelationEntry, ("a", "b")),
        Kind("orders", "order", tables.OrderRow, OrderEntry, ("participant", "first")),
        Kind("phase_decisions", "phase_decision", tables.PhaseDecisionRow, PhaseEntry, ("participant", "first")),
        Kind("absences", "absence", tables.AbsenceRow, AbsenceEntry, ("participant", "clinician", "first", "last")),
    )
}
"""All kinds, ordered so that each refers only to those before it."""

CONTRACTS: dict[str, type[Model]] = {"programs": ProgramSettings} | {kind.name: kind.model for kind in KINDS.values()}
"""The models that may refer to entities: those of the kinds, and the program's."""

KIND_OF: dict[type[Model], Kind] = {kind.model: kind for kind in KINDS.values()}


ACTIVE = union_all(
    *(
        select(literal(kind.name).label("kind"), kind.table.id.label("id"), sql_cast(kind.table.document, Text).label("text")).where(
            kind.table.program == bindparam("program"), kind.table.archived_at.is_(None)
        )
        for kind in KINDS.values()
    )
)
"""Everything in a program that is not archived."""

MOST_PARSED: Final = 4096


@lru_cache(MOST_PARSED)
def _parsed(model: type[Model], text: str) -> Model:
    """An entity from its text; the same text is read once, since most requests find most entities as the last one did."""
    return model.model_validate(json.loads(text))


class Rows:
    """A program's active entities in the form of their contracts, read with one query."""

    def __init__(self, session: Session, program: str) -> None:
        self._texts = _texts_by_kind(session, program)
        self._read: dict[type[Model], tuple[Any, ...]] = {}

    def all(self, model: type[M]) -> tuple[M, ...]:
        """All entities of one kind, sorted by id."""
        if model not in self._read:
            texts = self._texts[KIND_OF[model].name]
            self._read[model] = tuple(cast(M, _parsed(model, text)) for text in texts)
        return self._read[model]


def documents_by_kind(session: Session, program: str) -> dict[str, list[dict[str, Any]]]:
    """The documents of all kinds that are not archived, each sorted by id."""
    return {kind: [json.loads(text) for text in texts] for kind, texts in _texts_by_kind(session, program).items()}


def _texts_by_kind(session: Session, program: str) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {name: [] for name in KINDS}
    # Sorted here, because databases differ in how they order letters.
    for kind, _, text in sorted(session.execute(ACTIVE, {"program": program}), key=lambda row: str(row.id)):
        texts[kind].append(text)
    return texts


def active_documents(session: Session, program: str, kind: Kind) -> Iterator[dict[str, Any]]:
    """The documents of one kind that are not archived, sorted by id."""
    table = kind.table
    rows = session.execute(select(table.id, table.document).where(table.program == program, table.archived_at.is_(None)))
    return (document for _, document in sorted(rows, key=lambda row: str(row[0])))
