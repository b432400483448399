"""Calendars made to take forever: each ends in a clear answer within 5 s of the processor, in bounded memory; and any bytes at all do."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.exchange.busy import BusyError, BusyOptions, child, read_busy, reading
from scheduler.exchange.busy import expansion as expanding
from scheduler.exchange.busy.child import MEMORY_BYTES, answer, asked, work
from scheduler.exchange.busy.models import BUSY_WARNINGS
from tests.exchange.busy.files import MONDAY, NEW_YORK, calendar, codes, event, read, told, window
from tests.exchange.busy.makers import APPLE, GOOGLE, OUTLOOK

Z = "DTSTART:{}T090000Z\nDTEND:{}T100000Z\n"


def series(number: int, rule: str, first: str = "20261201") -> bytes:
    """Many series of one rule."""
    return calendar(*(f"UID:{n}\n{Z.format(first, first)}RRULE:{rule}" for n in range(number)))


ZONE = """BEGIN:VTIMEZONE
TZID:Z{}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
{}END:STANDARD
END:VTIMEZONE
"""

TWENTY = ",".join(map(str, range(20)))
DATES = ",".join(f"202612{n % 28 + 1:02d}T{n % 24:02d}{n % 60:02d}{n // 7200:02d}Z" for n in range(200_000))
EVENT = event("20261201T0900", "20261201T1000")
ZONES = "".join(ZONE.format(n, "RDATE:19710101T000000\n" * 1000) for n in range(100))
AGES = "UID:1\nDTSTART:00010101T000000Z\nDTEND:99991231T235959Z"

BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    # What it is, how it is made, and how it ends: an error's code, or a warning's, or spans.
    "every second": (lambda: series(1, "FREQ=SECONDLY"), "rule_not_read"),
    "every minute since 1970": (lambda: series(1, "FREQ=MINUTELY", "19700101"), "rule_not_read"),
    "400 times a day": (lambda: series(1, f"FREQ=DAILY;BYHOUR={TWENTY};BYMINUTE={TWENTY}"), "rule_not_read"),
    "interval 0": (lambda: series(1, "FREQ=DAILY;INTERVAL=0"), "rule_not_read"),
    "5,000 daily series since 1990": (lambda: series(5000, "FREQ=DAILY", "19900101"), "too_many_series"),
    "450 daily series since 1904": (lambda: series(450, "FREQ=DAILY", "19040101"), "too_many_occurrences or too_much_work"),
    "450 series, 20 times a day": (lambda: series(450, f"FREQ=DAILY;BYHOUR={TWENTY}"), "too_many_occurrences or too_much_work"),
    "500 series on 30 February": (lambda: series(500, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "too_much_work"),
    "200,000 more dates": (lambda: calendar(f"{EVENT}\nRDATE:{DATES}"), "too_many_occurrences"),
    "200,000 dates left out": (lambda: calendar(f"{EVENT}\nEXDATE:{DATES}"), "spans"),
    "every other minute for a week": (lambda: calendar(*(
        f"UID:{n}\nDTSTART:20261201T{n // 60:02d}{n % 60:02d}00Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;COUNT=27" for n in range(0, 600, 2)
    )), "too_many_occurrences or too_much_work"),
    "10,000 years": (lambda: calendar(AGES), "spans"),
    "10,000 years a day": (lambda: calendar(f"{AGES}\nRRULE:FREQ=DAILY"), "too_long"),
    "a length of 99,999 weeks": (lambda: calendar("UID:1\nDTSTART:20261201T000000Z\nDURATION:P99999W"), "spans"),
    "6,000 events at once": (lambda: calendar(*(EVENT.replace("UID:1", f"UID:{n}") for n in range(6000))), "too_many_events"),
    "6,000 versions of an event": (lambda: calendar(*[EVENT] * 6000), "too_many_events"),
    "50,000 parts in each other": (lambda: b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 50_000, "nested"),
    "400,000 empty parts": (lambda: b"BEGIN:VCALENDAR\n" + b"BEGIN:A\nEND:A\n" * 400_000 + b"END:VCALENDAR", "too_many_events"),
    "one line of 9.9 MB": (lambda: b"BEGIN:VCALENDAR\nX:" + b"x" * 9_900_000 + b"\nEND:VCALENDAR", "spans"),
    "a title of 9.9 MB": (lambda: calendar(f"{EVENT}\nSUMMARY:{'x' * 9_900_000}"), "spans"),
    "4.9 million folds": (lambda: b"BEGIN:VCALENDAR\nX:" + b"\n " * 4_900_000 + b"\nEND:VCALENDAR", "spans"),
    "quotes without end": (lambda: calendar(f"{EVENT}\nATTENDEE;CN=" + '";"' * 1_000_000), "spans"),
    "parameters without end": (lambda: calendar(f"{EVENT}\nATTENDEE{';A=b' * 1_000_000}:x"), "spans"),
    "100 zones of 1,000 changes": (lambda: calendar(EVENT.replace("America/New_York", "Z1"), tail=ZONES), "unknown_zone"),
    "a zone of every second": (
        lambda: calendar(EVENT.replace("America/New_York", "Z1"), tail=ZONE.format(1, "RRULE:FREQ=SECONDLY\n")), "unknown_zone",
    ),
    "11 MB": (lambda: b"BEGIN:VCALENDAR\n" + b"x" * 11_000_000, "too_large"),
}  # fmt: skip


def outcome(content: bytes) -> str:
    """How reading ends, in this process."""
    try:
        found = read(content, window(days=182))
    except BusyError as error:
        return error.code
    return next(iter(codes(found)), "spans")


@pytest.mark.parametrize("name", BOMBS)
def test_every_bomb_ends_with_a_clear_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By processor time, for the machine may be busy; the series budget is cut so that the suite stays quick."""
    monkeypatch.setattr(expanding, "MOST_SECONDS", 0.5)
    make, expected = BOMBS[name]
    content, begun = make(), time.process_time()
    assert outcome(content) in expected.split(" or ")
    assert time.process_time() - begun < 5


