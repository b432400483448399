"""Small calendars and what RFC 5545, 5546, 6868 and 7529 make of them, worked out by hand; times in UTC."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from scheduler.exchange.busy import BusyError
from tests.exchange.busy.files import NY, calendar, codes, read, window

HEADS = "X-WR-TIMEZONE:"
DAILY = f"UID:1\nDTSTART{NY}:20270111T130000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
WHOLE = "UID:1\nDTSTART;VALUE=DATE:20270111\nRRULE:FREQ=DAILY;COUNT=3"
KNOWN = f"UID:known\nDTSTART{NY}:20270111T090000\nDURATION:PT1H"
LOST = "UID:2\nDTSTART;TZID=Foo"
NOON = ["12 1700-1800"]
FIRST, SECOND, THIRD = "11 1800-1900", "12 1800-1900", "13 1800-1900"
RULE = f"UID:1\nDTSTART{NY}:20270111T130000\nDURATION:PT1H\nRRULE:"


def at_noon(zone: str) -> str:
    return f"UID:1\nDTSTART;TZID={zone}:20270112T120000\nDTEND;TZID={zone}:20270112T130000"


def busy(*events: str, first: date = date(2027, 1, 11), head: str = "", tail: str = "") -> list[str]:
    """When somebody is busy in seven days."""
    spans = read(calendar(*events, head=head, tail=tail), window(first, 7)).spans
    return [
        f"{s.start.astimezone(UTC):%d %H%M}-{s.end.astimezone(UTC):{'%H%M' if s.start.date() == s.end.date() else '%d %H%M'}}"
        for s in spans
    ]


@pytest.mark.parametrize(
    "zone",
    [
        '"(UTC-05:00) Eastern Time (US & Canada)"', "(UTC-05:00) Eastern Time (US & Canada)", "(GMT-05.00) Eastern Time (US & Canada)",
        "UTC-05:00", "GMT -05:00", "utc-5", "-0500", "EST", "Eastern Daylight Time", "Eastern Time", "(GMT-05:00) America/New_York",
        "(GMT-05:00) Eastern Time - New York", "tzone://Microsoft/Eastern Standard Time", '"tzone://Microsoft/Eastern Standard Time"',
        "/citadel.org/20210210_1/America/New_York", "America/New_York (EST)",
    ],
)  # fmt: skip
def test_a_zone_is_read_whether_its_name_is_quoted_or_not(zone: str) -> None:
    """A colon in a parameter belongs in quotation marks (RFC 5545, 3.2), but not every program writes them."""
    assert busy(at_noon(zone)) == NOON


DEFINED = (
    "BEGIN:VTIMEZONE\nTZID:{}\nBEGIN:STANDARD\nDTSTART:20070101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE"
)


NAMES = {
    "My\\, zone": '"My, zone"',
    "My\\; zone": '"My; zone"',
    "My: zone": "my: ZONE",
    'My "own" zone': "\"My ^'own^' zone\"",
    "a^b": "a^^b",
}


@pytest.mark.parametrize(("text", "parameter"), NAMES.items())
def test_a_definition_is_found_by_its_parameter(text: str, parameter: str) -> None:
    """As text with escapes (RFC 5545, 3.3.11) in the definition, as a parameter (RFC 6868) in the event."""
    assert busy(at_noon(parameter), tail=DEFINED.format(text)) == NOON


NOT_COUNTED = {
    "a series that is over": f"{LOST}:20200101T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20200301T000000Z",
    "a series of three that is over": f"{LOST}:20200101T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3",
    "a series in another month": f"{LOST}:20200701T090000\nDURATION:PT1H\nRRULE:FREQ=YEARLY",
    "an event without a length": f"{LOST}:20270111T090000",
    "an older version": f"{LOST}:20270111T090000\nDURATION:PT1H",
}


@pytest.mark.parametrize("name", NOT_COUNTED)
def test_an_unknown_zone_of_what_does_not_count_refuses_nothing(name: str) -> None:
    newer = [f"UID:2\nSEQUENCE:1\nDTSTART{NY}:20270111T090000\nDURATION:PT1H"] if "older" in name else []
    assert busy(KNOWN, NOT_COUNTED[name], *newer) == ["11 1400-1500"]


@pytest.mark.parametrize(
    "lost",
    [
        f"{LOST}:20200101T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY",
        f"{LOST}:20270110T090000\nDURATION:PT1H",
        f"{DAILY}\nEXDATE;TZID=Foo:20270112T130000",
        f"{DAILY}\nRDATE;TZID=Foo:20270114T130000",
    ],
)
def test_an_unknown_zone_of_what_may_count_is_an_error_at_its_line(lost: str) -> None:
    """A day before the window, too: nobody knows how far away the zone is."""
    with pytest.raises(BusyError, match=r"time zone .*\(line 9\)"):
        busy(KNOWN, lost)


def test_a_period_in_a_zone_that_is_not_known() -> None:
    periods = "BEGIN:VFREEBUSY\nUID:f\nFREEBUSY:20270111T120000/PT1H\nEND:VFREEBUSY"
    with pytest.raises(BusyError, match="time zone"):
        busy(head="X-WR-TIMEZONE:Foo", tail=periods)
    assert busy(head="X-WR-TIMEZONE:Foo", tail=periods.replace("0000/", "0000Z/")) == ["11 1200-1300"]


LENGTHS = {
    "P1D": ["13 1800-14 1700"],
    "PT24H": ["13 1800-14 1800"],
    "P1DT2H": ["13 1800-14 1900"],
    "P1W": ["13 1800-15 0400"],
    "P0DT1H0M0S": ["13 1800-1900"],
    "+PT3600S": ["13 1800-1900"],
}


@pytest.mark.parametrize("length", LENGTHS)
def test_days_follow_the_clock_and_hours_are_exact(length: str) -> None:
    """3.3.6, over the night of 14 March 2027, which has 23 hours; of an event, a date with an end of its own and a series."""
    days, expected = date(2027, 3, 8), LENGTHS[length]
    assert busy(f"UID:1\nDTSTART{NY}:20270313T130000\nDURATION:{length}", first=days) == expected
    added = f"UID:1\nDTSTART{NY}:20270301T130000\nDURATION:PT1H\nRDATE;VALUE=PERIOD{NY}:20270313T130000/{length}"
    assert busy(added, first=days) == expected
    assert busy(f"UID:1\nDTSTART{NY}:20260313T130000\nDURATION:{length}\nRRULE:FREQ=YEARLY", first=days) == expected


def test_a_day_and_two_hours_into_the_gap() -> None:
    """The day ends at 01:30 by the clock, two hours later it is 04:30. A day of VFREEBUSY, in UTC, has 24 hours."""
    assert busy(f"UID:1\nDTSTART{NY}:20270313T013000\nDURATION:P1DT2H", first=date(2027, 3, 8)) == ["13 0630-14 0830"]
    period = "BEGIN:VFREEBUSY\nFREEBUSY:20270313T180000Z/P1D\nEND:VFREEBUSY"
    assert busy(first=date(2027, 3, 8), head=f"{HEADS}America/New_York", tail=period) == ["13 1800-14 1800"]


CANCELLED = {
    "an occurrence, by nothing but its time": ("RECURRENCE-ID:20270112T180000Z\nSTATUS:CANCELLED", [FIRST, THIRD]),
    "an occurrence": (f"RECURRENCE-ID:20270112T180000Z\nDTSTART{NY}:20270112T130000\nSTATUS:CANCELLED", [FIRST, THIRD]),
    "an occurrence, by its clock": (f"RECURRENCE-ID{NY}:20270112T130000\nSTATUS:CANCELLED", [FIRST, THIRD]),
    "all later ones": ("RECURRENCE-ID;RANGE=THISANDFUTURE:20270112T180000Z\nSTATUS:CANCELLED", [FIRST]),
    "all of it": ("SEQUENCE:2\nSTATUS:CANCELLED", []),
    "all of it, at its time": (f"SEQUENCE:2\nDTSTART{NY}:20270111T130000\nSTATUS:CANCELLED", []),
    "a year later instead": (f"SEQUENCE:2\nDTSTART{NY}:20280111T130000\nDURATION:PT1H", []),
}


@pytest.mark.parametrize("name", CANCELLED)
def test_what_is_called_off_is_free(name: str) -> None:
    """RFC 5546, 3.2.5: a cancellation needs no start; of an event, only the newest version counts, even far away."""
    lines, expected = CANCELLED[name]
    content = calendar(DAILY, f"UID:1\n{lines}")
    assert busy(DAILY, f"UID:1\n{lines}") == expected
    assert codes(read(content, window(date(2027, 1, 11), 7))) == {}


def test_versions_count_by_event_and_not_without_a_uid() -> None:
    nameless = f"SEQUENCE:5\nDTSTART{NY}:20270112T130000\nDURATION:PT1H"
    assert busy(DAILY.replace("UID:1\n", ""), nameless.replace("0112", "0114")) == [FIRST, SECOND, THIRD, "14 1800-1900"]


def test_each_calendar_of_a_file_has_its_own_zone_and_method() -> None:
    """RFC 5545, 3.4: a file may hold several calendars; the first is called off, the second is in Berlin, the third cancels nothing."""
    berlin = f"METHOD:PUBLISH\n{HEADS}Europe/Berlin\nBEGIN:VEVENT\nUID:2\nDTSTART:20270112T130000\nDURATION:PT1H\nEND:VEVENT"
    third = "BEGIN:VEVENT\nUID:3\nDTSTART:20270113T130000Z\nDURATION:PT1H\nEND:VEVENT"
    tail = f"END:VCALENDAR\nBEGIN:VCALENDAR\n{berlin}\nEND:VCALENDAR\nBEGIN:VCALENDAR\n{third}"
    assert busy(KNOWN, head=f"METHOD:CANCEL {HEADS}America/New_York", tail=tail) == ["12 1200-1300", "13 1300-1400"]


@pytest.mark.parametrize(
    ("rule", "expected", "warnings"),
    [
        ("rscale=gregorian;freq=daily;count=2", [FIRST, SECOND], {}),
        ("RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=MONTHLY;COUNT=3", [FIRST], {"rule_not_read": 1}),
        ("RSCALE=HEBREW;FREQ=YEARLY", [FIRST], {"rule_not_read": 1}),
        ("X-PART=1;FREQ=DAILY;COUNT=2", [FIRST], {"rule_not_read": 1}),
        ("FREQ=HOURLY;COUNT=2", [FIRST], {"rule_not_read": 1}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=MO", [FIRST, "17 1800-1900"], {}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", [FIRST], {}),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=3;COUNT=2", [FIRST, "15 1800-1900"], {}),
        ("FREQ=DAILY;COUNT=3\nEXDATE:20270112T180000Z", [FIRST, THIRD], {}),
        (f"FREQ=DAILY;COUNT=3\nEXDATE{NY}:20270112T130000\nEXDATE;TZID=Europe/London:20270113T180000", [FIRST], {}),
    ],
)
def test_rules(rule: str, expected: list[str], warnings: dict[str, int]) -> None:
    """RFC 5545, 3.3.10, and RFC 7529, 4.1; a rule that is not read leaves the first time, and is told."""
    assert busy(RULE + rule) == expected
    assert codes(read(calendar(RULE + rule), window(date(2027, 1, 11), 7))) == warnings


SKIPPED = f"UID:1\nDTSTART{NY}:20270301T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;UNTIL=20270314T073000Z"


@pytest.mark.parametrize("without", ["", f"\nEXDATE{NY}:20270314T023000", "\nEXDATE:20270314T073000Z", f"\nEXDATE{NY}:20270314T033000"])
def test_a_time_in_the_gap_ends_and_is_left_out_by_its_instant(without: str) -> None:
    """02:30 of 14 March is 07:30 in UTC (3.3.5), which is still within UNTIL."""
    days = range(8, 14 if without else 15)
    assert busy(SKIPPED + without, first=date(2027, 3, 8)) == [f"{day:02} 0730-0800" for day in days]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART;VALUE=DATE:20270112\nDURATION:P2D", ["12 0500-14 0500"]),
        ("DTSTART:20270112", ["12 0500-13 0500"]),
        ("DTSTART;VALUE=DATE:20270112\nRDATE;VALUE=DATE:20270114", ["12 0500-13 0500", "14 0500-15 0500"]),
        (f"{WHOLE}\nEXDATE:20270112T050000Z,20270113T050000Z", ["11 0500-12 0500"]),
        (f"{WHOLE}\nEXDATE;TZID=Europe/Berlin:20270112T000000", ["11 0500-12 0500", "13 0500-14 0500"]),
    ],
)
def test_days(lines: str, expected: list[str]) -> None:
    assert busy(lines if lines.startswith("UID") else f"UID:1\n{lines}") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (f"DTSTART{NY}:20270112T090000\nDTEND;TZID=Europe/London:20270112T160000", ["12 1400-1600"]),
        (f"DTSTART{NY}:20270112T090000\nDTEND:20270112T160000Z", ["12 1400-1600"]),
        (f"DTSTART{NY}:20270112T120000Z\nDURATION:PT1H", ["12 1200-1300"]),
        (f"DTSTART;VALUE=DATE-TIME{NY}:20270112T120000\nDTEND;VALUE=DATE-TIME{NY}:20270112T130000", NOON),
        ("DTSTART;TZID=America/New_Yo\n rk:20270112T120000\nDURATION:PT1\n H", NOON),
    ],
)
def test_ends(lines: str, expected: list[str]) -> None:
    """Of another zone, in UTC, with a zone that means nothing beside UTC (3.2.19), with its type, in folded lines."""
    assert busy(f"UID:1\n{lines}") == expected
