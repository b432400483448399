"""The limits of reading a calendar: honest files, limits lowered until they are reached, and children that idle, work or want memory."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.exchange.busy import BusyError, BusyOptions, child, components, events, models, read_busy, reading, rules, times, zones
from scheduler.exchange.busy import expansion as expanding
from scheduler.exchange.busy.child import answer, request_text, work
from tests.exchange.busy.files import MONDAY, NEW_YORK, NY, calendar, codes, event, read, told, window
from tests.exchange.busy.makers import APPLE, EXCHANGE_ZONE

NINE, TEN = "20261201T0900", "20261201T1000"
ONCE = event(NINE, TEN)
THREE = calendar(*(event(f"2026120{n}T0900", f"2026120{n}T1000", uid=str(n)) for n in (1, 2, 3)))
DAILY = calendar(event(NINE, TEN, "RRULE:FREQ=DAILY;COUNT=5"))
TWO_SERIES = calendar(*(event(NINE, TEN, "RRULE:FREQ=DAILY;COUNT=2", uid=str(n)) for n in (1, 2)))
MORE_DATES = calendar(f"{ONCE}\nRDATE{NY}:20261202T090000,20261203T090000,20261204T090000")
TWO_RULES = calendar(event(NINE, TEN, "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2"))
TWICE_A_DAY = calendar(event(NINE, TEN, "RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=4"))
TWO_DAYS = calendar(event(NINE, "20261203T0900", "RRULE:FREQ=WEEKLY;COUNT=2"))
OWN_ZONE = calendar(event(NINE, TEN, zone=";TZID=Ours"), tail=EXCHANGE_ZONE.format("Ours"))

LINES = EXCHANGE_ZONE.count("\n") + 1

LIMITS: dict[str, tuple[Any, str, Any, bytes, Any, Any, str]] = {
    # Where it stands, its name and value; a file that just keeps within one limit and not within another; the code of the other.
    "bytes": (components, "MOST_BYTES", 10_000_000, THREE, len(THREE), len(THREE) - 1, "too_large"),
    "parts": (components, "MOST_PARTS", 250_000, THREE, 7, 6, "too_many_events"),
    "depth": (components, "MOST_DEPTH", 8, APPLE, 3, 2, "nested"),
    "events": (expanding, "MOST_EVENTS", 5_000, THREE, 3, 2, "too_many_events"),
    "series": (expanding, "MOST_SERIES", 500, TWO_SERIES, 2, 1, "too_many_series"),
    "single occurrences": (expanding, "MOST_OCCURRENCES", 20_000, THREE, 3, 2, "too_many_occurrences"),
    "occurrences of a series": (expanding, "MOST_OCCURRENCES", 20_000, DAILY, 5, 4, "too_many_occurrences"),
    "spans": (expanding, "MOST_SPANS", 5_000, THREE, 3, 2, "too_many_occurrences"),
    "seconds of all series": (expanding, "MOST_SECONDS", 2.0, TWO_SERIES, 2.0, -1.0, "too_much_work"),
    "more dates": (events, "MOST_EXTRA", 5_000, MORE_DATES, 3, 2, "too_many_occurrences"),
    "length of what repeats": (events, "MOST_LENGTH", timedelta(days=400), TWO_DAYS, timedelta(days=2), timedelta(days=1), "too_long"),
    "rules": (expanding, "MOST_RULES", 3, TWO_RULES, 2, 1, "rule_not_read"),
    "characters of a rule": (rules, "MOST_CHARACTERS", 1000, DAILY, 18, 17, "rule_not_read"),
    "times in a period": (
        rules, "MOST_COMBINATIONS", {"DAILY": 24, "WEEKLY": 100, "MONTHLY": 400, "YEARLY": 400},
        TWICE_A_DAY, {"DAILY": 2}, {"DAILY": 1}, "rule_not_read",
    ),
    "lines of a zone": (zones, "MOST_ZONE_LINES", 200, OWN_ZONE, LINES, LINES - 1, "unknown_zone"),
}  # fmt: skip


def outcome(content: bytes) -> str:
    """How reading ends, in this process: the code of an error or of a warning; empty: neither."""
    try:
        return " ".join(code for code in codes(read(content)) if code != "all_day")
    except BusyError as error:
        return error.code


@pytest.mark.parametrize("name", LIMITS)
def test_a_file_at_a_limit_is_read_and_one_beyond_it_is_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, constant, value, content, reached, exceeded, code = LIMITS[name]
    assert getattr(place, constant) == value
    assert outcome(content) == ""
    monkeypatch.setattr(place, constant, reached)
    assert outcome(content) == ""
    monkeypatch.setattr(place, constant, exceeded)
    assert outcome(content) == code


def test_one_series_is_counted_before_the_next_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expanding, "_inside", lambda times, *_: (list(times)[:0], []))
    monkeypatch.setattr(expanding, "MOST_OCCURRENCES", 4)
    assert outcome(DAILY) == "too_many_occurrences"


def test_only_rules_that_end_or_repeat_by_days_are_carried_out() -> None:
    """Several times an hour is refused even three times only; a period of no whole number of days or weeks, too."""
    for rule in ("FREQ=HOURLY;COUNT=3", "FREQ=MINUTELY;COUNT=3", "FREQ=SECONDLY;COUNT=3", "FREQ=DAILY;INTERVAL=1.5;COUNT=3"):
        assert rules.parts_of(rule) is None
    assert rules.parts_of("FREQ=DAILY;INTERVAL=2;COUNT=3") is not None
    assert [text for text in ("1", "999999", "0", "-1", "1000000", "1.5", "\u0661", "") if rules.is_count(text)] == ["1", "999999"]


def test_a_zone_of_the_file_changes_its_clocks_once_a_year() -> None:
    monthly = EXCHANGE_ZONE.format("Ours").replace("FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11", "FREQ=MONTHLY;COUNT=2")
    assert outcome(calendar(event(NINE, TEN, zone=";TZID=Ours"), tail=monthly)) == "unknown_zone"


def test_years_far_away_are_brought_near(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (times.FIRST_YEAR, times.LAST_YEAR) == (1904, 2400)
    monkeypatch.setattr(times, "FIRST_YEAR", 2020)
    monkeypatch.setattr(times, "LAST_YEAR", 2030)
    known = zones.Zones(components.scan(THREE), "", NEW_YORK)
    near = [times.read_moment(value, None, known) for value in ("20160229", "20250101", "20400101")]
    assert near == [date(2020, 2, 29), date(2025, 1, 1), date(2030, 1, 1)]


@pytest.mark.unmeasured
def test_a_file_of_ten_years_is_read() -> None:
    """9.9 MB, 27,000 events, four of them in the window."""
    long_text = "DESCRIPTION:" + "x" * 200
    many = [event(f"{2017 + n % 11}0115T0900", f"{2017 + n % 11}0115T1000", long_text, uid=str(n)) for n in range(27_000)]
    content = calendar(*many, event(NINE, TEN, "RRULE:FREQ=WEEKLY", uid="w"))
    assert 9_000_000 < len(content) < 10_000_000
    begun = time.process_time()
    assert told(read(content)) == [f"{day} 09:00-10:00" for day in ("12-01", "12-08", "12-15", "12-22")]
    assert time.process_time() - begun < 4


def test_a_child_reads_and_refuses_as_this_process_does() -> None:
    found = read_busy(calendar(ONCE), NEW_YORK, MONDAY)
    assert (told(found), found.days) == (["12-01 09:00-10:00"], 182)
    with pytest.raises(BusyError) as caught:
        read_busy(b"<html>", NEW_YORK, MONDAY)
    assert caught.value.code == "not_a_calendar"
    for days, first in ((0, MONDAY), (401, MONDAY), (7, date(1969, 1, 1)), (7, date(2300, 1, 1))):
        with pytest.raises(ValueError, match="request "):
            read_busy(b"", NEW_YORK, first, days)


def test_for_a_file_that_is_too_large_no_child_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.MOST_BYTES == models.MOST_BYTES == 10_000_000
    monkeypatch.setattr(reading, "MOST_BYTES", len(THREE) - 1)
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: pytest.fail("a child"))
    assert code_of_child(THREE) == "too_large"


def sleep(_: bytes, __: str, sender: Any) -> None:
    time.sleep(120)


def leave(_: bytes, __: str, sender: Any) -> None:
    os._exit(3)


@pytest.mark.parametrize(("idle", "seconds", "code"), [(sleep, 0.5, "busy"), (leave, 120.0, "too_much_work")])
def test_a_child_that_says_nothing_is_ended(idle: Callable[..., None], seconds: float, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asleep longer than it may, or gone: the answer comes well before a sleep of two minutes is over, and nothing is left running.

    One that got no processor time says nothing about the calendar; one that was ended has reached its limits.
    """
    assert reading.WALL_SECONDS == 20.0
    monkeypatch.setattr(reading, "WALL_SECONDS", seconds)
    monkeypatch.setattr(reading, "_child", idle)
    begun = time.monotonic()
    assert code_of_child(THREE) == code
    assert time.monotonic() - begun < 60
    assert multiprocessing.active_children() == []


