"""Lines written by hand, held against the library, two readers and the lint; and the lint itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.exchange.ical import write_calendar, write_ended
from scheduler.exchange.lines import event_lines, folded, plain
from scheduler.exchange.options import CLINICIAN_OPTIONS, FeedOptions
from scheduler.exchange.stamps import VersionedEvent
from scheduler.exchange.timezone import zone_rule
from tests.exchange.lint import lint
from tests.exchange.readers import read_icalendar, read_vobject

START = datetime(2026, 11, 30, 14, tzinfo=UTC)
CHANGED = datetime(2026, 11, 26, 15, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
NEUTRAL = FeedOptions()
ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Phoenix", "UTC", "Africa/Cairo", "Asia/Kolkata")


def event(number: int = 0, **more: Any) -> VersionedEvent:
    """An hour of Monday, 9:00 in New York."""
    base = {"uid": f"{number:064x}", "start": START, "end": START + timedelta(hours=1), "place": "s1", "location": "12 Main St, back; door"}
    return VersionedEvent(**(base | {"calendar": "participants/x", "changed_at": CHANGED} | more))


def body(*events: VersionedEvent, options: FeedOptions = NEUTRAL, looks_at: datetime | None = None) -> bytes:
    return write_calendar(events, NEW_YORK, options, 2026, looks_at)


def text_of(*events: VersionedEvent, **more: Any) -> list[str]:
    return body(*events, **more).replace(b"\r\n ", b"").decode().split("\r\n")


def test_an_event_is_byte_for_byte_what_the_library_writes() -> None:
    """Eleven properties in the same order, long label folded, special characters escaped."""
    options = FeedOptions(label="Walk, talk; 100% \\ " + "ü" * 40, has_place=True)
    theirs = icalendar.Event()
    theirs.add("UID", event().uid)
    theirs.add("DTSTAMP", CHANGED)
    theirs.add("LAST-MODIFIED", CHANGED)
    theirs.add("SEQUENCE", 3)
    theirs.add("DTSTART", START.astimezone(NEW_YORK))
    theirs.add("DTEND", (START + timedelta(hours=1)).astimezone(NEW_YORK))
    theirs.add("SUMMARY", options.label)
    theirs.add("LOCATION", "12 Main St, back; door")
    for name, value in (("STATUS", "CONFIRMED"), ("TRANSP", "OPAQUE"), ("CLASS", "PRIVATE")):
        theirs.add(name, value)
    unfolded = theirs.to_ical(sorted=False).replace(b"\r\n ", b"")
    ours = event_lines(event(sequence=3), NEW_YORK, options, None)
    assert ours.replace(b"\r\n ", b"") == unfolded
    assert 70 < max(map(len, ours.split(b"\r\n"))) <= 75


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200))
def test_any_line_is_folded_without_cutting_a_character(text: str) -> None:
    """Each piece is whole UTF-8 of at most 75 octets; joined again they are the line."""
    pieces = folded(f"SUMMARY:{text}").split(b"\r\n ")
    assert b"".join(pieces).decode() == f"SUMMARY:{text}"
    assert len(pieces[0]) <= 75
    assert all(len(piece) <= 74 and piece.decode() for piece in pieces[1:])


@pytest.mark.unmeasured
@given(
    zone=st.sampled_from(ZONES),
    label=st.text(max_size=60),
    location=st.none() | st.text(max_size=80),
    times=st.lists(st.tuples(st.integers(0, 400 * 1440), st.integers(5, 300), st.booleans()), max_size=6, unique=True),
    is_private=st.booleans(),
    reminder=st.none() | st.integers(0, 2880),
)
def test_any_calendar_passes_the_lint_and_is_read_back_by_both(
    zone: str, label: str, location: str | None, times: list[tuple[int, int, bool]], is_private: bool, reminder: int | None
) -> None:
    """Any label and place, any zone, minutes of fourteen months with all their changes of clocks."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    events = [
        event(
            number,
            start=first + timedelta(minutes=minute),
            end=first + timedelta(minutes=minute + length),
            location=location,
            status="CANCELLED" if is_cancelled else "CONFIRMED",
        )
        for number, (minute, length, is_cancelled) in enumerate(times)
    ]
    options = FeedOptions.model_construct(label=label, is_private=is_private, has_place=True, reminder_minutes=reminder)
    made = write_calendar(events, ZoneInfo(zone), options, 2026)
    assert lint(made) == []
    read = read_icalendar(made)
    assert [(e.uid, e.start, e.end, e.status) for e in read] == [
        (e.uid, e.start, e.end, e.status) for e in sorted(events, key=lambda e: (e.start, e.uid))
    ]
    assert [(e.uid, e.start, e.end, e.status) for e in read_vobject(made)] == [(e.uid, e.start, e.end, e.status) for e in read]
    if label.isascii() and "\\" not in label and plain(label):
        assert {e.summary.removeprefix("Cancelled: ") for e in read} <= {plain(label)}


