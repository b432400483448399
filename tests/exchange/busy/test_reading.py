"""What counts as busy, as the makers of calendars write it: golden examples and 30 small ones, each with its spans."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from scheduler.exchange.busy import BUSY_ERRORS, BUSY_WARNINGS, BusyError
from tests.exchange.busy.files import NY, calendar, codes, event, read, told, window
from tests.exchange.busy.makers import APPLE, EXCHANGE_ZONE, GOOGLE, OUTLOOK

LONDON = ZoneInfo("Europe/London")


def test_google() -> None:
    """A series with a date left out and a date moved, an answer of hers and one of another guest, a free birthday."""
    found = read(GOOGLE)
    assert told(found) == ["12-01 08:30-12:30", "12-02 16:00-17:00", "12-08 10:00-11:00"]
    assert (found.num_events, found.left_out, found.warnings) == (3, {"declined": 1, "free": 1}, ())


def test_outlook() -> None:
    """Windows zones, a cancelled meeting that calls itself confirmed, free and tentative time."""
    found = read(OUTLOOK)
    assert told(found) == ["12-01 09:00-10:00", "12-01 13:00-14:00", "12-02 09:00-10:00"]
    assert (found.left_out, codes(found)) == ({"cancelled": 1, "free": 1}, {"tentative": 1})
    assert told(read(OUTLOOK, tentative="ignore")) == ["12-01 09:00-10:00", "12-02 09:00-10:00"]


def test_apple() -> None:
    """A zone of the file's own, an alarm that has times too, two whole days, a birthday of 1604, a task."""
    found = read(APPLE)
    assert told(found) == ["12-01 09:00-10:30", "12-03 00:00-12-05 00:00"]
    assert codes(found) == {"all_day": 1}
    assert told(read(APPLE, all_day="ignore")) == ["12-01 09:00-10:30"]
    assert told(read(APPLE, window(date(2028, 2, 28), 7))) == ["02-29 00:00-03-01 00:00"]


