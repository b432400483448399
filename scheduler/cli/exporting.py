"""`stepdown export`: page, table and calendars of a roster, and a week as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from scheduler.case import Case
from scheduler.cli.console import console
from scheduler.cli.files import VIEWS, load_instance, load_readable_roster, prepare_folder, write_views
from scheduler.cli.foreign import write_own
from scheduler.cli.options import InstanceFile
from scheduler.errors import StepdownError
from scheduler.exchange.files import write_file
from scheduler.exchange.summary import page_of_verdict
from scheduler.instance import Instance
from scheduler.reading import read_instance
from scheduler.verify import judge

Roster = Annotated[
    Path | None, typer.Argument(metavar="[ROSTER]", help="A roster of that week, as JSON.", show_default=False, readable=False)
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for page, table and calendars of the roster.")]
RosterBook = Annotated[
    Path | None,
    typer.Option("--xlsx-roster", metavar="FILE.xlsx", help="The roster as a workbook: by room, clinician, participant, sign-in sheets."),
]
Book = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE.xlsx", help="The instance as a workbook, for `stepdown import`.")]
Tables = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE.zip", help="The instance as a zip of CSV files, for `stepdown import`.")
]


def export(
    instance: InstanceFile,
    roster: Roster = None,
    out: Out = None,
    xlsx_roster: RosterBook = None,
    xlsx: Book = None,
    csv: Tables = None,
) -> None:
    """Write the page, table and calendars of an existing roster, for example one edited by hand; or write a week as a workbook."""
    of_roster, of_week = (out, xlsx_roster), (xlsx, csv)
    if not any((*of_roster, *of_week)):
        raise typer.BadParameter("say what to write: --out or --xlsx-roster with a roster, --xlsx or --csv without", param_hint="--out")
    if (roster is not None) != any(of_roster):
        raise typer.BadParameter("give a roster together with --out or --xlsx-roster", param_hint="ROSTER")
    _refuse_clash([instance, roster], [xlsx_roster, *of_week])
    if any(of_week):
        _export_week(instance, xlsx, csv)
    if roster is not None:
        _export_roster(instance, roster, out, xlsx_roster)


def _refuse_clash(inputs: list[Path | None], outputs: list[Path | None]) -> None:
    """Check that every output is a separate file.

    Raises:
        StepdownError: An output is a folder, or is also an input.
    """
    read = {path.resolve() for path in inputs if path is not None}
    for path in outputs:
        if path is not None and path.suffix and path.is_dir():
            raise StepdownError(f"{path} is a folder; give the name of a file")
        if path is not None and path.resolve() in read:
            raise StepdownError(f"{path} would be overwritten; name another file")


def _export_week(instance: Path, xlsx: Path | None, csv: Path | None) -> None:
    # Imported here, so that other exports do not load the spreadsheet library.
    from scheduler.exchange.workbook import write_csv, write_workbook, zipped

    week = _any_instance(instance)
    if xlsx is not None:
        write_own(xlsx, write_workbook(week))
        console().print(f"{xlsx}: change it, then: stepdown import {xlsx} --out week.json")
    if csv is not None and csv.suffix.lower() == ".zip":
        write_own(csv, zipped(write_csv(week)))
    elif csv is not None:
        files = write_csv(week)
        _refuse_others(csv, dict(files))
        for name, content in files:
            write_file(csv / name, content)
    if csv is not None:
        console().print(f"{csv}: one CSV file for each sheet; change them, then: stepdown import {csv} --out week.json")


def _refuse_others(folder: Path, files: Mapping[str, bytes]) -> None:
    """Check that the folder holds no other CSV files, which the import would read, too, and none of these names with other columns.

    Raises:
        StepdownError: The folder holds other CSV files.
    """
    if any(path.name not in files or _columns(path.read_bytes()) != _columns(files[path.name]) for path in folder.glob("*.csv")):
        raise StepdownError(f"{folder} holds other CSV files; name another folder with --csv")


def _columns(table: bytes) -> bytes:
    """The first line of a CSV file."""
    return table.partition(b"\n")[0].strip()


def _any_instance(path: Path) -> Instance:
    """Read an instance that may be inconsistent: a spreadsheet may be the place to correct it."""
    try:
        return read_instance(path)
    except StepdownError as error:
        error.add_note(str(path))
        raise


def _export_roster(instance: Path, roster: Path, out: Path | None, book: Path | None) -> None:
    week, _ = load_instance(instance)
    edited = load_readable_roster(week, roster)
    if out is not None:
        prepare_folder(out, inputs=(instance, roster))
        page = page_of_verdict(judge(Case(week), edited))
        write_views(out, week, edited, page)
        console().print(page.status_line)
        for name in VIEWS:
            console().print(f"  {out / name}")
    if book is not None:
        from scheduler.exchange.roster_sheets import roster_workbook

        write_own(book, roster_workbook(week, edited))
        console().print(f"  {book}")
