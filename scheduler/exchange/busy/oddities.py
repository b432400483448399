"""Warnings of a calendar, collected while it is read."""

from __future__ import annotations

from collections import Counter, defaultdict

from scheduler.exchange.busy.components import CalendarComponent, CalendarParts
from scheduler.exchange.busy.models import BUSY_WARNINGS as WARNINGS
from scheduler.exchange.busy.models import LINES_TOLD, BusyWarning


class Oddities:
    """Warnings to report, with their lines in the file."""

    def __init__(self, scanned: CalendarParts) -> None:
        self._scanned, self._count = scanned, Counter[str]()
        self._lines: dict[str, list[int]] = defaultdict(list)

    def note(self, code: str, part: CalendarComponent) -> None:
        """Count one more event for a warning."""
        self._count[code] += 1
        if len(self._lines[code]) < LINES_TOLD:
            self._lines[code].append(self._scanned.line(part.offset))

    def warnings(self) -> tuple[BusyWarning, ...]:
        """All warnings, in a fixed order."""
        return tuple(
            BusyWarning(code=code, count=self._count[code], lines=tuple(self._lines[code]), message=WARNINGS[code])
            for code in WARNINGS
            if self._count[code]
        )
