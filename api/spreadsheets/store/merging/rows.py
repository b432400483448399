"""Rows of a program: created, restored, changed, archived, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.tables import EntityRow
from api.programs.store.entities import new_row, notify_of_person, write_kept
from api.programs.store.kinds import KINDS
from scheduler.fields import Model


class Changes:
    """The changes to a program's rows, and the entries missing from the instance.

    Attributes:
        created: Number of rows by kind; likewise `restored`, `changed` and `archived`.
        removals: Kind and id of each entry missing from the instance, and whether it is to be archived.
    """

    def __init__(self, session: Session, program: str, archive: Sequence[str] | None, by: str, at: datetime) -> None:
        """Start without changes.

        Args:
            archive: Entries that may be archived, as kind/id; None for all.
        """
        self.session, self.program, self.by, self.at = session, program, by, at
        self._archive = archive
        self.created: Counter[str] = Counter()
        self.restored: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.archived: Counter[str] = Counter()
        self.removals: dict[str, bool] = {}
        self._rows: dict[str, dict[str, EntityRow]] = {}

    def rows(self, kind: str) -> dict[str, EntityRow]:
        """All rows of a kind by id, including archived ones."""
        if kind not in self._rows:
            table = KINDS[kind].table
            self._rows[kind] = {row.id: row for row in self.session.scalars(select(table).where(table.program == self.program))}
        return self._rows[kind]

    def active(self, kind: str, id: str) -> EntityRow | None:
        """A row that is not archived."""
        row = self.rows(kind).get(id)
        return row if row is not None and row.archived_at is None else None

    def put(self, kind: str, thing: Model) -> None:
        """Write a row; one that is already equal stays untouched."""
        id: str = getattr(thing, "id")  # noqa: B009 - every kind has an id, but their common base does not declare it
        row = self.rows(kind).get(id)
        if row is None:
            new = new_row(self.program, KINDS[kind], thing, self.by)
            self.session.add(new)
            notify_of_person(self.session, new, "created")
            self._rows[kind][id] = new
            self.created[kind] += 1
        else:
            if row.archived_at is None and KINDS[kind].model.model_validate(row.document) == thing:
                return
            (self.changed if row.archived_at is None else self.restored)[kind] += 1
            write_kept(self.session, row, KINDS[kind], thing, self.by)

    def model(self, kind: str, id: str) -> Any:
        """The model of an active row; None if there is no such row."""
        row = self.active(kind, id)
        return None if row is None else KINDS[kind].model.model_validate(row.document)

    def may_remove(self, kind: str, id: str) -> bool:
        """Record an entry missing from the instance, and return whether it may be archived."""
        name = f"{kind}/{id}"
        self.removals[name] = self._archive is None or name in self._archive
        return self.removals[name]

    def remove(self, kind: str, id: str) -> None:
        """Archive entries missing from the instance that may be archived."""
        row = self.active(kind, id)
        if row is not None and self.may_remove(kind, id):
            row.archived_at = self.at
            row.touch(self.by)
            notify_of_person(self.session, row, "archived")
            self.archived[kind] += 1

    def unknown(self) -> list[int]:
        """Positions in `archive` of entries that are in the instance or do not exist."""
        return [n for n, name in enumerate(self._archive or ()) if name not in self.removals]
