"""The components of a calendar file, reduced to the properties that determine times.

The file is scanned as text, line by line, before any library sees it: most events in a calendar of several years are long past, and
titles, descriptions, alarms and attachments are dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from scheduler.exchange.busy.models import MOST_BYTES, BusyError

MOST_DEPTH = 8
MOST_PARTS = 250_000
FOLD = "\x1f"
"""Marks where a line was folded, so that lines can still be counted."""

BLANKS = re.compile(r"\A(\s*\n|)[ \t]+")
"""Blanks before the first line, which are no fold."""

EDGE = re.compile(r"^(BEGIN|END):([A-Za-z0-9-]{1,40})[ \t]*$", re.MULTILINE | re.IGNORECASE)
KEPT_NAMES = (
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "STATUS", "TRANSP",
    "SUMMARY", "ATTENDEE", "X-MICROSOFT-CDO-BUSYSTATUS", "FREEBUSY", "TZID", "X-LIC-LOCATION", "METHOD", "X-WR-TIMEZONE", "X-WR-CALNAME",
)  # fmt: skip
LINE = re.compile(rf"^({'|'.join(KEPT_NAMES)})((?:;[^:\"\n]*(?:\"[^\"\n]*\"[^:\"\n]*)*)?):(.*)$", re.MULTILINE | re.IGNORECASE)
PARAMETER = re.compile(r";([A-Za-z0-9-]+)=(\"[^\"]*\"|[^;\"]*)")
TIMES = frozenset({"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"})
"""Properties whose values have no colon: one belongs to the name of a zone that should be in quotation marks."""
CARET = re.compile(r"\^([\^n'])")
CARETS = {"^": "^", "n": "\n", "'": '"'}


class Property(NamedTuple):
    """One content line of a part."""

    name: str
    parameters: dict[str, str]
    value: str


class CalendarComponent(NamedTuple):
    """A component of the calendar, e.g. an event.

    Attributes:
        name: In capitals, e.g. ``VEVENT``.
        text: Its own lines, unfolded, without those of nested parts.
        offset: Where it begins in the text, for `Scanned.line`.
    """

    name: str
    text: str
    offset: int

    @property
    def properties(self) -> Iterator[Property]:
        """The relevant properties, in order."""
        for written, parameters, value in LINE.findall(self.text):
            name = written.upper()
            if parameters and ":" in value and name in TIMES:
                more, _, value = value.rpartition(":")
                parameters += f":{more}"
            pairs = {key.upper(): _parameter(text) for key, text in PARAMETER.findall(parameters)}
            yield Property(name, pairs, value.strip())


class CalendarParts(NamedTuple):
    """A calendar file split into parts."""

    text: str
    parts: list[CalendarComponent]

    @property
    def calendars(self) -> list[CalendarParts]:
        """The calendars of the file, each with its own parts."""
        ends = [number for number, part in enumerate(self.parts) if part.name == "VCALENDAR"]
        edges = [0, *(end + 1 for end in ends), len(self.parts)]
        return [CalendarParts(self.text, self.parts[first:end]) for first, end in pairwise(edges) if first < end]

    @property
    def words(self) -> dict[str, str]:
        """The calendar's own properties, the first value of each."""
        words: dict[str, str] = {}
        for part in self.parts:
            if part.name == "VCALENDAR":
                for line in part.properties:
                    words.setdefault(line.name, line.value)
        return words

    def line(self, offset: int) -> int:
        """The line number at which a part begins."""
        return self.text.count("\n", 0, offset) + self.text.count(FOLD, 0, offset) + 1

    def lines(self, parts: Iterable[CalendarComponent]) -> list[int]:
        """The line numbers at which parts begin."""
        return [self.line(part.offset) for part in parts]


def scan(content: bytes) -> CalendarParts:
    """Split a file into its parts.

    Raises:
        BusyError: The file is not a calendar, is too large, or is nested too deeply.
    """
    if len(content) > MOST_BYTES:
        raise BusyError("too_large")
    if b"\0" in content:
        raise BusyError("not_a_calendar")
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n").replace(FOLD, "")
    if not text[:200].lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise BusyError("not_a_calendar")
    text = BLANKS.sub(r"\1", text).replace("\n ", FOLD).replace("\n\t", FOLD)
    parts: list[CalendarComponent] = []
    open_parts: list[tuple[str, int, list[str]]] = []
    position = 0
    for count, edge in enumerate(EDGE.finditer(text)):
        if count > MOST_PARTS:
            raise BusyError("too_many_events")
        name = edge[2].upper()
        if open_parts:
            open_parts[-1][2].append(text[position : edge.start()])
        position = edge.end()
        if edge[1].upper() == "BEGIN":
            if len(open_parts) == MOST_DEPTH:
                raise BusyError("nested", [text.count("\n", 0, edge.start()) + text.count(FOLD, 0, edge.start()) + 1])
            open_parts.append((name, edge.start(), []))
        elif open_parts and open_parts[-1][0] == name:
            _, offset, pieces = open_parts.pop()
            parts.append(CalendarComponent(name, "".join(pieces).replace(FOLD, ""), offset))
        else:
            raise BusyError("not_a_calendar", [text.count("\n", 0, edge.start()) + text.count(FOLD, 0, edge.start()) + 1])
    if open_parts:
        raise BusyError("truncated")
    return CalendarParts(text, parts)


def _parameter(text: str) -> str:
    """The value of a parameter, with what RFC 6868 encodes."""
    plain = text.strip('"')
    return CARET.sub(lambda match: CARETS[match[1]], plain) if "^" in plain else plain