def test_a_file_of_ten_years_is_read() -> None:
    """9.9 MB, 27,000 events, four of them in the window."""
    long_text = "DESCRIPTION:" + "x" * 200
    events = [event(f"{2017 + n % 11}0115T0900", f"{2017 + n % 11}0115T1000", long_text, uid=str(n)) for n in range(27_000)]
    content = calendar(*events, event("20261201T0900", "20261201T1000", "RRULE:FREQ=WEEKLY", uid="w"))
    assert 9_000_000 < len(content) < 10_000_000
    begun = time.process_time()
    assert told(read(content)) == [f"{day} 09:00-10:00" for day in ("12-01", "12-08", "12-15", "12-22")]
    assert time.process_time() - begun < 4


def test_a_child_reads_and_refuses_as_this_process_does() -> None:
    found = read_busy(calendar(event("20261201T0900", "20261201T1000")), NEW_YORK, MONDAY)
    assert (told(found), found.days) == (["12-01 09:00-10:00"], 182)
    with pytest.raises(BusyError) as caught:
        read_busy(b"<html>", NEW_YORK, MONDAY)
    assert caught.value.code == "not_a_calendar"
    for days, first in ((0, MONDAY), (401, MONDAY), (7, date(1969, 1, 1)), (7, date(2300, 1, 1))):
        with pytest.raises(ValueError, match="ask for"):
            read_busy(b"", NEW_YORK, first, days)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system cannot bound a process")
def test_the_limits_of_the_child_hold() -> None:
    """Work that never ends is killed when its processor time is over (here at once), more than 512 MB are refused."""
    assert child.CPU_SECONDS == 3
    code = "import scheduler.exchange.busy.child as c; c.CPU_SECONDS = 0; c.set_limits();"
    begun = os.times().children_user
    assert _run(code + "exec('while True: pass')") < 0
    assert os.times().children_user - begun < 5
    assert _run(code.replace("c.CPU_SECONDS = 0;", "") + f"bytearray({2 * MEMORY_BYTES})") == 1


def _run(code: str) -> int:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode


def test_what_a_child_says_is_what_it_found() -> None:
    content = calendar(event("20261201T0900", "20261201T1000"))
    assert answer(_in_child(content)) == read(content)
    with pytest.raises(BusyError) as caught:
        answer(_in_child(content.replace(b"America", b"Quennell")))
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


