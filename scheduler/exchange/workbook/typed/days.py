"""Weekdays as people type them: ``mon``, ``Tues``, ``MWF``, ``TTh``, ``weekdays``."""

from __future__ import annotations

import re

from scheduler.exchange.workbook.cells import CellError
from scheduler.timegrid import WEEKDAYS

DAY_NAMES = {
    "mon": ("m", "mo", "monday"),
    "tue": ("tu", "tues", "tuesday"),
    "wed": ("w", "we", "weds", "wednesday"),
    "thu": ("th", "thr", "thur", "thurs", "thursday"),
    "fri": ("f", "fr", "friday"),
    "sat": ("sa", "saturday"),
    "sun": ("su", "sunday"),
}
DAY_OF = {name: day for day, names in DAY_NAMES.items() for name in (day, *names)}
LETTERS = {"m": 0, "tu": 1, "w": 2, "th": 3, "r": 3, "f": 4, "sa": 5, "su": 6}
SEVERAL = {
    "weekday": range(5), "weekdays": range(5), "workdays": range(5), "weekend": (5, 6), "weekends": (5, 6),
    "daily": range(7), "everyday": range(7),
}  # fmt: skip
RUN = re.compile(r"(?:th|tu|sa|su|[mtwrf])+")
LETTER = re.compile(r"th|tu|sa|su|[mtwrf]")
BEGIN = "begin with days: mon, tue, wed, thu, fri, sat, sun, or a range such as mon-thu"
UNCLEAR_T = "write Tue or Thu; T alone could be either"
TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
T = "t"


def days_in(word: str) -> tuple[int | str, ...] | None:
    """The weekdays that a word names, 0 for Monday; ``t`` where only other days tell which one it is. None: it names no day."""
    if word in SEVERAL:
        return tuple(SEVERAL[word])
    day = DAY_OF.get(word) or (DAY_OF.get(word[:-1]) if len(word) > 3 and word[-1] == "s" else None)
    if day is not None:
        return (WEEKDAYS.index(day),)
    if word == T:
        return (T,)
    if not RUN.fullmatch(word):
        return None
    days = settled([LETTERS.get(letter, T) for letter in LETTER.findall(word)])
    return tuple(days) if days == sorted(set(days)) else None


def settled(days: list[int | str]) -> list[int]:
    """Days with every ``t`` read as Tuesday or, once that has passed, as Thursday.

    Raises:
        CellError: Nothing tells which of the two it is.
    """
    if days == [T]:
        raise CellError(UNCLEAR_T)
    days_read: list[int] = []
    for day in days:
        if isinstance(day, int):
            days_read.append(day)
        else:
            days_read.append(THURSDAY if TUESDAY in days_read or WEDNESDAY in days_read else TUESDAY)
    return days_read


def stretch(first: int | str, last: int | str) -> list[int]:
    """The days from one to another, over the weekend if need be.

    Raises:
        CellError: The last one could be Tuesday or Thursday.
    """
    if isinstance(last, str):
        raise CellError(UNCLEAR_T)
    begin = TUESDAY if isinstance(first, str) else first
    return [(begin + n) % 7 for n in range((last - begin) % 7 + 1)]
