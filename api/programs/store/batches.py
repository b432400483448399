"""Add or change many people at once: all of them or nobody, with every mistake at its path."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.tables import EntityRow, FhirProgramRow
from api.kernel.errors import Place, Problem
from api.kernel.instance_checks import places
from api.kernel.merge_patch import merge
from api.programs.models import BatchEntry, BatchItem, BatchOutcome
from api.programs.store.entities import lock_program, new_row, notify_of_person, write_kept
from api.programs.store.kinds import Kind
from api.programs.store.reference_checks import wrong_references
from scheduler.errors import ReadError
from scheduler.fields import Model
from scheduler.reading import read_model

SYSTEMS: Final[Mapping[str, str]] = {"participants": "patient_system", "clinicians": "practitioner_system"}
"""The setting that names the identifier system of the ids of a kind."""
PROBLEMS: Final[Mapping[str, str]] = {
    "changed_meanwhile": "changed_meanwhile",
    "exists": "exists",
    "archived": "wrong_state",
    "unknown_id": "bad_reference",
    "unknown_system": "bad_reference",
}
"""The problem that a mistake is, by its code; any other is `wrong_shape`."""


class PeopleBatch:
    """People of one kind who are added or changed together, in a locked program."""

    def __init__(self, session: Session, program: str, kind: Kind, by: str) -> None:
        lock_program(session, program)
        self.session, self.program, self.kind, self.by = session, program, kind, by
        self._rows: dict[str, EntityRow] = {}
        self._mistakes: list[Place] = []

    def put(self, items: Sequence[BatchItem], fields: Sequence[Mapping[str, Any]]) -> list[BatchEntry]:
        """Store all items.

        Args:
            fields: The merge patch of each item.

        Raises:
            Problem: Some are wrong; nothing of the transaction may be committed.
        """
        ids = [self._id_of(n, item) for n, item in enumerate(items)]
        query = select(self.kind.table).where(self.kind.table.program == self.program, self.kind.table.id.in_(ids))
        self._rows = {row.id: row for row in self.session.scalars(query.execution_options(populate_existing=True))}
        ids_so_far: set[str] = set()
        entries: list[tuple[int, EntityRow, BatchOutcome]] = []
        for n, (id, item, patch) in enumerate(zip(ids, items, fields, strict=True)):
            if id in ids_so_far:
                self._mistake(n, "", "duplicate", "name each person once")
            elif self._may_change(n, self._rows.get(id), item.version) and (thing := self._read(n, id, patch)) is not None:
                entries.append((n, *self._write(id, thing)))
            ids_so_far.add(id)
        self.session.flush()
        self._check_references(entries)
        if self._mistakes:
            raise _problem(self._mistakes)
        return [BatchEntry(id=row.id, outcome=outcome, version=row.version) for _, row, outcome in entries]

    def _id_of(self, n: int, item: BatchItem) -> str:
        if item.identifier is None:
            return item.id or ""
        settings = self.session.get(FhirProgramRow, self.program)
        setting = SYSTEMS[self.kind.name]
        if settings is None or settings.document.get(setting) != item.identifier.system:
            message = f"name the identifier system that the FHIR settings of the program have as `{setting}`"
            self._mistake(n, "identifier.system", "unknown_system", message)
        return item.identifier.value

    def _may_change(self, n: int, row: EntityRow | None, version: int | None) -> bool:
        """Whether a person may be changed as an item asks."""
        if row is not None and version == 0:
            self._mistake(n, "version", "exists", "this id is taken, perhaps by an archived entry: send the version, or choose another id")
        elif version and (row is None or row.version != version):
            self._mistake(n, "version", "changed_meanwhile", "someone has changed it since; read it again, then send its version")
        elif row is not None and row.archived_at is not None:
            self._mistake(n, "id", "archived", "it is archived; restore it first")
        else:
            return True
        return False

    def _read(self, n: int, id: str, patch: Mapping[str, Any]) -> Model | None:
        """The person as the item leaves them; None if that has the wrong shape."""
        if patch.get("id", id) != id:
            self._mistake(n, "fields.id", "id_differs", "write the id of the item, or leave it out: ids do not change")
            return None
        row = self._rows.get(id)
        document = merge({"id": id} if row is None else row.document, {**patch, "id": id})
        try:
            return read_model(self.kind.model, json.dumps(document).encode())
        except ReadError as error:
            self._mistakes += places(error.issues, f"items[{n}].fields.")
            return None

    def _write(self, id: str, thing: Model) -> tuple[EntityRow, BatchOutcome]:
        row = self._rows.get(id)
        if row is None:
            row = new_row(self.program, self.kind, thing, self.by)
            self.session.add(row)
            notify_of_person(self.session, row, "created")
            return row, "created"
        if self.kind.model.model_validate(row.document) == thing:
            return row, "unchanged"
        write_kept(self.session, row, self.kind, thing, self.by)
        return row, "changed"

    def _check_references(self, entries: Sequence[tuple[int, EntityRow, BatchOutcome]]) -> None:
        existing: dict[str, frozenset[str]] = {}
        for n, row, _ in entries:
            for place in wrong_references(self.session, self.program, self.kind.name, row.document, existing):
                self._mistake(n, f"fields.{place.path}", place.code, place.message)

    def _mistake(self, n: int, path: str, code: str, message: str) -> None:
        self._mistakes.append(Place(code=code, path=f"items[{n}].{path}".rstrip("."), message=message))


def _problem(mistakes: Sequence[Place]) -> Problem:
    """One problem for all mistakes: their own if they share one, else the wrong shape."""
    codes = {PROBLEMS.get(place.code, "wrong_shape") for place in mistakes}
    return Problem(codes.pop() if len(codes) == 1 else "wrong_shape", "Nothing was stored; each issue names its item.", mistakes)