def test_switches_show_and_hide() -> None:
    """Neutral and private at first; place, reminder and label by choice; a cancelled one reminds nobody."""
    neutral = text_of(event())
    assert {"SUMMARY:Appointment", "CLASS:PRIVATE", "SEQUENCE:0"} <= set(neutral)
    assert not any(line.startswith(("LOCATION", "BEGIN:VALARM")) for line in neutral)
    chosen = text_of(event(), options=FeedOptions(label="Busy", is_private=False, has_place=True, reminder_minutes=45))
    assert {"SUMMARY:Busy", "LOCATION:12 Main St\\, back\\; door", "TRIGGER:-PT45M", "DESCRIPTION:Busy"} <= set(chosen)
    assert "CLASS:PRIVATE" not in chosen
    assert "BEGIN:VALARM" not in text_of(event(status="CANCELLED"), options=FeedOptions(reminder_minutes=45))
    assert "TRIGGER:PT0S" in text_of(event(), options=FeedOptions(reminder_minutes=0))


def test_a_clinicians_titles_give_way_to_a_label() -> None:
    """Group and count, or what the clinician wants them called."""
    assert "SUMMARY:Group g1 (8)" in text_of(event(summary="Group g1 (8)"), options=CLINICIAN_OPTIONS)
    assert "SUMMARY:Work" in text_of(event(summary="Group g1 (8)"), options=FeedOptions(label="Work"))


def test_new_looks_make_events_newer_without_a_new_sequence() -> None:
    """A label chosen on Friday: changed on Friday, sequence as before; an event changed later keeps its own time."""
    friday = CHANGED + timedelta(days=1)
    later = event(1, changed_at=friday + timedelta(hours=1))
    lines = text_of(event(), later, looks_at=friday)
    assert [line for line in lines if line.startswith("LAST-MODIFIED")] == [
        "LAST-MODIFIED:20261127T150000Z",
        "LAST-MODIFIED:20261127T160000Z",
    ]
    assert lines.count("SEQUENCE:0") == 2


def test_the_note_of_a_dead_link_covers_its_days_and_takes_no_time() -> None:
    """Thirty days from 26 November; not private, or Google would show `busy`."""
    made = write_ended(f"{7:064x}", NEW_YORK, CHANGED, 30)
    assert lint(made) == []
    lines = made.decode().split("\r\n")
    assert {"DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261226", "TRANSP:TRANSPARENT"} <= set(lines)
    assert "SUMMARY:This calendar link is no longer active" in lines
    assert made.count(b"BEGIN:VEVENT") == 1
    assert b"CLASS" not in made


def test_a_label_is_trimmed_and_an_empty_one_is_none() -> None:
    """Blanks are no label."""
    assert FeedOptions(label="  ").label is None
    assert FeedOptions(label=" Busy ").label == "Busy"


@pytest.mark.parametrize("label", ["x" * 61, "a\nb", "a\x00b"])
def test_labels_that_no_calendar_can_show_are_refused(label: str) -> None:
    """Too long, or with control characters."""
    with pytest.raises(ValueError, match="label"):
        FeedOptions(label=label)