def code_of_child(content: bytes) -> str:
    with pytest.raises(BusyError) as caught:
        read_busy(content, NEW_YORK, MONDAY)
    return caught.value.code


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system cannot bound a process")
def test_the_limits_of_a_process_hold() -> None:
    """100 MB are refused where there are 50, and four seconds of work are ended where none are given."""
    assert (child.CPU_SECONDS, child.MEMORY_BYTES) == (3, 512_000_000)
    done = subprocess.run([sys.executable, "-c", GREEDY], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode < 0) == ("refused", True)


GREEDY = """
import time
import scheduler.exchange.busy.child as child
child.CPU_SECONDS, child.MEMORY_BYTES = 0, 50_000_000
child.set_limits()
try:
    bytearray(100_000_000)
except MemoryError:
    print("refused", end="", flush=True)
while time.process_time() < 4:
    pass
"""


def test_a_child_works_within_its_limits_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(child, "set_limits", lambda: done.append("limits"))
    monkeypatch.setattr(child, "expand", lambda *_: done.append("reading") or read(THREE))
    work(THREE, request_text(window(), BusyOptions()))
    assert done == ["limits", "reading"]


@pytest.mark.parametrize("fault", [MemoryError, RecursionError])
def test_memory_that_does_not_suffice_is_too_much_work(fault: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(child, "expand", fail)
    with pytest.raises(BusyError) as caught:
        answer(in_child(THREE))
    assert caught.value.code == "too_much_work"


def test_what_a_child_says_is_what_it_found() -> None:
    content = calendar(ONCE)
    assert answer(in_child(content)) == read(content)
    with pytest.raises(BusyError) as caught:
        answer(in_child(content.replace(b"America", b"Quennell")))
    assert (caught.value.code, caught.value.lines) == ("unknown_zone", (4,))


def test_a_mistake_of_ours_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(content: bytes, argument: str) -> bytes:
        raise RuntimeError("Quennell")

    class Sender:
        def send_bytes(self, told: bytes) -> None:
            with pytest.raises(BusyError) as caught:
                answer(told)
            assert (caught.value.code, b"Quennell" in told) == ("defect", False)

    monkeypatch.setattr(reading, "work", fail)
    reading._child(b"", "", Sender())  # type: ignore[arg-type]


def in_child(content: bytes) -> bytes:
    """The work without its limits: they would bound the tests after it."""
    before, child.set_limits = child.set_limits, lambda: None  # type: ignore[assignment]
    try:
        return work(content, request_text(window(), BusyOptions()))
    finally:
        child.set_limits = before
