"""Calendars with mistakes, put together by chance: each ends in spans within the window or in an error that has words."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.exchange.busy import BusyError
from scheduler.exchange.busy.models import BUSY_WARNINGS
from tests.exchange.busy.files import calendar, codes, read, window
from tests.exchange.busy.makers import APPLE, GOOGLE, OUTLOOK

pytestmark = pytest.mark.unmeasured

PIECES = st.sampled_from(
    """BEGIN:VCALENDAR|END:VCALENDAR|BEGIN:VEVENT|END:VEVENT|BEGIN:VTIMEZONE|END:VTIMEZONE|BEGIN:VFREEBUSY|END:VFREEBUSY|UID:1|UID:2
DTSTART:20261201T090000Z|DTSTART;VALUE=DATE:20261201|DTSTART;TZID=X:20261201T090000|DTSTART:20261399|TZID:X|SEQUENCE:-1
DTEND:20261201T100000|DTEND:20261203T100000Z|DURATION:PT1H|DURATION:-P1D|RRULE:FREQ=DAILY;COUNT=3|RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,XX
RRULE:FREQ=MONTHLY;COUNT=2;BYDAY=MO;BYSETPOS=1|RDATE:20261203T090000|RDATE;VALUE=PERIOD:20261203T090000Z/P|EXDATE;VALUE=DATE:20261202
EXDATE:20261202T090000Z|STATUS:CANCELLED|RECURRENCE-ID:20261202T090000Z|RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T090000Z
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


WORDS = rb"""\r\n|\n |;|:|"|,|TZID=|VALUE=DATE|20261301|T240000|BEGIN:VEVENT|END:VEVENT|UID:class@google.com|EXDATE:20261208T100000Z
RDATE;VALUE=PERIOD:20261201T100000Z/20261130T100000Z|UNTIL=20261215|COUNT=3|BYDAY=MO|RANGE=THISANDFUTURE|STATUS:CANCELLED"""


def changed(content: bytes, chance: random.Random) -> bytes:
    """A calendar with one to eight mistakes: words put in, bytes lost or changed, lines doubled."""
    words = [word.replace(rb"\r", b"\r").replace(rb"\n", b"\n") for word in WORDS.replace(b"\n", b"|").split(b"|")]
    made = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made))
        match chance.randrange(4):
            case 0:
                made[at:at] = chance.choice(words)
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
