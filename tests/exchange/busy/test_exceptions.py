"""Dates that a series leaves out, adds and changes: by instant, whatever zone they are written in."""

from __future__ import annotations

from datetime import date

import pytest

from tests.exchange.busy.files import calendar, codes, read, told, window

NY = ";TZID=America/New_York"
WEEK = window(date(2027, 1, 11), 7)
DAILY = f"UID:1\nDTSTART{NY}:20270111T130000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4"
TWICE = f"UID:1\nDTSTART{NY}:20270111T130000\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYHOUR=13,18;COUNT=4"
WHOLE = "UID:1\nDTSTART;VALUE=DATE:20270111\nRRULE:FREQ=DAILY;COUNT=3"


def starts(*lines: str) -> list[str]:
    """When the busy times of an event begin, e.g. ``11 13``."""
    return [span[3:8] for span in told(read(calendar("\n".join(lines)), WEEK))]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("EXDATE:20270112T180000Z", ["11 13", "11 18", "12 18"]),
        (f"EXDATE{NY}:20270112T180000", ["11 13", "11 18", "12 13"]),
        ("EXDATE:20270112T130000", ["11 13", "11 18", "12 18"]),
        ("EXDATE;TZID=America/Los_Angeles:20270112T100000", ["11 13", "11 18", "12 18"]),
        ("EXDATE;TZID=America/Los_Angeles:20270112T130000", ["11 13", "11 18", "12 13", "12 18"]),
        ("EXDATE;VALUE=DATE:20270112", ["11 13", "11 18"]),
        ("EXDATE:20270112T180000Z,20270112T230000Z", ["11 13", "11 18"]),
        ("EXDATE:20270111T180000Z", ["11 18", "12 13", "12 18"]),
    ],
)
def test_an_exception_removes_an_instant(line: str, left: list[str]) -> None:
    """RFC 5545, 3.8.5.1: of two times a day one is left out, on whichever clock it is written; a date means all of them."""
    assert starts(TWICE, line) == left


MIDNIGHTS = (";VALUE=DATE:20270112", ":20270112T050000Z", ":20270112T000000Z", f"{NY}:20270112T000000", ":20270112T000000")


@pytest.mark.parametrize("moment", MIDNIGHTS)
def test_a_whole_day_is_removed_by_the_instant_of_its_midnight(moment: str) -> None:
    found = read(calendar(f"{WHOLE}\nEXDATE{moment}"), WEEK)
    assert told(found) == ["01-11 00:00-01-12 00:00", "01-13 00:00-01-14 00:00"]


def test_additional_dates_that_are_left_out_again() -> None:
    added = f"RDATE{NY}:20270115T090000,20270116T090000"
    assert starts(DAILY, added, "EXDATE:20270115T140000Z") == ["11 13", "12 13", "13 13", "14 13", "16 09"]
    assert starts(DAILY, "RDATE;VALUE=DATE:20270116") == ["11 13", "12 13", "13 13", "14 13", "16 13"]


def test_rules_for_exceptions_are_carried_out() -> None:
    """EXRULE is no longer in the standard (RFC 2445 had it), but in calendars."""
    found = read(calendar(f"{DAILY}\nEXRULE:FREQ=DAILY;INTERVAL=2"), WEEK)
    assert ([span[3:8] for span in told(found)], codes(found)) == (["12 13", "14 13"], {})


@pytest.mark.parametrize("when", [":20270112T180000Z", f"{NY}:20270112T130000", ";VALUE=DATE:20270112"])
def test_a_change_replaces_an_instant(when: str) -> None:
    moved = f"UID:1\nDTSTART{NY}:20270112T160000\nDURATION:PT1H\nRECURRENCE-ID{when}"
    assert [span[3:8] for span in told(read(calendar(DAILY, moved), WEEK))] == ["11 13", "12 16", "13 13", "14 13"]


def test_of_two_versions_of_a_change_the_newest_counts() -> None:
    first, second = (
        f"UID:1\nDTSTART{NY}:20270112T{hour}0000\nDURATION:PT1H\nSEQUENCE:{n}\nRECURRENCE-ID:20270112T180000Z"
        for n, hour in ((1, 15), (2, 16))
    )
    assert [span[3:8] for span in told(read(calendar(DAILY, second, first), WEEK))] == ["11 13", "12 16", "13 13", "14 13"]


