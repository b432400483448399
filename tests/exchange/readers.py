"""Two independent readers of calendars, and what RFC 5545 asks of the bytes."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import icalendar
import vobject

from scheduler.exchange.calendars import write_calendars
from scheduler.exchange.files import SECRET_FILE
from scheduler.exchange.options import FeedOptions
from scheduler.view import View

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)


def calendars_of(view: View, secret: bytes = SECRET, options: FeedOptions | None = None, now: datetime = NOW) -> dict[str, bytes]:
    """Everybody's calendar by their id, as written into a folder in which nothing was written before."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / SECRET_FILE).write_bytes(secret)
        write_calendars(folder, view.case.instance, view.roster, now, options)
        with (folder / "calendars" / "index.csv").open(newline="") as file:
            return {row["id"]: (folder / "calendars" / row["file"]).read_bytes() for row in csv.DictReader(file)}


class Read(NamedTuple):
    """An event as a reader sees it; times in UTC."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    status: str
    sequence: int


def read_icalendar(body: bytes) -> list[Read]:
    """Events by start, read with icalendar."""
    found = [
        Read(str(e["UID"]), _utc(e.start), _utc(e.end), str(e["SUMMARY"]), str(e["STATUS"]), int(e["SEQUENCE"]))
        for e in icalendar.Calendar.from_ical(body).walk("VEVENT")
    ]
    return sorted(found, key=lambda e: (e.start, e.uid))


def read_vobject(body: bytes) -> list[Read]:
    """Events by start, read with vobject."""
    calendar = vobject.readOne(body.decode())
    found = [
        Read(
            e.uid.value,
            _utc(e.dtstart.value),
            _utc(e.dtend.value),
            e.summary.value,
            e.status.value,
            int(e.sequence.value),
        )
        for e in getattr(calendar, "vevent_list", [])
    ]
    return sorted(found, key=lambda e: (e.start, e.uid))


def _utc(when: date) -> datetime:
    """A time in UTC; of a whole day its midnight there."""
    return when.astimezone(UTC) if isinstance(when, datetime) else datetime.combine(when, time(), UTC)


def assert_well_formed(body: bytes) -> None:
    """CRLF only, at most 75 octets in a line, valid UTF-8 in each, no control characters, one VTIMEZONE, no METHOD."""
    assert body.endswith(b"\r\n")
    for line in body[:-2].split(b"\r\n"):
        assert b"\n" not in line
        assert b"\r" not in line
        assert len(line) <= 75
        assert not any((ord(char) < 32 and char != "\t") or ord(char) == 127 for char in line.decode())
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert body.count(b"BEGIN:STANDARD") == 1
    assert body.count(b"BEGIN:DAYLIGHT") <= 1
    assert b"METHOD" not in body
    assert b"RDATE" not in body
    assert len(body) < 900_000
