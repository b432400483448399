"""Words to numbers for `day_spread`."""

from itertools import product

import pytest

from scheduler.rules.day_spread import DaySpread
from scheduler.timegrid import WEEKDAYS
from scheduler.view import View
from tests.build import ZONE, group, instance, participant, run, view, windows
from tests.faces import both

RULE = DaySpread()
WORKDAYS = WEEKDAYS[:5]


def week(days: str, open_days: tuple[str, ...] = WORKDAYS, **more: object) -> View:
    """Ana in a 60-minute group on these weekdays; the program is open on those."""
    program = {"id": "p", "zone": ZONE, "sites": [{"id": "s1", "hours": windows("06:00", "22:00", open_days)}]}
    groups = [group(f"g-{day}", day, minutes=60) for day in WEEKDAYS]
    made = instance(program=program, groups=groups, participants=[participant("ana", **more)])
    return view(made, *[run(f"g-{day}", day, "09:00", ("ana",), minutes=60) for day in days.split()])


@pytest.mark.parametrize(
    ("days", "amount"),
    [
        ("", 0),
        ("mon", 0),
        ("mon wed", 0),
        ("mon tue", 1),
        ("mon wed fri", 0),
        ("mon tue thu", 1),
        ("mon tue wed", 2),
        ("mon tue thu fri", 0),
        ("mon tue wed thu", 1),
        ("mon tue wed thu fri", 0),
    ],
)
def test_pairs_beyond_the_fewest(days: str, amount: int) -> None:
    """Fewest pairs on five open dates: none with 3 days, 2 with four, 4 with five."""
    assert both(RULE, week(days)) == (amount, amount)


def test_the_message_names_the_days() -> None:
    """Monday, Tuesday and Thursday, no others."""
    made = week("mon tue thu")
    (found,) = RULE.check(made.case, made)
    assert "(Monday 2026-11-30, Tuesday 2026-12-01, Thursday 2026-12-03)" in found.message


def test_open_dates_decide_what_is_possible() -> None:
    """Open Mon, Tue, Wed only: three days have two pairs anyway; two days need none."""
    few = ("mon", "tue", "wed")
    assert both(RULE, week("mon tue wed", few)) == (0, 0)
    assert both(RULE, week("tue wed", few)) == (1, 1)


def test_closed_date_in_between_is_no_pair() -> None:
    """Open Mon, Tue, Thu, Fri: Tue and Thu are not consecutive; Mon, Tue, Thu has a pair that no choice of three avoids."""
    four = ("mon", "tue", "thu", "fri")
    assert both(RULE, week("tue thu", four)) == (0, 0)
    assert both(RULE, week("mon tue thu", four)) == (0, 0)


def test_admission_takes_open_dates_away() -> None:
    """From Wednesday on: Wed, Thu, Fri; Thu and Fri are a pair that Wed and Fri avoid."""
    assert both(RULE, week("thu fri", admitted="2026-12-02")) == (1, 1)
    assert both(RULE, week("wed thu fri", admitted="2026-12-02")) == (0, 0)


def test_dates_outside_the_open_ones_count_as_chosen() -> None:
    """Saturday is closed: Fri and Sat are a pair, and two open dates need none; more dates than open ones leave no choice."""
    assert both(RULE, week("fri sat")) == (1, 1)
    assert both(RULE, week("mon tue wed", ("mon", "tue"))) == (0, 0)


def test_sunday_and_monday_of_one_week_are_no_pair() -> None:
    """The Monday lies before the Sunday."""
    assert both(RULE, week("mon sun", WEEKDAYS)) == (0, 0)


def test_only_counted_sessions_make_a_service_day() -> None:
    """An uncounted service on Monday and Tuesday."""
    made = week("mon tue")
    services = [s.model_copy(update={"counts_as_session": False}) for s in made.case.instance.services]
    uncounted = made.case.instance.model_copy(update={"services": tuple(services)})
    sessions = [run(f"g-{day}", day, "09:00", ("ana",), minutes=60) for day in ("mon", "tue")]
    assert both(RULE, view(uncounted, *sessions)) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_all_patterns() -> None:
    """All 128 weeks with six open dates."""
    for chosen in product((False, True), repeat=7):
        days = " ".join(day for day, is_in in zip(WEEKDAYS, chosen, strict=True) if is_in)
        checked, modelled = both(RULE, week(days, WEEKDAYS[:6]))
        assert checked == modelled
