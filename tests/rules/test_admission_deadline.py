"""Words to numbers for `admission_deadline`."""

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules.admission_deadline import AdmissionDeadline
from scheduler.view import View
from tests.build import MONDAY, WORKDAYS, group, instance, participant, roster, run
from tests.faces import both

RULE = AdmissionDeadline()
BEFORE = MONDAY - timedelta(days=7)


def case(was_there: bool = False, **person: Any) -> Case:
    """One group on each workday; ana may have been in last Friday's."""
    last = roster(run("gfri", "fri", "09:00", ("ana",) if was_there else ("ben",), monday=BEFORE), monday=BEFORE)
    people = [participant("ana", **person), participant("ben")]
    return Case(instance(participants=people, groups=[group(f"g{d}", d) for d in WORKDAYS], history={"last_week": last}, mode="rebuild"))


def amount(case: Case, *days: str) -> tuple[int, int | None]:
    """Both faces for sessions of ana on the given days."""
    return both(RULE, View(case, roster(*(run(f"g{day}", day, "09:00", ("ana",)) for day in days))))


def test_on_the_due_date_is_in_time() -> None:
    """Admitted on Monday: due on Wednesday; first session on Wednesday costs nothing."""
    assert amount(case(admitted="2026-11-30"), "wed", "fri") == (0, 0)


def test_each_calendar_day_counts() -> None:
    """Due on Wednesday, first on Friday: 2 x 60."""
    assert amount(case(admitted="2026-11-30"), "fri") == (120, 120)


def test_none_counts_as_next_monday() -> None:
    """Due on Wednesday, none placed: five days to next Monday, 300."""
    assert amount(case(admitted="2026-11-30")) == (300, 300)


def test_due_before_this_week_counts_from_then() -> None:
    """Admitted on Thursday last week, due on Saturday; first on Tuesday is 3 days late: 180."""
    assert amount(case(admitted="2026-11-26"), "tue") == (180, 180)


def test_stated_date_goes_first() -> None:
    """Admitted on Monday, but due on Friday: Friday costs nothing, none 3 x 60 with factor 4: 720."""
    assert amount(case(admitted="2026-11-30", first_session_due="2026-12-04"), "fri") == (0, 0)
    assert amount(case(first_session_due="2026-12-04", has_risk_flag=True)) == (720, 720)


def test_seven_days_before_is_recent_eight_are_not() -> None:
    """Admitted on the Monday before, due on Wednesday before: first on Monday is 5 days late, 300; a day earlier: nothing."""
    assert amount(case(admitted="2026-11-23"), "mon") == (300, 300)
    assert amount(case(admitted="2026-11-22"), "mon") == (0, 0)


def test_who_had_a_session_last_week_is_no_newcomer() -> None:
    """In last Friday's group: nothing."""
    assert amount(case(was_there=True, admitted="2026-11-26")) == (0, 0)


def test_applies_when_somebody_waits() -> None:
    """Nobody admitted lately; or not served."""
    assert not RULE.applies_to(case())
    assert not RULE.applies_to(case(admitted="2026-11-30", status="waiting"))
    assert RULE.applies_to(case(admitted="2026-11-30", status="cleared"))


@pytest.mark.unmeasured
@pytest.mark.parametrize("due", range(-3, 9))
def test_faces_agree_for_every_date(due: int) -> None:
    """Every due date and first day: 60 x (first - due), 7 for none."""
    stated = date.fromordinal(MONDAY.toordinal() + due)
    made = case(first_session_due=stated.isoformat())
    for first in range(6):
        days = WORKDAYS[first:]
        expected = 60 * max(0, (first if days else 7) - due)
        assert amount(made, *days) == (expected, expected)


def test_the_message_names_the_first_session_or_says_that_there_is_none() -> None:
    """Due on Monday, first seen on Thursday; or not at all."""
    made = case(admitted="2026-11-30", first_session_due="2026-11-30")
    for days, words in (((), "no session this week"), (("thu", "fri"), "first session on Thursday")):
        sessions = (run(f"g{day}", day, "09:00", ("ana",)) for day in days)
        (found,) = RULE.check(made, View(made, roster(*sessions)))
        assert words in found.message
        assert "Monday" in found.message
