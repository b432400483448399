"""The mark that follows from an entry, without rows: a session of 90 minutes from 9:00, of which 80 count as care."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.attendance.models import AttendanceRecord
from api.attendance.store.marks import MARK, mark_of
from api.database.tables import PublishedSessionRow
from api.kernel.errors import Problem
from tests.build import at

START = at("mon", "09:00")
CARE_OMITTED = "bad_reference: Say how many of the session's 80 care minutes were delivered or missed."


def minute(number: float) -> datetime:
    """A time, in minutes since the start."""
    return START + timedelta(minutes=number)


def mark(status: str, care_minutes: int = 80, **more: Any) -> dict[str, Any]:
    row = PublishedSessionRow(start=START, end=minute(90), care_minutes=care_minutes)
    return mark_of(row, AttendanceRecord(status=status, **more))


def missed(status: str, **more: Any) -> tuple[int, int | None, int | None]:
    """Minutes delivered, late and early."""
    found = mark(status, **more)
    return found["minutes"], found["minutes_late"], found["minutes_early"]


def test_what_is_recorded_is_kept() -> None:
    times = {"joined_at": minute(10), "left_at": minute(60)}
    found = mark("late", minutes=45, is_walk_in=True, **times)
    assert found == {"status": "late", "minutes": 45, "minutes_late": 10, "minutes_early": 30, "is_walk_in": True} | times
    assert tuple(found) == MARK


@pytest.mark.parametrize(("status", "minutes"), [("attended", 80), ("no_show", 0), ("excused", 0), ("cancelled", 0)])
def test_who_came_has_the_whole_session_and_others_nothing(status: str, minutes: int) -> None:
    assert missed(status) == (minutes, None, None)


def test_minutes_that_are_recorded_count_whatever_was_missed() -> None:
    assert missed("late", minutes=0, minutes_late=5) == (0, 5, None)
    assert missed("attended", minutes=80) == (80, None, None)
    assert missed("no_show", minutes=0) == (0, None, None)


def test_minutes_missed_are_recorded_or_follow_from_the_times() -> None:
    """Whole minutes; early is not late; a recorded number counts before a time; who attended has none."""
    assert missed("late", minutes_late=0) == (80, 0, None)
    assert missed("late", joined_at=minute(9.9)) == (71, 9, None)
    assert missed("late", joined_at=minute(-5)) == (80, 0, None)
    assert missed("late", joined_at=minute(9), minutes_late=4) == (76, 4, None)
    assert missed("left_early", left_at=minute(89)) == (79, None, 1)
    assert missed("left_early", left_at=minute(95)) == (80, None, 0)
    assert missed("late", minutes_late=20, minutes_early=15) == (45, 20, 15)
    assert missed("attended", joined_at=minute(9), left_at=minute(80)) == (80, None, None)


def test_more_than_the_care_minutes_may_be_missed_up_to_the_whole_session() -> None:
    assert missed("late", minutes_late=45, minutes_early=45) == (0, 45, 45)
    assert (missed("late", minutes_late=90), missed("left_early", minutes_early=90)) == ((0, 90, None), (0, None, 90))
    with pytest.raises(Problem, match=r"^bad_reference: The session has 90 minutes; no more can be missed") as raised:
        mark("late", minutes_late=45, minutes_early=46)
    assert [(place.path, place.code) for place in raised.value.issues] == [("minutes_late", "too_many")]


def test_somebody_who_missed_a_part_says_how_much() -> None:
    """Unless the session has no care minutes, of which nothing can be missed."""
    for status in ("late", "left_early"):
        with pytest.raises(Problem, match=re.escape(CARE_OMITTED)):
            mark(status)
        assert mark(status, care_minutes=0)["minutes"] == 0


@pytest.mark.parametrize("more", [{"joined_at": minute(90)}, {"left_at": minute(0)}])
def test_joining_is_before_the_end_and_leaving_after_the_start(more: dict[str, Any]) -> None:
    with pytest.raises(Problem, match=r"^bad_reference: Joining must be before the end") as raised:
        mark("attended", **more)
    assert [(place.path, place.code) for place in raised.value.issues] == [(name, "outside") for name in more]
    assert mark("attended", joined_at=minute(89), left_at=minute(90))["minutes"] == 80
    assert mark("attended", left_at=minute(1))["minutes"] == 80


def test_no_more_is_delivered_than_the_care_minutes() -> None:
    with pytest.raises(Problem, match=r"^bad_reference: The session has 80 care minutes") as raised:
        mark("attended", minutes=81)
    assert [(place.path, place.code) for place in raised.value.issues] == [("minutes", "too_many")]
