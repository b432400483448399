"""Words to numbers for `service_spacing`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.rules.service_spacing import ServiceSpacing
from scheduler.view import View
from tests.build import MONDAY, at, group, instance, meet, participant, roster, run, view
from tests.faces import both

RULE = ServiceSpacing()
LAST = MONDAY - timedelta(days=7)


def week(*sessions: dict[str, Any], order: dict[str, Any] | None = None, **more: Any) -> View:
    """Ana's week; her individual session is ordered three times."""
    ordered = {"service": "individual", "per_week": 3} | (order or {})
    ana = participant("ana", order=participant("x")["order"] | {"services": [ordered]}, modes=["in_person", "telehealth"])
    return view(instance(participants=[ana], **({"groups": [group("g"), group("h", "wed")]} | more)), *sessions)


def talks(*times: str) -> list[dict[str, Any]]:
    """Individual sessions of 50 minutes, by day and time."""
    return [meet("ana", *time.split(), ordinal=n) for n, time in enumerate(times, 1)]


@pytest.mark.parametrize(
    ("days", "times", "amount"),
    [
        (1, ("mon 09:00", "mon 14:00"), 1),
        (1, ("mon 09:00", "tue 09:00"), 0),
        (3, ("mon 16:00", "thu 09:00"), 0),
        (3, ("mon 09:00", "wed 16:00"), 1),
        (2, ("mon 09:00", "wed 09:00", "fri 09:00"), 0),
        (2, ("mon 09:00", "wed 09:00", "thu 09:00"), 1),
        (2, ("mon 09:00", "mon 14:00", "tue 09:00"), 2),
        (3, ("mon 09:00", "tue 09:00", "thu 09:00"), 2),
    ],
)
def test_days_are_counted_from_date_to_date(days: int, times: tuple[str, ...], amount: int) -> None:
    """One day apart is another day; three are Monday and Thursday, whatever the time."""
    assert both(RULE, week(*talks(*times), order={"days_apart": days})) == (amount, None if amount else 0)


@pytest.mark.parametrize(
    ("hours", "times", "amount"),
    [
        (4, ("mon 09:00", "mon 13:50"), 0),
        (4, ("mon 09:00", "mon 13:45"), 1),
        (48, ("mon 09:00", "wed 09:50"), 0),
        (48, ("mon 09:00", "wed 09:45"), 1),
        (24, ("mon 09:00", "mon 16:00", "wed 09:00"), 1),
    ],
)
def test_hours_are_counted_from_end_to_start(hours: int, times: tuple[str, ...], amount: int) -> None:
    """A session of 50 minutes at nine ends at 9:50; four hours later is 13:50."""
    assert both(RULE, week(*talks(*times), order={"hours_apart": hours})) == (amount, None if amount else 0)


def test_both_may_be_ordered() -> None:
    """Too close by days and by hours: two distances are broken."""
    assert both(RULE, week(*talks("mon 09:00", "mon 14:00"), order={"days_apart": 1, "hours_apart": 12})) == (2, None)


def test_without_a_distance_nothing_is_asked() -> None:
    """Three on one day."""
    made = week(*talks("mon 09:00", "mon 10:00", "mon 11:00"))
    assert both(RULE, made) == (0, 0)
    assert not RULE.applies_to(made.case)
    assert RULE.applies_to(week(order={"days_apart": 1}).case)


def test_other_services_are_not_concerned() -> None:
    """A group, and a family session of the same day."""
    assert both(RULE, week(run("g", "mon", "09:00", ("ana",)), *talks("mon 13:00"), order={"days_apart": 2})) == (0, 0)


def test_groups_that_give_the_service_count() -> None:
    """Process groups on Monday and Wednesday, ordered three days apart."""
    blocks = (run("g", "mon", "09:00", ("ana",)), run("h", "wed", "09:00", ("ana",)))
    order = {"service": "process", "per_week": 2, "days_apart": 3}
    assert both(RULE, week(*blocks, order=order)) == (1, None)
    assert both(RULE, week(*blocks, order=order | {"days_apart": 2})) == (0, 0)


