"""Spreadsheets: findings in a file, its differences from the stored program, and the effects of an import."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from api.programs.models import ImportedRoster
from scheduler.exchange.workbook import LastWeek, PastConflict, SheetCell, SheetDifference
from scheduler.exchange.workbook.issue import SheetIssue

Format = Literal["xlsx", "csv"]


class SheetPlace(BaseModel):
    """A place in a workbook."""

    sheet: str = Field("", description="Title of the sheet; empty for the whole file.")
    row: int | None = Field(None, description="Row number as the spreadsheet counts, from 1; null for the whole sheet.")
    column: str = Field("", description="Heading of the column.")
    cell: str = Field("", description="Address of the cell, e.g. C7, or of several, e.g. C7:C9, C12.")
    rows: tuple[int, ...] = Field((), description="The numbers of all rows of a finding about several; empty for one row.")

    @classmethod
    def of(cls, place: SheetCell) -> SheetPlace:
        """The response's form of a place."""
        return cls(sheet=place.sheet, row=place.row, column=place.column, cell=place.cell, rows=place.rows)


class SheetFinding(BaseModel):
    """An error or warning about a workbook."""

    code: str
    severity: Literal["error", "warning"]
    place: SheetPlace
    where: str = Field(description="The place in words, e.g. Participants, row 7, Home track (C7).")
    message: str = Field(description="What to write instead.")
    answers: tuple[str, ...] = Field((), description="For a question: parameters that answer it for the whole file, e.g. dates=day-first.")

    @classmethod
    def of(cls, issue: SheetIssue) -> SheetFinding:
        """The response's form of a finding."""
        place = SheetPlace.of(issue.place)
        return cls(
            code=issue.code, severity=issue.severity, place=place, where=issue.path, message=issue.message, answers=issue.answers
        )  # fmt: skip


class PastConflictView(BaseModel):
    """A rule that last week's actual roster broke. It does not prevent an import: violations are not carried forward."""

    rule: str
    message: str
    about: tuple[str, ...] = Field(description="Ids concerned.")
    places: tuple[SheetPlace, ...] = Field(description="The rows of the sessions concerned.")

    @classmethod
    def of(cls, conflict: PastConflict) -> PastConflictView:
        """The response's form of a conflict."""
        places = tuple(SheetPlace.of(place) for place in conflict.places)
        return cls(rule=conflict.rule, message=conflict.message, about=conflict.about, places=places)


class LastWeekView(BaseModel):
    """The result of checking last week's actual roster, as given in the workbook, against the rules."""

    sessions: int
    judged: int = Field(description="Sessions that were checked; the others name entries that no longer exist, or have impossible times.")
    conflicts: tuple[PastConflictView, ...]
    rules: tuple[str, ...] = Field(description="The rules it was checked against.")
    not_judged: dict[str, str] = Field(description="The other hard rules, with the reason each was not checked.")

    @classmethod
    def of(cls, verdict: LastWeek) -> LastWeekView:
        """The response's form of a verdict."""
        conflicts = tuple(map(PastConflictView.of, verdict.conflicts))
        return cls(
            sessions=verdict.num_sessions,
            judged=verdict.num_judged,
            conflicts=conflicts,
            rules=verdict.rules,
            not_judged=dict(verdict.not_judged),
        )


class CellDifference(BaseModel):
    """A row or cell that differs. Values may include people's labels, for the person who imports."""

    sheet: str
    change: Literal["added", "removed", "changed"]
    id: str = Field(description="The values that identify the row; empty on sheets of settings.")
    column: str = Field(description="Heading of the column; empty for a whole row.")
    path: str = Field(description="Path in the week's instance, e.g. participants[p07].availability.weekly.")
    before: str | None
    after: str | None

    @classmethod
    def of(cls, difference: SheetDifference) -> CellDifference:
        """The response's form of a difference."""
        values = {name: getattr(difference, name) for name in ("sheet", "change", "id", "path", "before", "after")}
        return cls(column=difference.field, **values)


class NotTaken(CellDifference):
    """A change that an import cannot make."""

    instead: str = Field(description="Where to make the change instead.")


class Removal(BaseModel):
    """An entry that the program has for this week and the file does not."""

    name: str = Field(description="Kind and id, as in `archive`, e.g. participants/p07.")
    is_archived: bool = Field(description="Whether this import archives it (or deletes it, for a pin); otherwise it stays as it is.")


class BookChanges(BaseModel):
    """The effects of an import."""

    created: dict[str, int] = Field(default_factory=dict, description="Number of each kind.")
    restored: dict[str, int] = Field(default_factory=dict, description="Restored from the archive.")
    changed: dict[str, int] = Field(default_factory=dict)
    archived: dict[str, int] = Field(default_factory=dict)
    removals: tuple[Removal, ...] = Field((), description="Entries missing from the file, archived or not.")
    not_taken: tuple[NotTaken, ...] = ()
    last_week: ImportedRoster | None = Field(None, description="Last week's roster, if this import publishes it.")
    published: ImportedRoster | None = Field(None, description="This week's roster, likewise.")


class BookPreview(BaseModel):
    """The effects that importing a file would have. Nothing has been changed."""

    monday: date | None = Field(None, description="The file's week; null if the file cannot be read.")
    is_importable: bool = Field(description="Whether the file has no errors and can be imported with the token.")
    token: str | None = Field(None, description="Send it as If-Match with the import; also the ETag of this response.")
    is_empty: bool = Field(False, description="Whether the program is empty, so that everything in the file is imported.")
    issues: tuple[SheetFinding, ...] = Field(description="All errors and warnings, by sheet and row.")
    last_week: LastWeekView | None = None
    num_differences: int = Field(0, description="Differences between the program's week and the file.")
    differences: tuple[CellDifference, ...] = Field((), description="The first thousand differences.")
    changes: BookChanges = Field(default_factory=BookChanges, description="The effects the import would have.")


class BookImport(BaseModel):
    """The effects of a completed import."""

    monday: date
    changes: BookChanges
    warnings: tuple[str, ...] = Field((), description="Groups that imported leave leaves without a leader, in sentences with ids.")
