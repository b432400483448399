"""Busy time where clocks change: what is skipped moves on, what is shown twice counts the time that it takes, nothing is lost."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from tests.exchange.busy.files import NEW_YORK, calendar, read, window

HERE = f"TZID={NEW_YORK.key}"


def busy(*lines: str, own_zone: bool = False, tail: str = "") -> list[str]:
    """When somebody with one event is busy, in UTC."""
    head = f"X-WR-TIMEZONE:{NEW_YORK.key}" if own_zone else ""
    events = ["\n".join(["UID:1", *lines])] if lines else []
    found = read(calendar(*events, head=head, tail=tail), window(date(2026, 10, 26), 400))
    return [f"{s.start.astimezone(UTC):%d %H:%M}-{s.end.astimezone(UTC):%H:%M}" for s in found.spans]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((f"DTSTART;{HERE}:20270314T023000", "DURATION:PT1H"), ["14 07:30-08:30"]),
        ((f"DTSTART;{HERE}:20270314T023000", f"DTEND;{HERE}:20270314T033000"), ["14 07:30-08:30"]),
        ((f"DTSTART;{HERE}:20270314T013000", f"DTEND;{HERE}:20270314T033000"), ["14 06:30-07:30"]),
        ((f"DTSTART;{HERE}:20270314T013000", "DURATION:PT2H"), ["14 06:30-08:30"]),
        ((f"DTSTART;{HERE}:20270314T020000", f"DTEND;{HERE}:20270314T025000"), ["14 07:00-07:50"]),
    ],
)
def test_a_time_that_does_not_exist(lines: tuple[str, ...], expected: list[str]) -> None:
    """Read with the offset before the gap (RFC 5545, 3.3.5); durations are exact (3.3.6)."""
    assert busy(*lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((f"DTSTART;{HERE}:20261101T013000", "DURATION:PT30M"), ["01 05:30-06:00"]),
        ((f"DTSTART;{HERE}:20261101T013000", "DURATION:PT1H"), ["01 05:30-06:30"]),
        ((f"DTSTART;{HERE}:20261031T230000", "DURATION:PT8H"), ["01 03:00-11:00"]),
        ((f"DTSTART;{HERE}:20261101T013000", f"DTEND;{HERE}:20261101T023000"), ["01 05:30-07:30"]),
        ((f"DTSTART;{HERE}:20261101T003000", f"DTEND;{HERE}:20261101T013000"), ["01 04:30-05:30"]),
        (("DTSTART:20261101T063000Z", "DTEND:20261101T064500Z"), ["01 06:30-06:45"]),
        (("DTSTART:20261101T053000Z", "DTEND:20261101T063000Z"), ["01 05:30-06:30"]),
        (("DTSTART:20261101T055000Z", "DTEND:20261101T061000Z"), ["01 05:50-06:10"]),
    ],
)
@pytest.mark.parametrize("own_zone", [False, True])
def test_a_time_that_exists_twice(lines: tuple[str, ...], expected: list[str], *, own_zone: bool) -> None:
    """The first time where only the clock is named, the very instants where UTC is, also in a calendar that names its zone."""
    assert busy(*lines, own_zone=own_zone) == expected


def test_series_across_the_changes() -> None:
    """Every day, by the clock as it ends: one that would not end after it starts takes as long as always."""
    times = (f"DTSTART;{HERE}:20270313T023000", f"DTEND;{HERE}:20270313T031500", "RRULE:FREQ=DAILY;COUNT=3")
    assert busy(*times) == ["13 07:30-08:15", "14 07:30-08:15", "15 06:30-07:15"]
    times = (f"DTSTART;{HERE}:20270313T023000", f"DTEND;{HERE}:20270313T033000", "RRULE:FREQ=DAILY;COUNT=3")
    assert busy(*times) == ["13 07:30-08:30", "14 07:30-08:30", "15 06:30-07:30"]
    times = (f"DTSTART;{HERE}:20261031T013000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    assert busy(*times) == ["31 05:30-06:30", "01 05:30-06:30", "02 06:30-07:30"]


def test_a_series_that_begins_the_second_time() -> None:
    """Weekly from the second 01:30 of 1 November on."""
    times = ("DTSTART:20261101T063000Z", "DTEND:20261101T064500Z", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert busy(*times, own_zone=True) == ["01 06:30-06:45", "08 06:30-06:45"]


def test_periods_that_are_not_free() -> None:
    """VFREEBUSY, and dates with an end of their own."""
    periods = "20261101T053000Z/20261101T063000Z,20261101T064500Z/PT10M"
    part = f"BEGIN:VFREEBUSY\nUID:f\nDTSTAMP:20260101T000000Z\nFREEBUSY:{periods}\nEND:VFREEBUSY"
    for own_zone in (False, True):
        assert busy(own_zone=own_zone, tail=part) == ["01 05:30-06:30", "01 06:45-06:55"]
