"""Spreadsheets in and out: what a file says, how it differs from what the program keeps, what an import did."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from api.programs.models import ImportedRoster
from scheduler.exchange.workbook import LastWeek, PastConflict, SheetCell, SheetDifference
from scheduler.exchange.workbook.issue import SheetIssue

Format = Literal["xlsx", "csv"]


class SheetPlace(BaseModel):
    """Where something stands in a workbook."""

    sheet: str = Field("", description="Title of the sheet; empty: the whole file.")
    row: int | None = Field(None, description="As the spreadsheet counts, from 1; null: the whole sheet.")
    column: str = Field("", description="Heading of the column.")
    cell: str = Field("", description="Address of the cell, e.g. C7.")

    @classmethod
    def of(cls, place: SheetCell) -> SheetPlace:
        """A place as an answer writes it."""
        return cls(sheet=place.sheet, row=place.row, column=place.column, cell=place.cell)


class SheetFinding(BaseModel):
    """Something wrong or odd in a workbook."""

    code: str
    severity: Literal["error", "warning"]
    place: SheetPlace
    where: str = Field(description="The place in words, e.g. Participants, row 7, Home track (C7).")
    message: str = Field(description="What to write instead.")

    @classmethod
    def of(cls, issue: SheetIssue) -> SheetFinding:
        """A finding as an answer writes it."""
        return cls(code=issue.code, severity=issue.severity, place=SheetPlace.of(issue.place), where=issue.path, message=issue.message)


class PastConflictView(BaseModel):
    """A rule that last week's real roster broke. It does not stop an import: what breaks a rule is not carried on."""

    rule: str
    message: str
    about: tuple[str, ...] = Field(description="Ids concerned.")
    places: tuple[SheetPlace, ...] = Field(description="Where the sessions concerned stand.")

    @classmethod
    def of(cls, conflict: PastConflict) -> PastConflictView:
        """A conflict as an answer writes it."""
        places = tuple(SheetPlace.of(place) for place in conflict.places)
        return cls(rule=conflict.rule, message=conflict.message, about=conflict.about, places=places)


class LastWeekView(BaseModel):
    """What the rules say of last week's real roster, as it stands in the workbook."""

    sessions: int
    judged: int = Field(description="Sessions that could be judged: the others name what is gone, or lie wrongly.")
    conflicts: tuple[PastConflictView, ...]
    rules: tuple[str, ...] = Field(description="The rules it was held against.")
    not_judged: dict[str, str] = Field(description="The other hard rules, and why not.")

    @classmethod
    def of(cls, verdict: LastWeek) -> LastWeekView:
        """A verdict as an answer writes it."""
        conflicts = tuple(map(PastConflictView.of, verdict.conflicts))
        return cls(
            sessions=verdict.num_sessions,
            judged=verdict.num_judged,
            conflicts=conflicts,
            rules=verdict.rules,
            not_judged=dict(verdict.not_judged),
        )


class CellDifference(BaseModel):
    """A row or a cell that is not the same. Values may hold labels of people: they are for whoever imports."""

    sheet: str
    change: Literal["added", "removed", "changed"]
    id: str = Field(description="What tells the row from others; empty on sheets of settings.")
    column: str = Field(description="Heading of the column; empty for a whole row.")
    path: str = Field(description="Where it stands in the week's instance, e.g. participants[p07].availability.weekly.")
    before: str | None
    after: str | None

    @classmethod
    def of(cls, found: SheetDifference) -> CellDifference:
        """A difference as an answer writes it."""
        values = {name: getattr(found, name) for name in ("sheet", "change", "id", "path", "before", "after")}
        return cls(column=found.field, **values)


class NotTaken(CellDifference):
    """A difference that a workbook cannot bring about."""

    instead: str = Field(description="Where to do it instead.")


class Removal(BaseModel):
    """Something the program keeps for this week and the file does not have."""

    name: str = Field(description="Kind and id, as `archive` takes it, e.g. participants/p07.")
    is_archived: bool = Field(description="Whether this import archives it (pins: deletes it). Otherwise it stays as it is.")


class BookChanges(BaseModel):
    """What an import does, or did."""

    created: dict[str, int] = Field(default_factory=dict, description="How many of each kind.")
    restored: dict[str, int] = Field(default_factory=dict, description="Taken back from the archive.")
    changed: dict[str, int] = Field(default_factory=dict)
    archived: dict[str, int] = Field(default_factory=dict)
    removals: tuple[Removal, ...] = Field((), description="What the file does not have, archived or not.")
    not_taken: tuple[NotTaken, ...] = ()
    last_week: ImportedRoster | None = Field(None, description="Last week's roster, where it is published by this import.")
    published: ImportedRoster | None = Field(None, description="This week's, likewise.")


class BookPreview(BaseModel):
    """What a file would do. Nothing was changed."""

    monday: date | None = Field(None, description="The week it is for; null: the file cannot be read so far.")
    is_importable: bool = Field(description="Whether it has no errors and can be imported with the token.")
    token: str | None = Field(None, description="Send it as If-Match with the import; also the ETag of this answer.")
    is_empty: bool = Field(False, description="The program keeps nothing yet: everything of the file is taken over.")
    issues: tuple[SheetFinding, ...] = Field(description="Everything wrong or odd, by sheet and row.")
    last_week: LastWeekView | None = None
    num_differences: int = Field(0, description="From what the program keeps for the week to what the file says.")
    differences: tuple[CellDifference, ...] = Field((), description="The first thousand of them.")
    changes: BookChanges = Field(default_factory=BookChanges, description="What the import would do.")


class BookImport(BaseModel):
    """What an import did."""

    monday: date
    changes: BookChanges
