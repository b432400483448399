"""The files a command reads and writes."""

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
    """An instance that can be solved, and its warnings.

    Args:
        mode: Takes the place of the instance's own.

    Raises:
        InstanceError: It cannot be read or has errors.
    """
    try:
        instance = read_instance(path)
        if mode is not None:
            instance = instance.model_copy(update={"mode": mode})
        issues = validate(instance)
        if found := errors(issues):
            raise InstanceError(f"correct {'the error' if len(found) == 1 else f'the {len(found)} errors'} above", issues)
    except InstanceError as error:
        error.add_note(str(path))
        raise
    return instance, issues


def load_roster(path: Path) -> Roster:
    """A roster.

    Raises:
        ReadError: It cannot be read.
    """
    try:
        return read_roster(path)
    except InstanceError as error:
        error.add_note(str(path))
        raise


def load_readable_roster(instance: Instance, path: Path) -> Roster:
    """A roster that is of the instance's week and names nothing else than the instance; it may break rules.

    Raises:
        ReadError: It is not, or cannot be read.
    """
    roster = load_roster(path)
    if faults := list(shape_faults(Case(instance), roster)):
        error = ReadError(f"the roster does not belong to the instance: {faults[0].message}; `stepdown verify` says everything")
        error.add_note(str(path))
        raise error
    return roster


def prepare_folder(folder: Path, inputs: Iterable[Path] = ()) -> None:
    """Make the output folder, or see that it can be written to, before any work is spent on what goes there.

    Args:
        inputs: Files that must not be overwritten.

    Raises:
        StepdownError: It is a file, cannot be written to, or an input would be overwritten.
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
    """Write everything a solve gives. The result comes last: whoever sees it finds the rest complete."""
    if result.roster is not None:
        write_views(folder, instance, result.roster, page)
        write_file(folder / ROSTER, dump_json(result.roster).encode())
    write_file(folder / RESULT, dump_json(result).encode())


def write_views(folder: Path, instance: Instance, roster: Roster, page: PageSummary) -> None:
    """Write what people read of a roster: page, table and calendars. Other files of the folder stay as they are."""
    write_calendars(folder, instance, roster, datetime.now(UTC))
    write_file(folder / "roster.csv", roster_csv(instance, roster).encode())
    write_file(folder / "roster.html", render_roster(instance, roster, page).encode())
