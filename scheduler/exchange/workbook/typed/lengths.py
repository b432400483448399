"""Lengths of time as people type them: ``90``, ``15 min``, ``3 h``, ``1 hr 30``, ``1.5 hours``, ``1:30``."""

from __future__ import annotations

import re

from scheduler.exchange.workbook.cells import CellError

HOURS = r"(?P<hours>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:h|hrs?|hours?)\b\.?"
MINUTES = r"(?P<minutes>\d{1,6})\s*(?:m|mins?|minutes?|')?\.?"
LENGTH = re.compile(rf"(?:{HOURS})?(?:\s*(?:,|and|&)?\s*{MINUTES})?|(?P<h>\d{{1,3}}):(?P<m>[0-5]\d)|(?P<tight>\d{{1,2}}h(?P<rest>[0-5]\d))")
HOW = "write minutes as a number, e.g. 90; 15 min and 1 h 30 also work"


def read_length(text: str) -> int:
    """Read a length of time in minutes.

    Raises:
        CellError: The text is not a length of whole minutes.
    """
    match = LENGTH.fullmatch(text.lower().strip()) if text.strip() else None
    if match is None:
        raise CellError(HOW)
    if match["h"]:
        return int(match["h"]) * 60 + int(match["m"])
    if match["tight"]:
        return int(match["tight"].partition("h")[0]) * 60 + int(match["rest"])
    minutes = float((match["hours"] or "0").replace(",", ".")) * 60 + int(match["minutes"] or 0)
    if not minutes.is_integer():
        raise CellError(HOW)
    return int(minutes)
