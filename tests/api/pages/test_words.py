"""Times and hours in plain words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.attendance.models import Counted, Ordered
from api.pages.own.hours import WeekHours
from api.pages.words import days, duration, near, span
from tests.api.weeks.small import MONDAY
from tests.build import at


def hours(floor: int, scheduled: int, delivered: int = 0, ahead: int = 0, ceiling: int = 600, **more) -> WeekHours:
    ordered = Ordered(floor=floor, ceiling=ceiling, sessions_floor=0, sessions_ceiling=4, days_floor=0, days_ceiling=3, billable_days=0)
    is_published = more.get("is_published", True)
    return WeekHours(ordered, Counted(minutes=scheduled), Counted(minutes=delivered), ahead, 1, more.get("unrecorded", 0), is_published)


def test_the_hours_in_plain_words():
    said = {
        "9 h of your plan could not": hours(540, 0),
        "Nothing is scheduled this week.": hours(0, 0),
        "Nothing is left for this week.": hours(0, 180, 180),
        "3 h are ahead of you this week.": hours(0, 180, 0, 180),
        "2 h done, 1 h to go.": hours(0, 180, 120, 60),
        "not published yet": hours(540, 0, is_published=False),
        "2 past appointments are not recorded yet.": hours(0, 180, 120, 60, unrecorded=2),
        "1 h 30 min of your plan could not be scheduled.": hours(540, 450),
    }
    for words, found in said.items():
        assert words in " ".join([found.headline, *found.remarks]).replace("\xa0", " "), words
    assert list(hours(540, 0, is_published=False).remarks) == []


@pytest.mark.parametrize(
    ("floor", "ceiling", "told"),
    [(540, 720, "9 to 12 h"), (540, 540, "9 h"), (90, 120, "1 h 30 min to 2 h"), (540, 10080, "from 9 h"), (0, 10080, "–")],
)
def test_ordered_hours_in_words(floor, ceiling, told):
    assert next(hours(floor, 0, ceiling=ceiling).rows)[2].replace("\xa0", " ") == told


def test_words():
    assert span(at("mon", "09:00"), at("mon", "12:00")).replace("\xa0", " ") == "9:00 am – 12:00 pm"
    assert span(at("mon", "17:30"), at("mon", "20:30")).replace("\xa0", " ") == "5:30 – 8:30 pm"
    assert span(at("mon", "00:00"), at("mon", "00:45")).replace("\xa0", " ") == "12:00 – 12:45 am"
    assert [duration(n).replace("\xa0", " ") for n in (0, 50, 60, 150)] == ["0 min", "50 min", "1 h", "2 h 30 min"]
    assert days(MONDAY, MONDAY + timedelta(days=6)).replace("\xa0", " ") == "Nov 30 – Dec 6"
    assert [near(MONDAY + timedelta(days=n), MONDAY) for n in (0, 1, 2)] == ["Today", "Tomorrow", "Wednesday, December 2"]
