"""Commands for spreadsheets: `template`, `import`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from scheduler.cli.command import BAD_INPUT
from scheduler.cli.console import console, print_issues, print_json
from scheduler.cli.foreign import write_own
from scheduler.cli.options import AsJson
from scheduler.cli.questions import Dates, Starts, Times, answers_of, how_to_answer
from scheduler.errors import InstanceError, StepdownError
from scheduler.exchange.files import write_file
from scheduler.reading import dump_json
from scheduler.words import counted, long_date

# Imported by the two commands, so that all others start without the spreadsheet library.
if TYPE_CHECKING:
    from scheduler.exchange.workbook import LastWeek, WorkbookImport

Monday = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Plan this week instead of the one in the workbook.")
]


def template(
    file: Annotated[Path | None, typer.Argument(metavar="FILE.xlsx", help="Where to write it.", show_default=False)] = None,
    example: Annotated[bool, typer.Option("--example", help="Write a small program as a completed example.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print every sheet and column instead of writing a workbook.")] = False,
) -> None:
    """Write an empty workbook to fill in, or a completed example."""
    from scheduler.exchange.workbook import column_lines, write_workbook
    from scheduler.exchange.workbook import example as make_example
    from scheduler.exchange.workbook import template as make_template

    if markdown:
        for line in column_lines():
            typer.echo(line)
        return
    if file is None:
        raise typer.BadParameter("name the workbook to write", param_hint="FILE.xlsx")
    refuse_folder(file)
    content = write_workbook(make_example(), is_whole=True) if example else make_template()
    if file.is_file() and file.stat().st_size and file.read_bytes() != content:
        raise StepdownError(f"{file} already exists and would be overwritten; name another file")
    write_file(file, content)
    console().print(f"{file}: fill it in, then: stepdown import {file} --out week.json")


def refuse_folder(file: Path) -> None:
    """Check that a path can be written as a file.

    Raises:
        StepdownError: The path is a folder.
    """
    if file.is_dir():
        raise StepdownError(f"{file} is a folder; give the name of a file")


def import_(
    workbook: Annotated[
        Path, typer.Argument(metavar="WORKBOOK", help="An XLSX or ODS file, or a folder or zip of CSV files.", readable=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the instance.")],
    monday: Monday = None,
    dates: Dates = None,
    times: Times = None,
    starts: Starts = None,
    as_json: AsJson = False,
) -> None:
    """Read a workbook and write the instance. Every error is listed by sheet, row and column; nothing is written if there is one."""
    from scheduler.exchange.workbook import read_workbook

    refuse_folder(out)
    if out.resolve() == workbook.resolve():
        raise StepdownError(f"{out} would be overwritten; name another file with --out")
    try:
        imported = read_workbook(workbook, None if monday is None else monday.date(), answers_of(dates, times, starts))
    except InstanceError as error:
        error.add_note(str(workbook))
        if answers := how_to_answer(error.issues):
            error.add_note(answers)
        if not as_json:
            raise
        print_json({"error": str(error), "file": str(workbook), "issues": error.issues})
        print_issues(error.issues, str(workbook), console(to_error=True))
        raise typer.Exit(BAD_INPUT) from None
    write_own(out, dump_json(imported.instance).encode())
    if as_json:
        print_json({"instance": str(out), "issues": imported.issues, "last_week": imported.last_week})
    _tell(imported, workbook, out, console(to_error=as_json))


def _tell(imported: WorkbookImport, workbook: Path, out: Path, to: Console) -> None:
    week = imported.instance
    print_issues(imported.issues, str(workbook), to)
    if answers := how_to_answer(imported.issues):
        to.print(answers)
    parts = (
        counted(len(week.participants), "participant"),
        counted(len(week.clinicians), "clinician"),
        counted(len(week.groups), "group"),
        counted(len(week.rooms), "room"),
    )
    to.print(Text(f"{out}: week of {long_date(week.monday)}, ready to solve. {', '.join(parts)}.", "bold"))
    if imported.last_week is not None:
        _tell_last_week(imported.last_week, week.monday, to)
    to.print(f"Next: stepdown solve {out} --out week")


def _tell_last_week(verdict: LastWeek, monday: date, to: Console) -> None:
    """Print the check of last week's roster against the rules."""
    left = verdict.num_sessions - verdict.num_judged
    out_of = f"; {counted(left, 'session')} could not be checked" if left else ""
    to.print()
    if not verdict.conflicts:
        to.print(Text(f"Last week's roster keeps all {len(verdict.rules)} rules that were checked{out_of}.", "green"))
    else:
        to.print(Text(f"Last week's roster has {counted(len(verdict.conflicts), 'conflict')}{out_of}:", "yellow"))
        for conflict in verdict.conflicts:
            where = "; ".join(str(place) for place in conflict.places[:3])
            to.print(Text.assemble(("  " + conflict.rule, "bold"), f": {conflict.message}", (f"  [{where}]" if where else "", "dim")))
        to.print("  They do not stop you: what breaks a rule is not carried over to the new week.")
    to.print(f"Not checked for last week: {', '.join(verdict.not_judged)}.", style="dim")