def test_last_week_counts() -> None:
    """Last week's session was on Saturday: Monday is two days later."""
    history = {"last_week": roster(meet("ana", "sat", "09:00", monday=LAST), monday=LAST).model_dump(mode="json")}
    more = {"history": history, "mode": "rebuild"}
    assert both(RULE, week(*talks("mon 09:00"), order={"days_apart": 2}, **more)) == (0, 0)
    assert both(RULE, week(*talks("mon 09:00"), order={"days_apart": 3}, **more)) == (1, None)
    assert both(RULE, week(*talks("tue 09:00"), order={"days_apart": 3}, **more)) == (0, 0)


def test_what_has_happened_is_no_violation() -> None:
    """Two on Monday, published and over; a third on Tuesday is too soon, one on Thursday is not."""
    past = roster(*talks("mon 09:00", "mon 11:00")).model_dump(mode="json")
    more = {"now": at("mon", "18:00"), "published": {"roster": past}}
    order = {"days_apart": 2}
    assert both(RULE, week(*talks("mon 09:00", "mon 11:00"), order=order, **more)) == (0, 0)
    assert both(RULE, week(*talks("mon 09:00", "mon 11:00", "tue 09:00"), order=order, **more)) == (1, None)
    assert both(RULE, week(*talks("mon 09:00", "mon 11:00", "wed 09:00"), order=order, **more)) == (0, 0)


def test_the_message_says_when_and_how_far() -> None:
    """In days or in hours."""
    made = week(*talks("mon 09:00", "tue 09:00"), order={"days_apart": 3})
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana has individual on Tuesday 2026-12-01 09:00, less than 3 days after the one before"
    made = week(*talks("mon 09:00", "mon 09:50"), order={"hours_apart": 1})
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana has individual on Monday 2026-11-30 09:50, less than 1 hour after the one before"


BLOCK = {"segments": [{"service": "process", "minutes": 90}, {"service": "skills", "minutes": 90}], "service": "process"}


class TestLastWeek:
    """Which of last week's sessions count, and from when to when."""

    def held(
        self, *sessions: dict[str, Any], order: dict[str, Any] | None = None, last: list[dict[str, Any]], **more: Any
    ) -> tuple[int, int | None]:
        """Both faces of this week's sessions after last week's, in a new term."""
        history = {"last_week": roster(*last, monday=LAST).model_dump(mode="json")}
        return both(RULE, week(*sessions, order=order, history=history, mode="rebuild", **more))

    def test_a_block_gives_the_services_of_its_segments(self) -> None:
        """Skills are part of a block on Sunday, of this week's on Monday, and ordered two days apart."""
        groups = [group("g", **BLOCK), group("h", "sun", **BLOCK)]
        order = {"service": "skills", "per_week": 1, "days_apart": 2}
        last = [run("h", "sun", "09:00", ("ana",), monday=LAST)]
        assert self.held(run("g", "mon", "09:00", ("ana",)), order=order, last=last, groups=groups) == (1, None)
        assert self.held(run("g", "mon", "09:00", ("ana",)), order=order | {"days_apart": 1}, last=last, groups=groups) == (0, 0)

    def test_other_services_and_other_people_do_not_count(self) -> None:
        """On Sunday ana was in a group, and ben had an individual session."""
        last = [run("g", "sun", "09:00", ("ana",), monday=LAST), meet("ben", "sun", "13:00", monday=LAST)]
        assert self.held(*talks("mon 09:00"), order={"days_apart": 3}, last=last) == (0, 0)

    def test_a_group_that_is_gone_counts_by_its_service(self) -> None:
        order = {"service": "process", "per_week": 1, "days_apart": 2}
        last = [run("gone", "sun", "09:00", ("ana",), monday=LAST)]
        assert self.held(run("g", "mon", "09:00", ("ana",)), order=order, last=last) == (1, None)

    def test_hours_are_counted_from_its_end(self) -> None:
        """On Sunday it ended at 20:50: 12 hours later is Monday 8:50."""
        last = [meet("ana", "sun", "20:00", monday=LAST)]
        assert self.held(*talks("mon 08:45"), order={"hours_apart": 12}, last=last) == (1, None)
        assert self.held(*talks("mon 09:00"), order={"hours_apart": 12}, last=last) == (0, 0)

    def test_a_group_that_is_gone_gives_nothing_else(self) -> None:
        last = [run("gone", "sun", "09:00", ("ana",), monday=LAST)]
        assert self.held(*talks("mon 09:00"), order={"days_apart": 3}, last=last) == (0, 0)
