"""A lint of calendars, by their bytes alone: what RFC 5545 and 7986 ask, what clients trip over, and what must never be said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ONCE = {
    "VCALENDAR": ("VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"),
    "VEVENT": ("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP"),
    "VTIMEZONE": ("TZID",),
    "STANDARD": ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"),
    "DAYLIGHT": ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE"),
    "VALARM": ("ACTION", "DESCRIPTION", "TRIGGER"),
}
ALSO = {"VEVENT": ("CLASS", "LOCATION"), "STANDARD": ("RRULE",)}
INSIDE = {
    "VCALENDAR": {None}, "VEVENT": {"VCALENDAR"}, "VTIMEZONE": {"VCALENDAR"},
    "STANDARD": {"VTIMEZONE"}, "DAYLIGHT": {"VTIMEZONE"}, "VALARM": {"VEVENT"},
}  # fmt: skip
UTC_TIME = re.compile(r"\d{8}T\d{6}Z")
LINE = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=[^;:,\"]+)*):(.*)", re.DOTALL)
MOST_BYTES = 900_000


class Line(NamedTuple):
    """A content line."""

    name: str
    parameters: dict[str, str]
    value: str


class Part(NamedTuple):
    """A component with its lines; those within it are parts of their own."""

    name: str
    inside: str | None
    lines: list[Line]

    def value(self, name: str) -> str:
        return next((line.value for line in self.lines if line.name == name), "")


def lint(body: bytes) -> list[str]:
    """Everything that is wrong with a calendar; empty if nothing is."""
    wrong = list(_bytes(body))
    if wrong:
        return wrong
    lines = body[:-2].replace(b"\r\n ", b"").decode().split("\r\n")
    parts, wrong = _parts(lines)
    return wrong or [*_structure(parts), *_times(parts), *_events(parts)]


def _bytes(body: bytes) -> Iterator[str]:
    if len(body) >= MOST_BYTES:
        yield f"{len(body)} bytes"
    if not body.endswith(b"\r\n"):
        yield "does not end with CRLF"
    for number, line in enumerate(body[:-2].split(b"\r\n"), 1):
        if b"\r" in line or b"\n" in line:
            yield f"{number}: bare CR or LF"
        if len(line) > 75:
            yield f"{number}: {len(line)} octets"
        try:
            text = line.decode()
        except UnicodeDecodeError:
            yield f"{number}: no UTF-8, or a character that is cut"
            continue
        if any((ord(char) < 32 and char != "\t") or 127 <= ord(char) < 160 or char in "\u2028\u2029" for char in text):
            yield f"{number}: a control character"


def _parts(lines: list[str]) -> tuple[list[Part], list[str]]:
    parts, open_, wrong = [], [], []
    for text in lines:
        found = LINE.fullmatch(text)
        if found is None:
            wrong.append(f"no content line: {text[:30]!r}")
            continue
        line = Line(found[1], dict(p.split("=", 1) for p in found[2].split(";")[1:]), found[3])
        if line.name == "BEGIN":
            part = Part(line.value, open_[-1].name if open_ else None, [])
            parts.append(part)
            open_.append(part)
        elif line.name == "END":
            if not open_ or open_.pop().name != line.value:
                wrong.append(f"END:{line.value} ends nothing")
        elif open_:
            open_[-1].lines.append(line)
        else:
            wrong.append(f"{line.name} outside of everything")
    return parts, wrong + [f"{part.name} never ends" for part in open_]


def _structure(parts: list[Part]) -> Iterator[str]:
    if [part.name for part in parts].count("VTIMEZONE") != 1:
        yield "not exactly one VTIMEZONE"
    for part in parts:
        if part.inside not in INSIDE.get(part.name, ()):
            yield f"{part.name} in {part.inside}"
            continue
        counts = Counter(line.name for line in part.lines)
        yield from (f"{part.name}: {name} {counts[name]} times" for name in ONCE[part.name] if counts[name] != 1)
        also = ALSO.get(part.name, ())
        yield from (f"{part.name}: {name} twice" for name in also if counts[name] > 1)
        yield from (f"{part.name}: {name} has no place here" for name in counts if name not in (*ONCE[part.name], *also))
    head = parts[0]
    if head.value("VERSION") != "2.0":
        yield "VERSION is not 2.0"
    refresh = next((line for line in head.lines if line.name == "REFRESH-INTERVAL"), None)
    if refresh is not None and refresh.parameters != {"VALUE": "DURATION"}:
        yield "REFRESH-INTERVAL without VALUE=DURATION"


def _times(parts: list[Part]) -> Iterator[str]:
    zones = [part.value("TZID") for part in parts if part.name == "VTIMEZONE"]
    observances = Counter(part.name for part in parts if part.inside == "VTIMEZONE")
    if observances["STANDARD"] != 1 or observances["DAYLIGHT"] > 1:
        yield "not one STANDARD and at most one DAYLIGHT"
    for part in parts:
        for line in part.lines if part.name == "VEVENT" else ():
            if line.name in ("DTSTAMP", "LAST-MODIFIED") and not UTC_TIME.fullmatch(line.value):
                yield f"{line.name} is not in UTC"
            if line.name in ("DTSTART", "DTEND"):
                yield from _time(line, zones)


def _time(line: Line, zones: list[str]) -> Iterator[str]:
    if line.parameters == {"VALUE": "DATE"}:
        if not re.fullmatch(r"\d{8}", line.value):
            yield f"{line.name} is no date"
    elif line.value.endswith("Z"):
        if line.parameters or not UTC_TIME.fullmatch(line.value):
            yield f"{line.name}: UTC and something else"
    elif "TZID" not in line.parameters:
        yield f"{line.name} is floating"
    elif line.parameters["TZID"] not in zones:
        yield f"{line.name}: TZID without VTIMEZONE"
    else:
        yield from _local(line)


def _local(line: Line) -> Iterator[str]:
    zone = ZoneInfo(line.parameters["TZID"])
    local = datetime.strptime(line.value, "%Y%m%dT%H%M%S").replace(tzinfo=zone)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    if before > after:
        yield f"{line.name} is read in two ways"
    elif before < after:
        yield f"{line.name} does not exist"


def _events(parts: list[Part]) -> Iterator[str]:
    events = [part for part in parts if part.name == "VEVENT"]
    uids = Counter(event.value("UID") for event in events)
    yield from (f"UID {count} times" for uid, count in uids.items() if count > 1)
    for event in events:
        if not re.fullmatch(r"[0-9a-f]{64}", event.value("UID")):
            yield "a UID that is not opaque"
        if not event.value("SEQUENCE").isdecimal():
            yield "SEQUENCE is no number"
        if re.search(r"(?<!\\)(?:\\\\)*(?:[;,]|\\[^\\;,nN])", event.value("SUMMARY")):
            yield "SUMMARY is not escaped"
        is_cancelled = event.value("STATUS") == "CANCELLED"
        if event.value("STATUS") not in ("CONFIRMED", "CANCELLED"):
            yield "STATUS is neither CONFIRMED nor CANCELLED"
        if is_cancelled and (event.value("TRANSP"), event.value("SUMMARY")[:11]) != ("TRANSPARENT", "Cancelled: "):
            yield "cancelled, and does not look so"
        if _length(event) <= timedelta(0):
            yield "ends before it starts"


def _length(event: Part) -> timedelta:
    times = []
    for name in ("DTSTART", "DTEND"):
        line = next((line for line in event.lines if line.name == name), None)
        if line is None or not re.fullmatch(r"\d{8}(T\d{6}Z?)?", line.value):
            return timedelta(1)
        zone = ZoneInfo(line.parameters.get("TZID", "UTC"))
        text = line.value.removesuffix("Z")
        times.append(datetime.strptime(text, "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d").replace(tzinfo=zone).astimezone(ZoneInfo("UTC")))
    return times[1] - times[0]
