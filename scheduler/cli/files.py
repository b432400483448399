"""Reading and writing the files of commands."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scheduler.case import Case
from scheduler.cli.foreign import refuse_foreign, write_own
from scheduler.cli.questions import how_to_answer
from scheduler.errors import InstanceError, ReadError, StepdownError
from scheduler.exchange.files import write_file
from scheduler.exchange.page import PageSummary, render_roster
from scheduler.exchange.tables import roster_csv
from scheduler.instance import Instance
from scheduler.reading import dump_json, read_instance, read_roster
from scheduler.result import SolveResult
from scheduler.roster import Roster
from scheduler.validation import Issue, errors, validate
from scheduler.verify import shape_faults

if TYPE_CHECKING:
    from scheduler.exchange.workbook import Answers

RESULT, ROSTER = "result.json", "roster.json"
VIEWS = ("roster.html", "roster.csv", "calendars/index.csv")


def load_instance(path: Path, mode: Literal["hold", "rebuild"] | None = None) -> tuple[Instance, tuple[Issue, ...]]:
    """Read an instance that can be solved, with its warnings.

    Args:
        mode: Replaces the instance's own mode.

    Raises:
        InstanceError: The instance cannot be read or has errors.
    """
    try:
        instance = read_instance(path)
        if mode is not None:
            instance = instance.model_copy(update={"mode": mode})
        issues = validate(instance)
        if mistakes := errors(issues):
            raise InstanceError(f"correct {'the error' if len(mistakes) == 1 else f'the {len(mistakes)} errors'} above", issues)
    except InstanceError as error:
        error.add_note(str(path))
        raise
    return instance, issues


def read_week(path: Path, answers: Answers | None = None) -> Instance:
    """Read a week without errors from JSON or from a workbook.

    Args:
        answers: Answers to what reading a workbook asks.

    Raises:
        InstanceError: The week cannot be read or has errors.
    """
    if path.suffix.lower() == ".json":
        return load_instance(path)[0]
    # Imported here, so that other commands do not load the spreadsheet library.
    from scheduler.exchange.workbook import NO_ANSWERS, read_workbook

    try:
        return read_workbook(path, answers=answers or NO_ANSWERS).instance
    except InstanceError as error:
        error.add_note(str(path))
        if note := how_to_answer(error.issues):
            error.add_note(note)
        raise


def write_week(path: Path, week: Instance, inputs: Iterable[Path] = ()) -> None:
    """Write a week as JSON, as a workbook or as a zip of CSV files, as the file's name says.

    Args:
        inputs: Files that must not be overwritten.

    Raises:
        StepdownError: The name ends otherwise, or names a folder or an input.
    """
    if path.is_dir():
        raise StepdownError(f"{path} is a folder; name a file with --out")
    if path.resolve() in {source.resolve() for source in inputs}:
        raise StepdownError(f"{path} would be overwritten; name another file with --out")
    kind = path.suffix.lower()
    if kind == ".json":
        write_own(path, dump_json(week).encode())
        return
    from scheduler.exchange.workbook import write_csv, write_workbook, zipped

    if kind == ".ods":
        raise StepdownError(f"{path} must end in .xlsx, which LibreOffice opens and saves, too; ODS is read, but not written")
    if kind not in (".xlsx", ".zip"):
        raise StepdownError(f"{path} must end in .json, .xlsx or .zip (CSV files); name another file with --out")
    write_own(path, write_workbook(week) if kind == ".xlsx" else zipped(write_csv(week)))


def issues_of_week(path: Path, week: Instance) -> tuple[Issue, ...]:
    """Every issue of a week that was written, in the terms of its file."""
    if path.suffix.lower() == ".json":
        return validate(week)
    from scheduler.exchange.workbook import read_workbook

    try:
        return tuple(read_workbook(path).issues)
    except InstanceError as error:
        return error.issues


def load_roster(path: Path) -> Roster:
    """Read a roster.

    Raises:
        ReadError: The roster cannot be read.
    """
    try:
        return read_roster(path)
    except InstanceError as error:
        error.add_note(str(path))
        raise


def load_readable_roster(instance: Instance, path: Path) -> Roster:
    """Read a roster of the instance's week whose ids are all in the instance; it may break rules.

    Raises:
        ReadError: The roster cannot be read, or does not belong to the instance.
    """
    roster = load_roster(path)
    if faults := list(shape_faults(Case(instance), roster)):
        error = ReadError(f"the roster does not belong to the instance: {faults[0].message}; `stepdown verify` lists everything")
        error.add_note(str(path))
        raise error
    return roster


def prepare_folder(folder: Path, inputs: Iterable[Path] = ()) -> None:
    """Create the output folder, or check that it is writable, before doing any work.

    Args:
        inputs: Files that must not be overwritten.

    Raises:
        StepdownError: The folder is a file or not writable, or an input or a file of others would be overwritten.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StepdownError(f"{folder} cannot be made ({error.strerror}); name another folder with --out") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StepdownError(f"{folder} cannot be written to; name another folder with --out")
    written = {(folder / name).resolve() for name in (RESULT, ROSTER, *VIEWS)}
    for name in (RESULT, ROSTER, *VIEWS):
        refuse_foreign(folder / name)
    if clash := [path for path in inputs if path.resolve() in written]:
        raise StepdownError(f"{clash[0]} would be overwritten; name another folder with --out")


def write_result(folder: Path, instance: Instance, result: SolveResult, page: PageSummary) -> None:
    """Write all files of a solve. The result is written last: once it exists, the others are complete."""
    if result.roster is not None:
        write_views(folder, instance, result.roster, page)
        write_file(folder / ROSTER, dump_json(result.roster).encode())
    write_file(folder / RESULT, dump_json(result).encode())


def write_views(folder: Path, instance: Instance, roster: Roster, page: PageSummary) -> None:
    """Write the page, table and calendars of a roster. Other files in the folder are not touched."""
    # Imported here, so that other commands start without the calendar library.
    from scheduler.exchange.calendars import write_calendars

    write_calendars(folder, instance, roster, datetime.now(UTC))
    write_file(folder / "roster.csv", roster_csv(instance, roster).encode())
    write_file(folder / "roster.html", render_roster(instance, roster, page).encode())
