"""Supported recurrence rules, and a later starting point for long series."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import prod

from scheduler.exchange.busy.events import MARGIN, BusyEvent, instant
from scheduler.exchange.busy.models import BusyWindow
from scheduler.exchange.busy.times import MOMENT

FREQUENCIES = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
"""Supported frequencies, with the minimum number of days between occurrences."""

MOST_COMBINATIONS = {"DAILY": 24, "WEEKLY": 100, "MONTHLY": 400, "YEARLY": 400}
"""The maximum number of occurrences in a period."""
MOST_RULES = 3
MOST_CHARACTERS = 1000


def parts_of(rule: str) -> dict[str, str] | None:
    """The parts of a supported rule; None if it is not supported: malformed, or with endless repetition within a day."""
    if len(rule) > MOST_CHARACTERS:
        return None
    pairs = [part.partition("=") for part in rule.split(";") if part]
    parts = {name: value for name, _, value in pairs}
    if len(parts) != len(pairs) or parts.get("FREQ") not in FREQUENCIES:
        return None
    if any(not is_count(parts[name]) for name in ("INTERVAL", "COUNT") if name in parts):
        return None
    if "UNTIL" in parts and MOMENT.fullmatch(parts["UNTIL"]) is None:
        return None
    lists = [value.split(",") for name, value in parts.items() if name.startswith("BY")]
    return parts if prod(map(len, lists)) <= MOST_COMBINATIONS[parts["FREQ"]] else None


def is_count(text: str) -> bool:
    """Whether a text is a whole number from 1 to 999,999."""
    return text.isascii() and text.isdecimal() and len(text) <= 6 and int(text) > 0


def is_over(event: BusyEvent, parts: dict[str, str], window: BusyWindow) -> bool:
    """Whether a series certainly ended before the window."""
    limit = window.start.astimezone(UTC) - event.length - MARGIN
    if "UNTIL" in parts:
        return parts["UNTIL"][:8] < limit.strftime("%Y%m%d")
    by = {name for name in parts if name.startswith("BY")}
    if "COUNT" not in parts or (by and (parts["FREQ"] != "WEEKLY" or by != {"BYDAY"})) or parts["FREQ"] not in ("DAILY", "WEEKLY"):
        return False
    return (limit - instant(event.start, window)).days > _period(parts) * (int(parts["COUNT"]) + 1)


def begun_later(event: BusyEvent, parts: dict[str, str], window: BusyWindow) -> BusyEvent:
    """The same series, started shortly before the window to avoid expanding its past occurrences.

    The start is moved by whole periods, so the times stay the same. Of rules with COUNT, only those with one occurrence per period move.
    """
    by = {name for name in parts if name.startswith("BY")}
    if parts["FREQ"] not in ("DAILY", "WEEKLY") or ("COUNT" in parts and by):
        return event
    period = _period(parts)
    limit = window.start.astimezone(UTC) - event.length - MARGIN
    periods = (limit - instant(event.start, window)).days // period
    if periods <= 0:
        return event
    rule = event.rules[0]
    if "COUNT" in parts:
        rule = ";".join(f"{k}={int(v) - periods if k == 'COUNT' else v}" for k, v in parts.items())
    return replace(event, start=event.start + timedelta(days=periods * period), rules=[rule])


def _period(parts: dict[str, str]) -> int:
    return FREQUENCIES[parts["FREQ"]] * int(parts.get("INTERVAL", "1"))


def until_is_whole(rule: str, event: BusyEvent) -> str:
    """The rule with an UNTIL of the same type as its start: a date for dates, an instant in UTC for times."""
    parts = parts_of(rule) or {}
    until = parts.get("UNTIL", "")
    if not until or not isinstance(event.start, datetime):
        return rule.replace(until, until[:8]) if until else rule
    if len(until) == 8:
        # To the end of that day, in the event's time zone.
        moment = datetime.strptime(until + "235959", "%Y%m%d%H%M%S").replace(tzinfo=event.start.tzinfo)
    elif not until.endswith("Z"):
        moment = datetime.strptime(until, "%Y%m%dT%H%M%S").replace(tzinfo=event.start.tzinfo)
    else:
        return rule
    return rule.replace(until, moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