ONE, TWO = ["12-01 09:00-10:00"], ["11-30 09:00-10:00", "12-01 09:00-10:00"]
COUNTED = {
    "confidential": (event("20261201T0900", "20261201T1000", "CLASS:CONFIDENTIAL"), ONE),
    "private": (event("20261201T0900", "20261201T1000", "CLASS:PRIVATE"), ONE),
    "cancelled": (event("20261201T0900", "20261201T1000", "STATUS:CANCELLED"), []),
    "transparent": (event("20261201T0900", "20261201T1000", "TRANSP:TRANSPARENT"), []),
    "tentative": (event("20261201T0900", "20261201T1000", "STATUS:TENTATIVE"), ONE),
    "lower case": (event("20261201T0900", "20261201T1000", "STATUS:CANCELLED").lower().replace("america/new_york", "America/New_York"), []),
    "another zone": (event("20261201T0900", "20261201T1000", zone=";TZID=Europe/London"), ["12-01 04:00-05:00"]),
    "a maker's prefix": (event("20261201T0900", "20261201T1000", zone=";TZID=/example.org/Europe/London"), ["12-01 04:00-05:00"]),
    "in seconds": ("UID:1\nDTSTART:20261201T140030Z\nDTEND:20261201T150010Z", ["12-01 09:00-10:01"]),
    "a leap second": ("UID:1\nDTSTART:20261201T140000Z\nDTEND:20261201T145960Z", ONE),
    "a date, a length in hours": ("UID:1\nDTSTART;TZID=America/New_York:20261201\nDURATION:PT1H", ["12-01 00:00-01:00"]),
    "a date, an end with a time": (f"UID:1\nDTSTART;VALUE=DATE:20261201\nDTEND{NY}:20261201T020000", ["12-01 00:00-02:00"]),
    "a time, an end without": (f"UID:1\nDTSTART{NY}:20261201T200000\nDTEND;VALUE=DATE:20261202", ["12-01 20:00-12-02 00:00"]),
    "a length": (f"UID:1\nDTSTART{NY}:20261201T090000\nDURATION:P1DT2H", ["12-01 09:00-12-02 11:00"]),
    "weeks": (f"UID:1\nDTSTART{NY}:20261201T090000\nDURATION:P1W", ["12-01 09:00-12-08 09:00"]),
    "over the edges": (event("20261101T0900", "20270301T1000"), ["11-30 00:00-12-28 00:00"]),
    "just before": (event("20261129T2200", "20261130T0000"), []),
    "just after": (event("20261228T0000", "20261228T0100"), []),
    "nights": (
        event("20261129T2200", "20261130T0600", "RRULE:FREQ=DAILY;COUNT=2"), ["11-30 00:00-06:00", "11-30 22:00-12-01 06:00"],
    ),
    "the last minute": (event("20261227T2359", "20261228T0100"), ["12-27 23:59-12-28 00:00"]),
    "daily in a cycle": (
        event("20261128T0900", "20261128T1000", "RRULE:FREQ=DAILY;INTERVAL=10"), ["12-08 09:00-10:00", "12-18 09:00-10:00"],
    ),
    "since 2001": (event("20010105T0900", "20010105T1000", "RRULE:FREQ=WEEKLY;INTERVAL=4"), ["12-04 09:00-10:00"]),
    "counted": (event("20261129T0900", "20261129T1000", "RRULE:FREQ=DAILY;COUNT=3"), TWO),
    "counted, long over": (event("20200101T0900", "20200101T1000", "RRULE:FREQ=DAILY;COUNT=3"), []),
    "counted from long ago": (event("20201201T0900", "20201201T1000", "RRULE:FREQ=DAILY;COUNT=2192"), TWO),
    "until a date": (event("20261101T0900", "20261101T1000", "RRULE:FREQ=DAILY;UNTIL=20261201"), TWO),
    "until a wall time": (event("20261101T0900", "20261101T1000", "RRULE:FREQ=DAILY;UNTIL=20261130T090000"), ["11-30 09:00-10:00"]),
    "the last Friday": (event("20200131T0900", "20200131T1000", "RRULE:FREQ=MONTHLY;BYDAY=-1FR"), ["12-25 09:00-10:00"]),
    "by position": (event("20200131T0900", "20200131T1000", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"), ONE),
    "weekly by position": (event("20261130T0900", "20261130T1000", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,-1;COUNT=3"),
                           ["11-30 09:00-10:00", "12-04 09:00-10:00", "12-07 09:00-10:00"]),
    "a week of the year": (event("20251208T0900", "20251208T1000", "RRULE:FREQ=YEARLY;BYWEEKNO=50;BYDAY=MO"), ["12-07 09:00-10:00"]),
    "yearly": (event("19991224T1700", "19991225T0000", "RRULE:FREQ=YEARLY"), ["12-24 17:00-12-25 00:00"]),
    "more dates": (
        event("20260101T0900", "20260101T1000", f"RDATE{NY}:20261201T090000,20261203T110000"), ["12-01 09:00-10:00", "12-03 11:00-12:00"],
    ),
    "periods": (event("20260101T0900", "20260101T1000", "RDATE;VALUE=PERIOD:20261201T140000Z/PT3H,20261202T140000Z/20261202T143000Z"),
                ["12-01 09:00-12:00", "12-02 09:00-09:30"]),
    "touching": (event("20261201T0900", "20261201T1000", f"RDATE{NY}:20261201T100000,20261201T103000"), ["12-01 09:00-11:30"]),
    "a change without its series": (event("20261201T0900", "20261201T1000", f"RECURRENCE-ID{NY}:20261201T110000"), ONE),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_what_counts(name: str) -> None:
    """Each event alone in four weeks from Monday 30 November."""
    text, expected = COUNTED[name]
    assert told(read(calendar(text))) == expected


def test_changes_of_a_series() -> None:
    """Moved, moved out of and into the window, cancelled, and all from then on."""
    series = event("20261005T0900", "20261005T1000", "RRULE:FREQ=WEEKLY")

    def change(of: str, start: str, end: str, *more: str, how: str = "") -> bytes:
        return calendar(series, event(start, end, f"RECURRENCE-ID{NY}{how}:{of}T090000", *more))

    rest = ["12-14 09:00-10:00", "12-21 09:00-10:00"]
    assert told(read(change("20261130", "20261201T1100", "20261201T1300"))) == ["12-01 11:00-13:00", "12-07 09:00-10:00", *rest]
    assert told(read(change("20261130", "20270301T1100", "20270301T1300"))) == ["12-07 09:00-10:00", *rest]
    assert told(read(change("20261005", "20261202T1100", "20261202T1300"))) == [
        "11-30 09:00-10:00", "12-02 11:00-13:00", "12-07 09:00-10:00", *rest,
    ]  # fmt: skip
    assert told(read(change("20261130", "20261130T0900", "20261130T1000", "STATUS:CANCELLED"))) == ["12-07 09:00-10:00", *rest]
    assert told(read(change("20261130", "20261130T0900", "20261130T1000", "TRANSP:TRANSPARENT"))) == ["12-07 09:00-10:00", *rest]
    later = read(change("20261207", "20261207T1000", "20261207T1200", how=";RANGE=THISANDFUTURE"))
    assert told(later) == ["11-30 09:00-10:00", "12-07 10:00-12:00", "12-14 10:00-12:00", "12-21 10:00-12:00"]


EXCEPTIONS = [
    "EXDATE:20261207T140000Z",
    "EXDATE;VALUE=DATE:20261207",
    "EXDATE:20261207T090000",
    "EXDATE;TZID=Europe/London:20261207T140000",
]
CHANGES = ["RECURRENCE-ID;VALUE=DATE:20261207", "RECURRENCE-ID:20261207T140000Z", "RECURRENCE-ID:20261207T090000"]


def test_exceptions_as_others_write_them() -> None:
    """In UTC, as a date, without a zone, in another zone: it is Monday 7 December that falls out or moves to Tuesday."""
    series = event("20201130T0900", "20201130T1000", "RRULE:FREQ=WEEKLY")
    rest = ["12-14 09:00-10:00", "12-21 09:00-10:00"]
    for line in EXCEPTIONS:
        assert told(read(calendar(f"{series}\n{line}"))) == ["11-30 09:00-10:00", *rest]
    for line in CHANGES:
        moved = calendar(series, event("20261208T0900", "20261208T1000", line))
        assert told(read(moved)) == ["11-30 09:00-10:00", "12-08 09:00-10:00", *rest]


def test_zones_that_exchange_makes_up() -> None:
    """Names with colons and blanks, described in the file, across a change of clocks."""
    for name in ("tzone://Microsoft/Custom", "(UTC-05:00) Eastern Time (US & Canada)"):
        weekly = event("20261019T0900", "20261019T1000", "RRULE:FREQ=WEEKLY", zone=f';TZID="{name}"')
        found = read(calendar(weekly, tail=EXCHANGE_ZONE.format(name)), window(date(2026, 10, 26), 14))
        assert [span.start.isoformat()[5:16] for span in found.spans] == ["10-26T13:00", "11-02T14:00"]


def test_two_versions_of_an_event_and_two_events_of_one_uid() -> None:
    """The newer version counts; of two that are equally new both do: better busy twice than forgotten."""
    old, new = (event(f"20261201T{hour}00", f"20261201T{hour}30", f"SEQUENCE:{n}") for hour, n in (("09", 1), ("11", 2)))
    assert told(read(calendar(old, new))) == ["12-01 11:00-11:30"]
    assert told(read(calendar(old, new.replace("SEQUENCE:2", "SEQUENCE:1")))) == ["12-01 09:00-09:30", "12-01 11:00-11:30"]


def test_changes_of_clocks() -> None:
    """Weekly at 9 by the clock stays at 9; in the gap and in the hour that comes twice an event is where it is."""
    autumn = window(date(2026, 10, 26), 14)
    weekly = read(calendar(event("20260907T0900", "20260907T1000", "RRULE:FREQ=WEEKLY")), autumn)
    assert [s.start.isoformat()[5:16] for s in weekly.spans] == ["10-26T13:00", "11-02T14:00"]
    night = read(calendar(event("20261101T0000", "20261101T0600")), autumn)
    assert [(s.end - s.start).total_seconds() / 3600 for s in night.spans] == [7]
    utc = "UID:1\nDTSTART:20260907T130000Z\nDTEND:20260907T140000Z\nRRULE:FREQ=WEEKLY"
    assert told(read(calendar(utc), autumn)) == ["10-26 09:00-10:00", "11-02 08:00-09:00"]
    named = read(calendar(utc, head="X-WR-TIMEZONE:America/New_York"), autumn)
    assert told(named) == ["10-26 09:00-10:00", "11-02 09:00-10:00"]
    spring = window(date(2027, 3, 8), 7)
    gap = read(calendar(event("20270314T0230", "20270314T0330")), spring)
    assert told(gap) == ["03-14 03:30-04:30"]
    day = read(calendar("UID:1\nDTSTART;VALUE=DATE:20270314\nDTEND;VALUE=DATE:20270315"), spring)
    assert [(s.end - s.start).total_seconds() / 3600 for s in day.spans] == [23]


def test_times_without_a_zone_are_read_in_the_programs_and_told() -> None:
    floating = "UID:1\nDTSTART:20261201T090000\nDTEND:20261201T100000"
    found = read(calendar(floating))
    assert (told(found), codes(found), found.warnings[0].lines) == (["12-01 09:00-10:00"], {"floating": 1}, (4,))
    assert told(read(calendar(floating), window(zone=LONDON)), LONDON) == ["12-01 09:00-10:00"]
    named = read(calendar(floating, head="X-WR-TIMEZONE:Europe/London"))
    assert (told(named), codes(named)) == (["12-01 04:00-05:00"], {})


def test_unknown_zones_are_an_error_that_says_where() -> None:
    """The third event begins in line 14; one long over does not matter; a calendar's own unknown zone does where times have no other."""
    good = event("20261201T0900", "20261201T1000")
    bad = event("20261201T0900", "20261201T1000", uid="2", zone=";TZID=Customized Time Zone")
    with pytest.raises(BusyError) as caught:
        read(calendar(good, good, bad, bad.replace("2026", "2001")))
    assert (caught.value.code, caught.value.lines) == ("unknown_zone", (14,))
    assert read(calendar(good, bad.replace("2026", "2001"))).num_events == 1
    for name in ("?", "Mars/Olympus", "Europe/Londn", "localtime", "\u00e9"):
        for needed in (
            event("20261201T0900", "20261201T1000", zone=""),
            "UID:2\nDTSTART:20261201T140000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY",
        ):
            with pytest.raises(BusyError, match="time zone") as caught:
                read(calendar(good, needed, head=f"X-WR-TIMEZONE:{name}"))
            assert caught.value.lines == (10,)
        once = "UID:2\nDTSTART:20261202T140000Z\nDTEND:20261202T150000Z"
        assert told(read(calendar(good, once, head=f"X-WR-TIMEZONE:{name}"))) == ["12-01 09:00-10:00", "12-02 09:00-10:00"]


@pytest.mark.parametrize("scale", ["GREGORIAN", "GEORGIAN", ""])
def test_the_scale_of_a_calendar_is_not_looked_at(scale: str) -> None:
    """One common library writes a scale that does not exist; see `findings`."""
    assert told(read(calendar(event("20261201T0900", "20261201T1000"), head=f"CALSCALE:{scale}"))) == ["12-01 09:00-10:00"]


def test_free_busy_answers() -> None:
    """Busy, tentative and free periods; availabilities are told and not read."""
    lines = "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261201T140000Z/20261201T150000Z,20261202T140000Z/PT30M\n"
    lines += "FREEBUSY;FBTYPE=FREE:20261203T140000Z/PT1H\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20261204T140000Z/PT1H\nEND:VFREEBUSY\n"
    lines += "BEGIN:VAVAILABILITY\nBEGIN:AVAILABLE\nDTSTART:20261201T140000Z\nEND:AVAILABLE\nEND:VAVAILABILITY"
    found = read(calendar(tail=lines))
    assert told(found) == ["12-01 09:00-10:00", "12-02 09:00-09:30", "12-04 09:00-10:00"]
    assert codes(found) == {"availability_not_read": 1}


RULES = (
    "FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;COUNT=2;X-MADE=1", "RSCALE=HEBREW;FREQ=YEARLY", "FREQ=HOURLY;COUNT=2",
    "RSCALE=GREGORIAN;SKIP=BACKWARD;FREQ=MONTHLY", "FREQ=DAILY;BYHOUR=25", "FREQ=YEARLY;BYMONTH=13", "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=DAILY;BYHOUR=-1", "FREQ=DAILY;WKST=XX", "FREQ=MINUTELY;COUNT=2", "FREQ=SECONDLY;COUNT=2", "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;INTERVAL=two",
)  # fmt: skip
FIVE_AND_TWENTY = "FREQ=DAILY;COUNT=2;BYHOUR=8,9,10,11,12;BYMINUTE=0,10,20,30,40"
ODD = {
    "rule_not_read": [f"RRULE:{r}" for r in (*RULES, "INTERVAL=1", "FREQ=DAILY;FREQ=WEEKLY", "FREQ=DAILY;UNTIL=soon", FIVE_AND_TWENTY)],
    "unreadable": [
        "DTSTART:20261201T090000Z", "DTEND:nonsense", "RECURRENCE-ID:20261301T000000Z", "EXDATE:20261201T250000Z",
    ],
    "exclusions_not_read": ["EXRULE:FREQ=HOURLY", "EXRULE:FREQ=DAILY;X-MADE=1"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in ODD.items() for line in lines])
def test_what_is_odd_is_counted_and_told_with_its_line(code: str, line: str) -> None:
    base = f"UID:1\nDTSTART{NY}:20261201T090000\nDURATION:PT1H\n"
    found = read(calendar(base + line))
    assert (codes(found), found.warnings[0].lines) == ({code: 1}, (4,))
    assert told(found) == ([] if code == "unreadable" else ["12-01 09:00-10:00"])


def test_ends_that_make_no_sense() -> None:
    for lines, expected in {"DTEND:20261201T080000Z": "end_before_start", "DURATION:-PT1H": "end_before_start", "X:": "no_end"}.items():
        assert codes(read(calendar(f"UID:1\nDTSTART:20261201T090000Z\n{lines}"))) == {expected: 1}
    decades = read(calendar("UID:1\nDTSTART:20010101T000000Z\nDTEND:20991231T235959Z"))
    assert told(decades) == ["11-30 00:00-12-28 00:00"]


FILES = [
    lambda c: c.replace(b"\r\n", b"\n"),
    lambda c: c.replace(b"\r\n", b"\r"),
    lambda c: b"\xef\xbb\xbf" + c,
    lambda c: b"\n" + c,
    lambda c: c + c,
    lambda c: c.replace(b"BEGIN", b"begin"),
    lambda c: c.replace(b"20261201T09", b"2026\r\n 1201T09"),
    lambda c: c.replace(b"UID:1", "UID:é".encode("latin-1")),
]


@pytest.mark.parametrize("make", FILES)
def test_files_as_they_come(make: object) -> None:
    """Bare line feeds, a byte order mark, two calendars, small letters, folds anywhere, the wrong encoding of a text."""
    assert told(read(make(calendar(event("20261201T0900", "20261201T1000"))))) == ["12-01 09:00-10:00"]  # type: ignore[operator]


NOT_READ = {
    "not_a_calendar": (b"", b"<html>", b"{}", b"calendar.ics", b"BEGIN:VCARD\r\nEND:VCARD", "BEGIN:VCALENDAR".encode("utf-16"),
                       b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR", b"\0" * 100, b"PK\x03\x04",
                       calendar(event("20261201T0900", "20261201T1000")).replace(b"UID:1", b"UID:\0")),
    "truncated": (b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026"),
    "nested": (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 9,),
}  # fmt: skip


@pytest.mark.parametrize(("code", "n"), [(code, n) for code, contents in NOT_READ.items() for n in range(len(contents))])
def test_what_is_no_calendar(code: str, n: int) -> None:
    with pytest.raises(BusyError) as caught:
        read(NOT_READ[code][n])
    assert caught.value.code == code


def test_every_code_has_words_and_no_message_repeats_the_file() -> None:
    assert all(text and text[0].islower() for text in (*BUSY_ERRORS.values(), *BUSY_WARNINGS.values()))
    with pytest.raises(BusyError) as caught:
        read(calendar(event("20261201T0900", "20261201T1000", "SUMMARY:Quennell", zone=";TZID=Quennell")))
    assert "Quennell" not in f"{caught.value}{caught.value.lines}"