GOOD = body(event(0), event(1, status="CANCELLED", start=START + timedelta(days=1), end=START + timedelta(days=1, hours=1)))
FAULTS: dict[str, tuple[bytes, bytes]] = {
    "bare lf": (b"SEQUENCE:0\r\n", b"SEQUENCE:0\n"),
    "long line": (b"SUMMARY:Appointment\r\n", b"SUMMARY:" + b"x" * 70 + b"\r\n"),
    "cut character": (b"SUMMARY:Appointment\r\n", b"SUMMARY:\xc3\r\n"),
    "control character": (b"SUMMARY:Appointment\r\n", b"SUMMARY:App\x07\r\n"),
    "not escaped": (b"SUMMARY:Appointment\r\n", b"SUMMARY:This, that\r\n"),
    "wrong escape": (b"SUMMARY:Appointment\r\n", b"SUMMARY:100\\% sure\r\n"),
    "method": (b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:PUBLISH\r\n"),
    "organizer": (b"STATUS:CONFIRMED\r\n", b"STATUS:CONFIRMED\r\nORGANIZER:mailto:a@b.c\r\n"),
    "description": (b"STATUS:CONFIRMED\r\n", b"STATUS:CONFIRMED\r\nDESCRIPTION:Process group\r\n"),
    "class twice": (b"CLASS:PRIVATE\r\n", b"CLASS:PRIVATE\r\nCLASS:PRIVATE\r\n"),
    "no dtstamp": (b"DTSTAMP:20261126T150000Z\r\n", b""),
    "local dtstamp": (b"DTSTAMP:20261126T150000Z", b"DTSTAMP:20261126T150000"),
    "floating": (b"DTSTART;TZID=America/New_York:20261130", b"DTSTART:20261130"),
    "utc with zone": (b"20261130T090000\r\n", b"20261130T090000Z\r\n"),
    "unknown zone": (b"DTSTART;TZID=America/New_York:20261130", b"DTSTART;TZID=Europe/London:20261130"),
    "ambiguous": (b"America/New_York:20261130T090000", b"America/New_York:20261101T013000"),
    "in the gap": (b"America/New_York:20261130T090000", b"America/New_York:20260308T023000"),
    "end before start": (b"DTEND;TZID=America/New_York:20261130T10", b"DTEND;TZID=America/New_York:20261130T08"),
    "double uid": (f"UID:{1:064x}".encode(), f"UID:{0:064x}".encode()),
    "telling uid": (f"UID:{1:064x}".encode(), b"UID:ana@clinic.example"),
    "no vtimezone": (GOOD[GOOD.index(b"BEGIN:VTIMEZONE") : GOOD.index(b"BEGIN:VEVENT")], b""),
    "second standard": (b"END:VTIMEZONE", b"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE"),
    "refresh without value": (b"REFRESH-INTERVAL;VALUE=DURATION", b"REFRESH-INTERVAL"),
    "silent cancellation": (b"SUMMARY:Cancelled: Appointment", b"SUMMARY:Appointment"),
    "opaque cancellation": (b"TRANSP:TRANSPARENT", b"TRANSP:OPAQUE"),
    "bogus status": (b"STATUS:CONFIRMED", b"STATUS:BOGUS"),
    "never ends": (b"END:VEVENT\r\nEND:VCALENDAR\r\n", b"END:VCALENDAR\r\n"),
    "no prodid": (b"PRODID:-//Calendar//EN\r\n", b""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_lint_finds_each_of_28_faults(fault: str) -> None:
    """One fault each in a calendar that is good without it."""
    assert lint(GOOD) == []
    before, after = FAULTS[fault]
    assert before in GOOD
    assert lint(GOOD.replace(before, after, 1)) != []


@pytest.mark.unmeasured
def test_rules_of_zones_in_use_are_right_for_years() -> None:
    """New York and London from 2024 to 2036: no feed needs UTC there."""
    assert all(zone_rule(zone, 2024, 2036) for zone in ("America/New_York", "Europe/London"))
