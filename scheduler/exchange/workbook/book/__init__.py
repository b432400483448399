"""The description of the workbook: every sheet and column, in order."""

from __future__ import annotations

import re
from functools import cache

from scheduler.exchange.workbook.book.offers import OFFER_SHEETS
from scheduler.exchange.workbook.book.past import PAST_SHEETS
from scheduler.exchange.workbook.book.people import PEOPLE_SHEETS
from scheduler.exchange.workbook.book.program import PROGRAM_SHEETS, SETTING_SHEETS
from scheduler.exchange.workbook.book.staff import STAFF_SHEETS
from scheduler.exchange.workbook.sheet import Column, Sheet, way_to
from scheduler.instance import Instance
from scheduler.names import names_at

__all__ = ["README_TITLE", "SHEETS", "refers", "sheet_of"]

README_TITLE = "Read me"

SHEETS: tuple[Sheet, ...] = (*PROGRAM_SHEETS, *STAFF_SHEETS, *OFFER_SHEETS, *PEOPLE_SHEETS, *PAST_SHEETS, *SETTING_SHEETS)
"""All sheets; the sheet of an owner comes before the sheets of its parts."""


def sheet_of(title: str) -> Sheet:
    """A sheet by its title."""
    return next(sheet for sheet in SHEETS if sheet.title == title)


@cache
def refers(sheet: Sheet, column: Column) -> str:
    """The title of the sheet that lists the ids allowed in a column, according to the contract; empty if there is none."""
    if not column.field:
        lists = {path for place in sheet.places for path, owner in way_to(place).hops if owner == column.title}
    else:
        paths = (re.sub(r"\[[^\]]*\]", "", f"{place}.{column.field}").split(".") for place in sheet.places)
        kinds = {names.kind for path in paths if (names := names_at(Instance, path)) is not None}
        lists = kinds | {f"program.{kind}" for kind in kinds}
    return next((other.title for other in SHEETS if lists.intersection(other.places) and other.columns[0].field == "id"), "")
