"""Kinds of cells for dates and times, entered as spreadsheet values or as text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduler.exchange.workbook.cells import MINUTES, Cell, CellError, Json, Value, clean, moment_of
from scheduler.exchange.workbook.kinds import CellKind, one_of
from scheduler.exchange.workbook.typed.clocks import BAD_CLOCK, clock_of
from scheduler.exchange.workbook.typed.clocks import CLOCK as TYPED_CLOCK
from scheduler.exchange.workbook.typed.dates import HOW, SlashDate, read_date
from scheduler.exchange.workbook.typed.days import DAY_OF
from scheduler.timegrid import WEEKDAYS, parse_clock

DATE_FORMAT, TIME_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "[h]:mm", "yyyy-mm-dd hh:mm"
ENDING_CLOCK = re.compile(rf"(?:[,t ]|\bat\b|\bon\b)+(?P<clock>{TYPED_CLOCK.pattern})$")


def _date(cell: Cell) -> Json:
    if isinstance(cell.value, str):
        return read_date(clean(cell.value))
    # A bare number in the range of plausible dates is a date that lost its format.
    if isinstance(cell.value, bool) or (not cell.is_dated and not 25_569 <= cell.value < 109_575):
        raise CellError
    when = moment_of(cell)
    if when.hour or when.minute:
        raise CellError("write the date without a time of day")
    return when.date().isoformat()


def _show_date(value: Json) -> Value:
    when = date.fromisoformat(value)
    # Spreadsheets do not support earlier dates.
    return when if when >= date(1901, 1, 1) else str(value)


def _clock(cell: Cell) -> Json:
    if isinstance(cell.value, str):
        return clock_of(clean(cell.value).lower())
    # 0.75 is 18:00 as stored by a spreadsheet, 18 was typed as text; 1 could be either.
    value = 0.0 if isinstance(cell.value, bool) else cell.value
    if not cell.is_dated and value == int(value) and 2 <= value <= 24:
        return clock_of(str(int(value)))
    minutes = value * MINUTES
    if isinstance(cell.value, bool) or not 0 <= value <= 1 or (value == 1 and not cell.is_dated) or abs(minutes - round(minutes)) > 0.02:
        raise CellError
    return f"{round(minutes) // 60:02d}:{round(minutes) % 60:02d}"


def _show_clock(value: Json) -> Value:
    """A spreadsheet time; a value that is not a time of day stays text."""
    try:
        return timedelta(minutes=parse_clock(value))
    except ValueError:
        return str(value)


def _moment(cell: Cell) -> Json:
    if not isinstance(cell.value, str):
        if isinstance(cell.value, bool) or not cell.is_dated:
            raise CellError
        return moment_of(cell).isoformat()
    text = clean(cell.value)
    if re.search(r"\d[T ].*(Z|[+-]\d\d:?\d\d)$", text):
        return text.replace(" ", "T", 1)
    match = ENDING_CLOCK.search(text.lower())
    if match is None:
        raise CellError
    when, time = read_date(text[: match.start()]), clock_of(match["clock"])
    if isinstance(when, SlashDate):
        return SlashDate(f"{when}T{time}:00", when.order, when.other and f"{when.other}T{time}:00")
    return f"{when}T{time}:00"


def _show_moment(value: Json) -> Value:
    """A spreadsheet date and time if given in the program's wall time, else text with an offset."""
    if re.search(r"(Z|[+-]\d\d:\d\d)$", value) or value < "1901":
        return str(value)
    return datetime.fromisoformat(value)


def _start(cell: Cell) -> Json:
    """A time of day, or date and time with an offset."""
    if isinstance(cell.value, str) and re.search(r"\dT", cell.value):
        return _moment(cell)
    return _clock(cell)


def _weekday_or_date(cell: Cell) -> Json:
    if isinstance(cell.value, str) and clean(cell.value).lower() in DAY_OF:
        return DAY_OF[clean(cell.value).lower()]
    return _date(cell)


DATE = CellKind("date", HOW, _date, _show_date, format=DATE_FORMAT, check="date", has_dates=True)
CLOCK = CellKind("time", BAD_CLOCK, _clock, _show_clock, format=TIME_FORMAT, check="time")
MOMENT = CellKind(
    "date and time",
    "write date and time as YYYY-MM-DD HH:MM, by the program's clock",
    _moment,
    _show_moment,
    format=MOMENT_FORMAT,
    has_dates=True,
)
START = replace(CLOCK, read=_start, check="", has_dates=True)
"""For sessions: a time of day, or a date and time with an offset where wall time cannot express it."""
SESSION_DAY = CellKind(
    "date or weekday", "write the date as YYYY-MM-DD, or the weekday", _weekday_or_date, lambda v: v if v in DAY_OF else _show_date(v),
    format=DATE_FORMAT, has_dates=True,
)  # fmt: skip
WEEKDAY = one_of(*WEEKDAYS, also={name: day for name, day in DAY_OF.items() if name not in WEEKDAYS})
