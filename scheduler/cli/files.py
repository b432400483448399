"""Reading and writing the files of commands."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from scheduler.case import Case
from scheduler.errors import InstanceError, ReadError, StepdownError
from scheduler.exchange.calendars import write_calendars
from scheduler.exchange.files import write_file
from scheduler.exchange.page import PageSummary, render_roster
from scheduler.exchange.tables import roster_csv
from scheduler.instance import Instance
from scheduler.reading import dump_json, read_instance, read_roster
from scheduler.result import SolveResult
from scheduler.roster import Roster
from scheduler.validation import Issue, errors, validate
from scheduler.verify import shape_faults

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
        error = ReadError(f"the roster does not belong to the instance: {faults[0].message}; `stepdown verify` says everything")
        error.add_note(str(path))
        raise error
    return roster


def prepare_folder(folder: Path, inputs: Iterable[Path] = ()) -> None:
    """Create the output folder, or check that it is writable, before doing any work.

    Args:
        inputs: Files that must not be overwritten.

    Raises:
        StepdownError: The folder is a file or not writable, or an input would be overwritten.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StepdownError(f"{folder} cannot be made ({error.strerror}); name another folder with --out") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StepdownError(f"{folder} cannot be written to; name another folder with --out")
    written = {(folder / name).resolve() for name in (RESULT, ROSTER, *VIEWS)}
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
    write_calendars(folder, instance, roster, datetime.now(UTC))
    write_file(folder / "roster.csv", roster_csv(instance, roster).encode())
    write_file(folder / "roster.html", render_roster(instance, roster, page).encode())
