"""The description of the workbook: every sheet and every column, in the order in which they stand."""

from __future__ import annotations

from scheduler.exchange.workbook.book.offers import OFFER_SHEETS
from scheduler.exchange.workbook.book.past import PAST_SHEETS
from scheduler.exchange.workbook.book.people import PEOPLE_SHEETS
from scheduler.exchange.workbook.book.program import PROGRAM_SHEETS, SETTING_SHEETS
from scheduler.exchange.workbook.book.staff import STAFF_SHEETS
from scheduler.exchange.workbook.sheet import Sheet

__all__ = ["README_TITLE", "SHEETS", "sheet_of"]

README_TITLE = "Read me"

SHEETS: tuple[Sheet, ...] = (*PROGRAM_SHEETS, *STAFF_SHEETS, *OFFER_SHEETS, *PEOPLE_SHEETS, *PAST_SHEETS, *SETTING_SHEETS)
"""Owners stand before what belongs to them."""


def sheet_of(title: str) -> Sheet:
    """A sheet by its title."""
    return next(sheet for sheet in SHEETS if sheet.title == title)
