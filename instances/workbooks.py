"""A program as a person types it into the template: 26 invented people in `first_workbook.xlsx`."""

from __future__ import annotations

from pathlib import Path

from scheduler.exchange.workbook import Answers
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.grid import SheetSource
from scheduler.exchange.workbook.importing import import_source
from scheduler.instance import Instance

FIRST_WORKBOOK = Path(__file__).parent / "first_workbook.xlsx"
ANSWERS = Answers(dates="month-first", times="pm", starts="each")
"""What its coordinator answers: American dates, evenings, and groups that meet on each of their days."""


def first_workbook() -> Instance:
    """The program, its questions answered and its one contradiction corrected."""
    source = read_source(FIRST_WORKBOOK)
    correct(source)
    return import_source(source, None, ANSWERS).instance


def correct(source: SheetSource) -> None:
    """Clear the home track of participant 116: 112, with whom there must be no contact, has the same one."""
    people = next(grid for grid in source.grids if grid.title == "Participants")
    row = next(row for row in people.rows if row.cells[0].value == 116)
    home = next(column for column, cell in people.rows[0].cells.items() if cell.value == "Home track")
    del row.cells[home]
