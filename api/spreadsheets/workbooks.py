"""Read uploaded spreadsheets and write downloads, in a child process.

Imports nothing of the service but its models, so that a child process starts quickly. A harmful file can stop the child, not the service.
"""

from __future__ import annotations

import json
from datetime import date

from pydantic import BaseModel

from api.spreadsheets.models import LastWeekView, SheetFinding
from scheduler.errors import StepdownError
from scheduler.exchange.roster_sheets import roster_workbook
from scheduler.exchange.tables import roster_csv
from scheduler.exchange.workbook import NO_ANSWERS, Answers, WorkbookError, read_workbook, write_csv, write_workbook, zipped
from scheduler.exchange.workbook.issue import SheetIssue
from scheduler.instance import Instance
from scheduler.roster import Roster

REFUSED = b"!"
"""Prefix of the sentence that says why a workbook was not written."""


class Upload(BaseModel):
    """The content of a file: an instance, or what is wrong with it."""

    instance: Instance | None = None
    refusal: str = ""
    issues: tuple[SheetFinding, ...] = ()
    last_week: LastWeekView | None = None


class UploadOptions(BaseModel):
    """How to read a file.

    Attributes:
        monday: Replaces the workbook's own Monday; None to keep it.
        answers: Answers to questions about whole columns.
    """

    monday: date | None = None
    answers: Answers = NO_ANSWERS


def read_upload(content: bytes, options: str) -> bytes:
    """Read and check a file; return `Upload` as JSON.

    Args:
        content: The file.
        options: JSON of `UploadOptions`.
    """
    chosen = UploadOptions.model_validate_json(options)
    try:
        imported = read_workbook(content, chosen.monday, chosen.answers)
    except WorkbookError as error:
        issues = tuple(SheetFinding.of(issue) for issue in error.issues if isinstance(issue, SheetIssue))
        return Upload(refusal=str(error), issues=issues).model_dump_json().encode()
    last_week = None if imported.last_week is None else LastWeekView.of(imported.last_week)
    issues = tuple(SheetFinding.of(issue) for issue in imported.issues)
    return Upload(instance=imported.instance, issues=issues, last_week=last_week).model_dump_json().encode()


def write_week(content: bytes, format: str) -> bytes:
    """Write a week as a workbook, or as a zip of CSV files; `REFUSED` and a sentence if this is not possible.

    Args:
        content: The instance as JSON.
        format: ``xlsx`` or ``csv``.
    """
    instance = Instance.model_validate_json(content)
    try:
        return write_workbook(instance) if format == "xlsx" else zipped(write_csv(instance))
    except StepdownError as error:
        return REFUSED + str(error).encode()


def write_roster(content: bytes, format: str) -> bytes:
    """Write a roster as a printable workbook, or as a table.

    Args:
        content: JSON with the keys `instance`, `roster` and `version` (of the roster, in words).
        format: ``xlsx`` or ``csv``.
    """
    both = json.loads(content)
    instance, roster = Instance.model_validate(both["instance"]), Roster.model_validate(both["roster"])
    return roster_workbook(instance, roster, both["version"]) if format == "xlsx" else roster_csv(instance, roster).encode("utf-8-sig")
