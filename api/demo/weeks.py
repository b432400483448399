"""The prepared weeks of the demo (`python -m tools.demo`), with all dates moved to another week."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.instance import Instance

DATES: Final = re.compile(r'"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)[+-]\d\d:\d\d)?"')


def demo_zone() -> ZoneInfo:
    """The time zone of the demo program."""
    return ZoneInfo(json.loads(_text())["program"]["zone"])


def demo_week(monday: date) -> Instance:
    """The demo program in a week: its people, its published roster, and last week's roster as history."""
    return in_week(_text(), monday)


def in_week(text: str, monday: date) -> Instance:
    """An instance, given as JSON, with all of its dates moved so that its week begins on a Monday; clock times stay."""
    document = json.loads(text)
    shift, zone = monday - date.fromisoformat(document["monday"]), ZoneInfo(document["program"]["zone"])
    return Instance.model_validate_json(DATES.sub(lambda match: _moved(match, shift, zone), text))


def _text() -> str:
    return (files("api.demo") / "week.json").read_text(encoding="utf-8")


def _moved(match: re.Match[str], shift: timedelta, zone: ZoneInfo) -> str:
    """A date or a time of the wall clock, moved; the offset is that of the new date."""
    day, clock = date.fromisoformat(match[1]) + shift, match[2]
    return f'"{day}"' if clock is None else f'"{datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).isoformat()}"'
