"""Calendar files, written by hand as their makers write them. All people in them are invented."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.exchange.busy import Busy, BusyOptions, BusyWindow, window_of
from scheduler.exchange.busy.expansion import expand

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 30)
NY = ";TZID=America/New_York"


def calendar(*events: str, head: str = "", tail: str = "") -> bytes:
    """A calendar of events, each written as its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Made//EN", *head.split()]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, *tail.splitlines(), "END:VCALENDAR", ""]).encode()


def event(start: str, end: str, *more: str, uid: str = "1", zone: str = NY) -> str:
    """An event; ``20261130T0900`` is a time."""
    return "\n".join([f"UID:{uid}", f"DTSTART{zone}:{start}00", f"DTEND{zone}:{end}00", *more])


def window(first: date = MONDAY, days: int = 28, zone: ZoneInfo = NEW_YORK) -> BusyWindow:
    return window_of(zone, first, days)


def read(content: bytes, within: BusyWindow | None = None, **options: str) -> Busy:
    """What a calendar says, read in this process."""
    return expand(content, within or window(), BusyOptions(**options))  # type: ignore[arg-type]


def told(busy: Busy, zone: ZoneInfo = NEW_YORK) -> list[str]:
    """The spans by the clock of a zone, e.g. ``11-30 09:00-10:00``."""

    def shown(moment: datetime, form: str) -> str:
        return moment.astimezone(zone).strftime(form)

    return [
        f"{shown(s.start, '%m-%d %H:%M')}-{shown(s.end, '%H:%M' if shown(s.start, '%d') == shown(s.end, '%d') else '%m-%d %H:%M')}"
        for s in busy.spans
    ]


def codes(busy: Busy) -> dict[str, int]:
    """Warnings by code."""
    return {warning.code: warning.count for warning in busy.warnings}
