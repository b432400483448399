"""Cell values as read and written, and text that no spreadsheet changes or runs as a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A value of the instance's JSON document."""

Value: TypeAlias = str | int | date | datetime | timedelta
"""A value to write: text, a number, a date, or a time of day as time since midnight."""

NONE = "(none)"
"""States that there is none, where an empty cell has another meaning."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets read text in a CSV file that begins with one of these as a formula."""

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets count days from here, without a zone
DAY = timedelta(days=1)
MINUTES = 24 * 60
LAST_SERIAL = 2_958_465
"""31 December 9999, the last day that spreadsheets support."""

LOOKALIKES = str.maketrans({
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": "", "\ufeff": "",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
})  # fmt: skip
"""Plain characters for those that word processors put in their place."""

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class CellError(ValueError):
    """A cell cannot be read. The message says what to write instead, and does not quote the cell."""


@dataclass(slots=True)
class Cell:
    """A cell with a value.

    Attributes:
        value: Text, number or yes/no.
        is_dated: Whether a number is formatted as a date or time.
        shift: Days to add to a number to get a date (in files that count from 1904).
        fault: Why the value cannot be used, e.g. because it is a formula.
    """

    value: str | float | bool
    is_dated: bool = False
    shift: int = 0
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it contains only white space."""
        value = self.value
        return isinstance(value, str) and not self.fault and not clean(value)


def clean(text: str) -> str:
    """Text with plain spaces, quotes and dashes, stripped of surrounding white space."""
    return (text if text.isascii() else text.translate(LOOKALIKES)).strip()


def escape(text: str) -> str:
    """Text in which characters not allowed in a workbook are written as ``_xHHHH_``, as the format requires."""
    return UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescape(text: str) -> str:
    """Text as it was before :func:`escape`; also for escapes by other programs."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda match: match[0] if 0xD800 <= int(match[1], 16) < 0xE000 else chr(int(match[1], 16)), text)


def harmless(text: str) -> str:
    """Text for CSV that no spreadsheet reads as a formula: with a leading apostrophe where needed."""
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def unharmed(text: str) -> str:
    """Text as it was before :func:`harmless`."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA_STARTS, "'")) else text


def plain(value: Value) -> str:
    """A value as the text of a CSV file or of a list of differences."""
    if isinstance(value, timedelta):
        return clock_text(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def clock_text(since_midnight: timedelta) -> str:
    """Time since midnight as ``HH:MM``; a whole day is ``24:00``."""
    hours, minutes = divmod(round(since_midnight.total_seconds() / 60), 60)
    return f"{hours:02d}:{minutes:02d}"


def moment_of(cell: Cell) -> datetime:
    """The date and time of a number, to the minute.

    Raises:
        CellError: The number is not a date, or has seconds.
    """
    serial = float(cell.value) + cell.shift
    if not 1 <= serial <= LAST_SERIAL:
        raise CellError("write a date as YYYY-MM-DD")
    minutes = serial * MINUTES
    if abs(minutes - round(minutes)) > 0.02:
        raise CellError("leave the seconds out")
    return EPOCH + timedelta(minutes=round(minutes))


def serial_of(value: date | timedelta) -> float:
    """The number by which spreadsheets hold a date, or a time since midnight."""
    if isinstance(value, timedelta):
        return value / DAY
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - as EPOCH
    return (moment - EPOCH) / DAY


def number_text(number: float) -> str:
    """A number as a spreadsheet displays it."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else f"{number:.15g}"
