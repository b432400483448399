"""Dates and numbers as every message and page says them."""

from datetime import UTC, date, datetime

import pytest

from scheduler.words import (
    counted,
    day_name,
    long_date,
    month_name,
    short_date,
    short_weekday_date,
    time_of_day,
    time_range,
    weekday_date,
)

FIRST = date(2026, 12, 1)


def test_a_date_long_and_short():
    assert (long_date(FIRST), short_date(FIRST), month_name(FIRST)) == ("December 1, 2026", "Dec 1", "December")
    assert (weekday_date(FIRST), short_weekday_date(FIRST)) == ("Tuesday, December 1", "Tue, Dec 1")


def test_times_of_day_by_the_twelve_hour_clock():
    minutes = (0, 59, 12 * 60 - 1, 12 * 60, 13 * 60 + 5, 24 * 60 - 1, 24 * 60, 25 * 60)
    assert [time_of_day(m) for m in minutes] == [
        "12:00 am", "12:59 am", "11:59 am", "12:00 pm", "1:05 pm", "11:59 pm", "12:00 am", "1:00 am",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("9:00 am", "12:00 pm", "9:00 am-12:00 pm"),
        ("5:30 pm", "8:30 pm", "5:30-8:30 pm"),
        ("1:10 am (EDT)", "1:50 am (EDT)", "1:10 am (EDT)-1:50 am (EDT)"),
        ("1:10 am (EST)", "2:10 am", "1:10 am (EST)-2:10 am"),
    ],
)
def test_a_range_names_the_half_of_the_day_once(first, last, expected):
    assert time_range(first, last) == expected


@pytest.mark.parametrize("day", [1, 8, FIRST, datetime(2026, 12, 1, 9, tzinfo=UTC)])
def test_a_tuesday_by_index_or_date(day):
    assert day_name(day) == "Tuesday"


def test_numbers_with_their_nouns():
    assert [counted(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert [counted(n, "person", "people") for n in (1, 2)] == ["1 person", "2 people"]
