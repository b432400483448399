"""`stepdown solve`."""

from __future__ import annotations

import importlib
import shlex
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.command import DONE, FINDINGS, HARDLY_BEGUN
from scheduler.cli.console import console, print_issues, print_json
from scheduler.cli.files import ROSTER, load_instance, prepare_folder, write_result
from scheduler.cli.foreign import write_own
from scheduler.cli.interrupt import Interrupt
from scheduler.cli.options import AsJson, InstanceFile, Mode, OutFolder
from scheduler.cli.progress import progress_shown
from scheduler.cli.summary import summary_lines
from scheduler.errors import DefectError
from scheduler.exchange.summary import page_of_result
from scheduler.instance import Instance
from scheduler.reading import dump_json
from scheduler.result import SolveLimits, SolveResult

DEFAULTS = SolveLimits()
WRITING_SECONDS, WRITING_SECONDS_EACH = 0.5, 0.004
"""About what the files of a roster take, and more for each participant."""
MOST_WRITING = 0.1
"""The most of the time limit that is kept for them."""

Seconds = Annotated[float, typer.Option(min=0, max=86400, help="Time limit in seconds: search, reasons and fixes together.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Number of solver threads.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Random seed.")]
Gap = Annotated[float, typer.Option(min=0, max=1, help="Once care is proven, stop at this preference gap, e.g. 0.01.")]
ModeOption = Annotated[
    Mode | None, typer.Option(help="Keep last week's places, or plan a new term; the default is what the instance says.")
]


def solve(
    context: typer.Context,
    instance: InstanceFile,
    out: OutFolder,
    seconds: Seconds = DEFAULTS.seconds,
    workers: Workers = DEFAULTS.workers,
    seed: Seed = DEFAULTS.seed,
    gap: Gap = DEFAULTS.gap,
    mode: ModeOption = None,
    as_json: AsJson = False,
) -> None:
    """Make the week's roster and write it with calendars. Ctrl-C stops the search and keeps the best roster."""
    began = time.monotonic() if context.obj is None else float(context.obj)
    week, warnings = load_instance(instance, mode)
    prepare_folder(out, inputs=(instance,))
    print_issues(warnings, str(instance), console(to_error=True))
    try:
        left = left_to_solve(seconds, time.monotonic() - began, len(week.participants))
        result = _solve(week, SolveLimits(seconds=left, workers=workers, seed=seed, gap=gap))
    except DefectError as error:
        _keep(error, instance, out)
        raise
    page = page_of_result(result)
    write_result(out, week, result, page)
    if as_json:
        print_json(result)
    lines = summary_lines(instance, out, week, result, page)
    to = console(to_error=as_json or result.roster is None)
    for line in lines:
        to.print(line)
    raise typer.Exit(FINDINGS if result.roster is None else HARDLY_BEGUN if result.is_hardly_begun else DONE)


def left_to_solve(seconds: float, spent: float, people: int) -> float:
    """The part of a time limit for the solve itself: starting and reading are over, and writing the files takes some at the end."""
    writing = min(WRITING_SECONDS + WRITING_SECONDS_EACH * people, MOST_WRITING * seconds)
    return max(0.0, seconds - spent - writing)


def _keep(error: DefectError, source: Path, folder: Path) -> None:
    """Write the roster of a failed solve, with a message: it may be the only one for Monday."""
    if error.roster is not None:
        write_own(folder / ROSTER, dump_json(error.roster).encode())
        to = console(to_error=True)
        week, roster, out = (shlex.quote(str(path)) for path in (source, folder / ROSTER, folder))
        to.print(f"The roster that was found keeps every rule and is in {folder / ROSTER}; nothing is proven about it.")
        to.print(f"stepdown export {week} {roster} --out {out}   make page, table and calendars of it")


def _solve(week: Instance, limits: SolveLimits) -> SolveResult:
    """Solve with progress on standard error, watching for Ctrl-C."""
    # Importing the solver takes a second; commands that do not need it stay fast.
    from scheduler.solve import solve as solve_instance

    to = console(to_error=True)
    # The solver works in a process of its own; what writes the files is read here in the meantime.
    threading.Thread(target=importlib.import_module, args=("scheduler.exchange.calendars",), daemon=True).start()
    with Interrupt(to) as interrupt, progress_shown(to) as show:
        return solve_instance(week, limits, on_progress=show, is_cancelled=interrupt.is_cancelled)