def _in_child(content: bytes) -> bytes:
    """The work without its limits: they would bound the tests after it."""
    before, child.set_limits = child.set_limits, lambda: None  # type: ignore[assignment]
    try:
        return work(content, asked(window(), BusyOptions()))
    finally:
        child.set_limits = before


PIECES = st.sampled_from(
    """BEGIN:VCALENDAR|END:VCALENDAR|BEGIN:VEVENT|END:VEVENT|BEGIN:VTIMEZONE|END:VTIMEZONE|BEGIN:VFREEBUSY|END:VFREEBUSY|UID:1|UID:2
DTSTART:20261201T090000Z|DTSTART;VALUE=DATE:20261201|DTSTART;TZID=X:20261201T090000|DTSTART:99991231T235959Z|DTSTART:00000000|TZID:X
DTEND:20261201T100000|DURATION:PT1H|DURATION:-P1D|RRULE:FREQ=DAILY|RRULE:FREQ=WEEKLY;BYDAY=MO,XX|RRULE:FREQ=YEARLY;BYMONTH=13
RRULE:FREQ=MONTHLY;BYSETPOS=0;BYDAY=MO|RDATE:20261203T090000|RDATE;VALUE=PERIOD:20261203T090000Z/P|EXDATE;VALUE=DATE:20261202
EXDATE:20261202T090000Z|STATUS:CANCELLED|RECURRENCE-ID:20261202T090000Z|RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T090000Z|SEQUENCE:-1
X-WR-TIMEZONE:Europe/London|FREEBUSY:20261201T090000Z/PT1H| |;:|\"""".replace("\n", "|")
    .encode()
    .split(b"|")
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES | st.binary(max_size=40), max_size=40))
def test_any_lines_end_in_spans_or_a_known_error(lines: list[bytes]) -> None:
    """Whole files, events and single lines, put together by chance."""
    for content in (b"\r\n".join(lines), calendar("\n".join(line.decode("latin-1") for line in lines))):
        try:
            found = read(content)
        except BusyError:
            continue
        assert set(codes(found)) <= set(BUSY_WARNINGS)
        assert all(a.end < b.start for a, b in zip(found.spans, found.spans[1:], strict=False))
        assert all(window().start <= span.start < span.end <= window().end for span in found.spans)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_end_in_a_known_error(content: bytes) -> None:
    with pytest.raises(BusyError):
        read(content)


WORDS = b"""\r\n|\n |;|:|"|,|TZID=|VALUE=DATE|99999999|-1|RRULE:FREQ=YEARLY|BYDAY=-54MO|BYSETPOS=366|BYWEEKNO=53|BYYEARDAY=-366|BYEASTER=0
|RANGE=THISANDFUTURE|P99999D|20261301|T240000|\xff\xfe|BEGIN:VEVENT\n|END:VEVENT\n|UID:class@google.com\n|EXDATE:99991231\n|COUNT=999999
|RDATE;VALUE=PERIOD:20261201T100000Z/20261101T100000Z\n|UNTIL=00010101""".split(b"|")


def changed(content: bytes, chance: random.Random) -> bytes:
    """A calendar with one to eight mistakes: words put in, bytes lost or changed, lines doubled."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made))
        match chance.randrange(4):
            case 0:
                made[at:at] = chance.choice(WORDS)
            case 1:
                del made[at : at + chance.randint(1, 40)]
            case 2:
                made[at] = chance.randrange(256)
            case _:
                lines = bytes(made).split(b"\n")
                lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                made = bytearray(b"\n".join(lines))
    return bytes(made)


@pytest.mark.parametrize("number", [150, pytest.param(20_000, marks=pytest.mark.proof)])
def test_real_calendars_with_mistakes_end_in_spans_or_a_known_error(number: int) -> None:
    chance, ends = random.Random(11), set()
    for _ in range(number):
        content = changed(chance.choice((GOOGLE, OUTLOOK, APPLE)), chance)
        try:
            ends |= set(codes(read(content, window(days=chance.choice((7, 28, 182, 400))))))
        except BusyError as error:
            ends.add(error.code)
    assert len(ends) > 5
