"""Windows that touch at midnight: every day of them can be pinned, planned and lent, and nothing runs across."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.fixes.hours import extensions, lent
from scheduler.greedy import fill_week
from scheduler.instance import Instance
from scheduler.timegrid import DAY, WEEKDAYS, Span, by_day, day_span
from scheduler.validation import validate
from scheduler.verify import verify
from tests.build import clinician, instance, participant, windows
from tests.solving import solved

pytestmark = pytest.mark.unmeasured

ONE_TALK = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}
ROUND_THE_CLOCK = windows("00:00", "24:00", WEEKDAYS)
NIGHTS = [*windows("22:00", "24:00", WEEKDAYS), *windows("00:00", "06:00", WEEKDAYS)]
OPEN = {"id": "p", "zone": "America/New_York", "sites": [{"id": "s1", "hours": ROUND_THE_CLOCK, "front_desk": ROUND_THE_CLOCK}]}


def week(hours: list[dict[str, Any]], *pins: dict[str, Any], site: str | None = "s1", **more: Any) -> Instance:
    """Ana is ordered one talk, with cora, in a program that never closes; talks start on the hour, or where they are pinned."""
    cora = clinician("cora", hours=[{**window, "site": site} for window in hours])
    people = [participant("ana", order=ONE_TALK, modes=["in_person", "telehealth"])]
    policy = {"values": {"second_staff_required": False, "start_grain": 60}}
    return instance(**{"program": OPEN, "policy": policy, "clinicians": [cora], "participants": people, "pins": list(pins), **more})


def pin(day: str | None, time: str, **more: Any) -> dict[str, Any]:
    """Ana's talk at a day and time."""
    return {"kind": "booking", "participant": "ana", "service": "individual", "time": time} | ({"day": day} if day else {}) | more


@pytest.mark.parametrize("site", ["s1", None])
@pytest.mark.parametrize("day", WEEKDAYS)
def test_a_pin_on_any_day_of_hours_without_end_is_kept(day: str, site: str | None) -> None:
    """Hours of seven whole days are one window from Monday 00:00; the talk is pinned to noon of each day."""
    made = week(ROUND_THE_CLOCK, pin(day, "12:00"), site=site)
    assert validate(made) == ()
    if day in ("wed", "sun"):
        (session,) = solved(made).roster.sessions  # type: ignore[union-attr]
        assert (WEEKDAYS[session.start.weekday()], f"{session.start:%H:%M}") == (day, "12:00")


@pytest.mark.parametrize(
    ("day", "time", "is_possible"),
    [
        ("mon", "22:30", True),
        ("tue", "00:00", True),
        ("tue", "05:00", True),
        ("tue", "05:10", False),
        ("tue", "12:00", False),
        ("tue", "23:00", True),
        ("tue", "23:10", True),
        ("tue", "23:11", False),
        ("mon", "00:00", True),
        ("sun", "23:00", True),
        (None, "04:00", True),
        (None, "23:30", False),
    ],
)
def test_nights_are_pinned_on_both_sides_of_midnight(day: str | None, time: str, *, is_possible: bool) -> None:
    """22:00-24:00 and 00:00-06:00 are one window, a talk of 50 minutes and 10 of notes lies in it, and none runs across midnight."""
    made = week(NIGHTS, pin(day, time))
    assert [issue.code for issue in validate(made)] == ([] if is_possible else ["pin_conflict"])
    if is_possible:
        (session,) = solved(made).roster.sessions  # type: ignore[union-attr]
        assert f"{session.start:%H:%M}" == time


def test_hours_that_touch_at_noon_are_one_window() -> None:
    """08:00-12:00 and 12:00-16:00: a talk at 11:30 lies in both together."""
    hours = [*windows("08:00", "12:00"), *windows("12:00", "16:00")]
    assert validate(week(hours, pin("wed", "11:30"))) == ()


def test_a_pinned_minute_beside_the_grain_is_kept() -> None:
    """12:07 is no quarter of an hour."""
    (session,) = solved(week(ROUND_THE_CLOCK, pin("sat", "12:07"))).roster.sessions  # type: ignore[union-attr]
    assert f"{session.start:%a %H:%M}" == "Sat 12:07"


def test_a_couple_is_pinned_by_one_of_the_two() -> None:
    """Ana's pin beside the grain brings ben along."""
    orders = {p: ONE_TALK | {"services": [{"service": "couple", "per_week": 1, "partner": q}]} for p, q in (("ana", "ben"), ("ben", "ana"))}
    people = [participant(p, order=order) for p, order in orders.items()]
    made = week(NIGHTS, pin("thu", "02:20", service="couple"), participants=people)
    (session,) = solved(made).roster.sessions  # type: ignore[union-attr]
    assert (f"{session.start:%a %H:%M}", len(session.bookings)) == ("Thu 02:20", 2)


def test_a_coordinators_week_crosses_no_midnight() -> None:
    """Ana is free from Monday 23:30 to Tuesday 01:00 only: the talk lies after midnight."""
    availability = {"weekly": [*windows("23:30", "24:00", ("mon",)), *windows("00:00", "01:00", ("tue",))]}
    made = week(ROUND_THE_CLOCK, participants=[participant("ana", order=ONE_TALK, availability=availability)])
    roster = fill_week(made)
    assert [f"{s.start:%a %H:%M}" for s in roster.sessions] == ["Tue 00:00"]
    assert verify(made, roster) == ()


def test_hours_lent_around_midnight_stay_on_their_days() -> None:
    """Cora works nights in a house that never closes: what she could lend ends or begins at midnight at the latest."""
    case = Case(week([*windows("21:00", "24:00", ("mon",)), *windows("00:00", "01:00", ("tue",))], participants=[participant("ana")]))
    found = extensions(case, "cora")
    assert found
    assert all(span.start // DAY == (span.end - 1) // DAY for span, _ in found)
    entries = lent("cora", "ana", found).change["clinicians"]["cora"]["hours"]["add"]
    assert {"day": "mon", "start": "17:45", "end": "21:00", "site": "s1"} in entries
    assert {"day": "tue", "start": "01:00", "end": "04:15", "site": "s1"} in entries
    assert all(entry["start"] < entry["end"] for entry in entries)


def test_spans_are_cut_at_midnights() -> None:
    """One that ends at a midnight is not cut there."""
    assert list(by_day([Span(DAY - 60, 2 * DAY + 30), day_span(3)])) == [
        Span(DAY - 60, DAY),
        Span(DAY, 2 * DAY),
        Span(2 * DAY, 2 * DAY + 30),
        day_span(3),
    ]


def test_free_time_may_cross_midnight_with_travel() -> None:
    """Ana needs 40 minutes home from a talk that ends at 23:50 on Friday; Saturday's window goes on to 00:30."""
    home = {"weekly": [*windows("22:00", "24:00", ("fri",)), *windows("00:00", "00:30", ("sat",))]}
    people = [participant("ana", order=ONE_TALK, availability=home, travel={"s1": 40})]
    assert validate(week(ROUND_THE_CLOCK, pin("fri", "23:00"), participants=people)) == ()
