"""Supported recurrence rules, and a later starting point for long series."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from math import prod

from scheduler.exchange.busy.events import MARGIN, BusyEvent, instant
from scheduler.exchange.busy.models import BusyWindow
from scheduler.exchange.busy.times import MOMENT, Moment

FREQUENCIES = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
"""Supported frequencies, with the minimum number of days between occurrences."""

BY = {
    "BYMONTH": (1, 12), "BYWEEKNO": (1, 53), "BYYEARDAY": (1, 366), "BYMONTHDAY": (1, 31), "BYDAY": None, "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59), "BYSECOND": (0, 59), "BYSETPOS": (1, 366),
}  # fmt: skip
"""The parts that choose times in a period, with their least and greatest number (RFC 5545, 3.3.10); those from 1 on may be negative."""

PARTS = BY.keys() | {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "RSCALE", "SKIP"}
WEEKDAY = re.compile(r"(?:[+-]?0?[1-9]\d?)?(?:MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
NUMBER = re.compile(r"([+-]?)(\d{1,3})", re.ASCII)

MOST_COMBINATIONS = {"DAILY": 24, "WEEKLY": 100, "MONTHLY": 400, "YEARLY": 400}
"""The maximum number of occurrences in a period."""
MOST_RULES = 3
MOST_CHARACTERS = 1000


def parts_of(rule: str) -> dict[str, str] | None:
    """The parts of a supported rule; None if it is not supported: malformed, unknown, or with endless repetition within a day.

    The Gregorian scale (RFC 7529, 4.1) is the usual one, so it is left out.
    """
    if len(rule) > MOST_CHARACTERS:
        return None
    pairs = [part.partition("=") for part in rule.split(";") if part]
    parts = {name: value for name, _, value in pairs}
    if len(parts) != len(pairs) or not PARTS.issuperset(parts) or parts.get("FREQ") not in FREQUENCIES:
        return None
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.pop("SKIP", "OMIT") != "OMIT":
        return None
    if any(not is_count(parts[name]) for name in ("INTERVAL", "COUNT") if name in parts):
        return None
    if "UNTIL" in parts and MOMENT.fullmatch(parts["UNTIL"]) is None:
        return None
    lists = {name: value.split(",") for name, value in parts.items() if name in BY}
    is_sound = all(_is_allowed(name, value) for name, values in lists.items() for value in values)
    return parts if is_sound and prod(map(len, lists.values())) <= MOST_COMBINATIONS[parts["FREQ"]] else None


def _is_allowed(name: str, value: str) -> bool:
    limits = BY[name]
    if limits is None:
        return WEEKDAY.fullmatch(value) is not None
    least, most = limits
    number = NUMBER.fullmatch(value)
    return number is not None and least <= int(number[2]) <= most and (least == 1 or not number[1])


def is_count(text: str) -> bool:
    """Whether a text is a whole number from 1 to 999,999."""
    return text.isascii() and text.isdecimal() and len(text) <= 6 and int(text) > 0


def is_over(event: BusyEvent, parts: dict[str, str], window: BusyWindow) -> bool:
    """Whether a series certainly ended before the window."""
    limit = window.start.astimezone(UTC) - event.length - MARGIN
    if "UNTIL" in parts:
        return parts["UNTIL"][:8] < limit.strftime("%Y%m%d")
    by = BY.keys() & set(parts)
    if "COUNT" not in parts or (by and (parts["FREQ"] != "WEEKLY" or by != {"BYDAY"})) or parts["FREQ"] not in ("DAILY", "WEEKLY"):
        return False
    return (limit - instant(event.start, window)).days > _period(parts) * (int(parts["COUNT"]) + 1)


def begun_later(start: Moment, parts: dict[str, str], limit: datetime, window: BusyWindow) -> tuple[Moment, dict[str, str]]:
    """The start and the parts of a rule, moved to shortly before an instant to avoid expanding past occurrences.

    The start is moved by whole periods, so the times stay the same. Of rules with COUNT, only those with one occurrence per period move.
    """
    if parts["FREQ"] not in ("DAILY", "WEEKLY") or ("COUNT" in parts and BY.keys() & set(parts)):
        return start, parts
    period = _period(parts)
    periods = (limit - instant(start, window)).days // period
    if periods <= 0:
        return start, parts
    left = {name: str(int(value) - periods) if name == "COUNT" else value for name, value in parts.items()}
    return start + timedelta(days=periods * period), left


def _period(parts: dict[str, str]) -> int:
    return FREQUENCIES[parts["FREQ"]] * int(parts.get("INTERVAL", "1"))


def is_within(moment: Moment, until: str) -> bool:
    """Whether a time of a series is not after its UNTIL: an instant, a time on the clock of the series, or the end of a day."""
    if not isinstance(moment, datetime) or len(until) == len("YYYYMMDD"):
        return _text(moment)[:8] <= until[:8]
    return _text(moment.astimezone(UTC)) <= until[:-1] if until.endswith("Z") else _text(moment) <= until


def _text(moment: date) -> str:
    return moment.strftime("%Y%m%dT%H%M%S")
