"""Dates and numbers as every message and page says them."""

from datetime import UTC, date, datetime

import pytest

from scheduler.words import counted, day_name, long_date, month_name, short_date

FIRST = date(2026, 12, 1)


def test_a_date_long_and_short():
    assert (long_date(FIRST), short_date(FIRST), month_name(FIRST)) == ("1 December 2026", "1 Dec", "December")


@pytest.mark.parametrize("day", [1, 8, FIRST, datetime(2026, 12, 1, 9, tzinfo=UTC)])
def test_a_tuesday_by_index_or_date(day):
    assert day_name(day) == "Tuesday"


def test_numbers_with_their_nouns():
    assert [counted(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert [counted(n, "person", "people") for n in (1, 2)] == ["1 person", "2 people"]
