"""Dates as people type them: ``2027-01-11``, ``1/11/2027``, ``Mon, Jan 11, 2027``, ``4-Mar-27``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from scheduler.exchange.workbook.cells import CellError
from scheduler.exchange.workbook.typed.days import DAY_OF
from scheduler.timegrid import WEEKDAYS

Order = Literal["day-first", "month-first"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>\d{4}|'?\d{2})"
YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})|(?P<all>(?:19|20)\d{6})")
NAMED = re.compile(rf"{DAY}(?: of)?[ ./-]*{MONTH}[ ,./-]*{YEAR}")
NAMED_FIRST = re.compile(rf"{MONTH}[ .-]*{DAY}(?:,\s*|[ .-]+){YEAR}")
NUMBERS = re.compile(rf"(?P<one>\d{{1,2}})(?P<by>[-/.])(?P<two>\d{{1,2}})(?P=by){YEAR}")
WEEKDAY = re.compile(r"(?P<weekday>[a-z]{2,9})[.,]*\s+(?=[\da-z])")
HOW = "write a date as YYYY-MM-DD, e.g. 2026-11-30"
NO_DATE = "write a date that exists, as YYYY-MM-DD"


class SlashDate(str):
    """A date written in numbers, year last: as ISO text by the order that is possible, month first if both are.

    Attributes:
        order: Which of day and month comes first, if only one order is possible; None if both are.
        other: The date by the other order; empty if it is not possible.
    """

    order: Order | None
    other: str

    def __new__(cls, text: str, order: Order | None, other: str = "") -> SlashDate:
        """Create the date, with its other reading."""
        text_read = super().__new__(cls, text)
        text_read.order, text_read.other = order, other
        return text_read

    def by(self, order: Order) -> str:
        """The date by an order, if it is possible; else by the other one."""
        return self.other if self.order is None and order == "day-first" else str(self)


def read_date(text: str) -> str:
    """Read a date as ISO text; a :class:`SlashDate` where day and month are numbers before the year.

    Raises:
        CellError: The text is not a date.
    """
    text = re.sub(r"[t ]00:00(:00)?$", "", text.lower().strip())
    weekday = None
    if (named := WEEKDAY.match(text)) and named["weekday"] in DAY_OF:
        weekday, text = WEEKDAYS.index(DAY_OF[named["weekday"]]), text[named.end() :]
    if match := NUMBERS.fullmatch(text):
        return _slash(int(match["one"]), int(match["two"]), _year(match["year"]), weekday)
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = (match["all"][:4], match["all"][4:6], match["all"][6:]) if match["all"] else match.group("year", "month", "day")
        return _only(int(year), int(month), int(day), weekday)
    match = NAMED.fullmatch(text) or NAMED_FIRST.fullmatch(text)
    if match is None:
        raise CellError(HOW)
    return _only(_year(match["year"]), MONTHS.index(match["month"]) + 1, int(match["day"]), weekday)


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits.lstrip("'"))


def _only(year: int, month: int, day: int, weekday: int | None) -> str:
    """The date, if the calendar has it on that weekday."""
    when = _possible(year, month, day, weekday)
    if when is None:
        raise CellError(NO_DATE if weekday is None else "write the date of that weekday, or leave the weekday out")
    return when


def _possible(year: int, month: int, day: int, weekday: int | None) -> str | None:
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    return when.isoformat() if weekday in (None, when.weekday()) else None


def _slash(one: int, two: int, year: int, weekday: int | None) -> str:
    month_first, day_first = _possible(year, one, two, weekday), _possible(year, two, one, weekday)
    if month_first and day_first and month_first != day_first:
        return SlashDate(month_first, None, day_first)
    if month_first == day_first:
        return month_first or _only(year, one, two, weekday)
    return SlashDate(month_first, "month-first") if month_first else SlashDate(day_first or "", "day-first")


def orders_in(dates: Iterable[str]) -> set[Order]:
    """The orders of day and month that dates show."""
    return {when.order for when in dates if isinstance(when, SlashDate) and when.order is not None}
