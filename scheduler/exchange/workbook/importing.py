"""Import of a file as an instance: all or nothing, with all errors at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.errors import ReadError
from scheduler.exchange.workbook.answers import NO_ANSWERS, Answers
from scheduler.exchange.workbook.date_order import settle_dates
from scheduler.exchange.workbook.derive import unfold
from scheduler.exchange.workbook.draft import Draft, make_draft
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.grid import SheetSource
from scheduler.exchange.workbook.half_days import settle_times
from scheduler.exchange.workbook.issue import MAX_TOLD, SheetCell, SheetIssue, WorkbookError, first_ones, sheet_issue
from scheduler.exchange.workbook.last_week import LastWeek, judge_last_week
from scheduler.exchange.workbook.locate import in_order, missing_cells, place_of, translated
from scheduler.exchange.workbook.spelling import unify
from scheduler.exchange.workbook.starts import settle_starts
from scheduler.exchange.workbook.table import read_tables
from scheduler.instance import Instance
from scheduler.reading import read_object
from scheduler.validation import errors, validate


@dataclass(frozen=True, slots=True)
class WorkbookImport:
    """The result of importing a workbook.

    Attributes:
        issues: Warnings; a workbook with errors gives no instance.
        last_week: The check of last week's roster; None without one.
    """

    instance: Instance
    issues: tuple[SheetIssue, ...]
    last_week: LastWeek | None


def read_workbook(source: bytes | Path, monday: date | None = None, answers: Answers = NO_ANSWERS) -> WorkbookImport:
    """Read a workbook (XLSX), a zip of CSV files, or a folder of them.

    Args:
        source: The file's bytes, or its path.
        monday: Replaces the workbook's Monday.
        answers: Answers to questions about whole columns; other questions are errors that list their answers.

    Raises:
        WorkbookError: The workbook cannot be imported; the error carries every issue.
    """
    return import_source(read_source(source), monday, answers)


def import_source(source: SheetSource, monday: date | None = None, answers: Answers = NO_ANSWERS, is_judged: bool = True) -> WorkbookImport:
    """Import sheets that have been read; see :func:`read_workbook`.

    Args:
        is_judged: Whether to validate the instance and check last week's roster against the rules.
    """
    issues: list[SheetIssue] = [sheet_issue(code, SheetCell(title), text, "warning") for title, (code, text) in source.notes.items()]
    tables = read_tables(source, issues)
    if monday is not None and "Week" in tables:
        tables["Week"].rows[0].values["Monday"] = monday.isoformat()
    issues += settle_dates(tables, answers)
    unify(tables)
    draft = make_draft(tables, issues)
    _stop_if_many(issues)
    issues += settle_times(draft, answers)
    issues += settle_starts(draft, answers)
    unfold(draft)
    if "Week" in draft.tables:
        issues += missing_cells(draft)
    _stop(issues)
    instance = _instance(draft)
    if not is_judged:
        return WorkbookImport(instance, tuple(in_order(issues)), None)
    # Errors first: only the first of very many issues are reported.
    odd = sorted(validate(instance), key=lambda issue: issue.severity)
    issues += translated(draft, odd[:MAX_TOLD])
    _stop(issues)
    last_week = judge_last_week(instance, lambda path: place_of(draft, path)[0])
    return WorkbookImport(instance, tuple(in_order(issues)), last_week)


def _instance(draft: Draft) -> Instance:
    """The instance of a draft.

    Raises:
        WorkbookError: The draft does not match the contract.
    """
    try:
        return read_object(Instance, draft.document)
    except ReadError as error:
        issues = [*draft.issues, *translated(draft, error.issues)]
    _stop(issues)
    raise AssertionError("a document that is refused has an error")


def _stop_if_many(issues: Sequence[SheetIssue]) -> None:
    """Stop early if there are more issues than can be reported."""
    if len(issues) >= MAX_TOLD:
        _stop(issues)


def _stop(issues: Sequence[SheetIssue]) -> None:
    """Refuse when there is any error.

    Raises:
        WorkbookError: There is.
    """
    news = in_order(issues)
    if count := len(errors(news)):
        what = "the error" if count == 1 else f"the {count} errors"
        raise WorkbookError(f"correct {what} above; nothing was imported", first_ones(news, len(issues)))