def test_a_change_from_then_on_moves_what_follows_it() -> None:
    """Later by two hours and half as long from the second on, and back again from the fourth on; what is left out stays so."""

    def change(day: int, hour: int, minutes: int) -> str:
        key = f"RECURRENCE-ID;RANGE=THISANDFUTURE{NY}:202701{day}T130000"
        return f"UID:1\nDTSTART{NY}:202701{day}T{hour}0000\nDURATION:PT{minutes}M\n{key}"

    found = read(calendar(DAILY, change(12, 15, 30)), WEEK)
    assert told(found) == ["01-11 13:00-14:00", "01-12 15:00-15:30", "01-13 15:00-15:30", "01-14 15:00-15:30"]
    found = read(calendar(f"{DAILY}\nEXDATE:20270113T180000Z", change(12, 15, 30), change(14, 12, 60)), WEEK)
    assert told(found) == ["01-11 13:00-14:00", "01-12 15:00-15:30", "01-14 12:00-13:00"]


def test_a_series_starts_before_the_window_and_was_moved_long_ago() -> None:
    """The change of last year still decides."""
    series = f"UID:1\nDTSTART{NY}:20250106T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
    change = f"UID:1\nDTSTART{NY}:20260107T100000\nDURATION:PT2H\nRECURRENCE-ID;RANGE=THISANDFUTURE{NY}:20260105T090000"
    assert told(read(calendar(series, change), WEEK)) == ["01-13 10:00-12:00"]


def test_lines_that_lost_their_zone_or_type_are_read_as_meant() -> None:
    """UTC behind a zone is UTC, and a length behind a stroke makes a period."""
    assert starts(DAILY, f"EXDATE{NY}:20270111T130000,20270112T180000Z") == ["13 13", "14 13"]
    assert told(read(calendar(f"UID:1\nDTSTART{NY}:20270111T090000\nDURATION:PT1H\nRDATE:20270113T090000/PT3H"), WEEK))[1:] == [
        "01-13 09:00-12:00"
    ]


def test_a_series_of_no_zone_and_one_of_days_with_lines_of_another_kind() -> None:
    """An exception in UTC, and an end with a time, as calendar makers for Node.js write them."""
    floating = "UID:1\nDTSTART:20270111T180000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
    assert starts(floating, "EXDATE:20270112T230000Z") == ["11 18", "13 18"]
    days = read(calendar("UID:1\nDTSTART;VALUE=DATE:20270111\nRRULE:FREQ=DAILY;UNTIL=20270112T000000"), WEEK)
    assert told(days) == ["01-11 00:00-01-13 00:00"]


def test_a_date_before_the_window_was_moved_into_it() -> None:
    """From December to the second day of the window."""
    series = f"UID:1\nDTSTART{NY}:20261220T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
    change = f"UID:1\nDTSTART{NY}:20270112T110000\nDURATION:PT1H\nRECURRENCE-ID{NY}:20261221T090000"
    assert told(read(calendar(series, change), WEEK)) == ["01-12 11:00-12:00"]


def test_the_scale_of_a_rule_that_is_the_usual_one() -> None:
    """RFC 7529, 4.1; another scale is told, and the first time counts."""
    weekly = f"UID:1\nDTSTART{NY}:20270111T170000\nDURATION:PT1H\nRRULE:"
    for scale in ("RSCALE=GREGORIAN;", "RSCALE=gregorian;SKIP=OMIT;"):
        found = read(calendar(f"{weekly}{scale}FREQ=DAILY;COUNT=2"), WEEK)
        assert ([span[3:8] for span in told(found)], codes(found)) == (["11 17", "12 17"], {})


UNTIL = {
    "20270112": 2, "20270112T180000Z": 2, "20270112T175959Z": 1, "20270112T130000": 2, "20270112T125959": 1, "20270113T000000Z": 2,
}  # fmt: skip


@pytest.mark.parametrize("until", UNTIL)
def test_the_last_time_of_a_series(until: str) -> None:
    """A day, an instant, or a time on the clock of the series; the time itself is still in it."""
    assert len(starts(DAILY.replace("COUNT=4", f"UNTIL={until}"))) == UNTIL[until]
