"""Words to numbers for `service_day_floor`."""

from itertools import combinations

import pytest

from scheduler.case import Case
from scheduler.rules.service_day_floor import ServiceDayFloor
from scheduler.view import View
from tests.build import clinician, group, instance, meet, participant, roster, run, windows
from tests.faces import both

RULE = ServiceDayFloor()


def case(days: int = 3, billable: int = 0, minimum: int = 180, **person: object) -> Case:
    """Two groups of 120 and 60 minutes on Monday, one of 180 on Tuesday, one of 179 on Wednesday, an individual on Thursday."""
    order = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": days}, "billable_days": billable}
    order["services"] = [{"service": "individual", "per_week": 1}]
    groups = [
        group("long", "mon", "09:00", minutes=120),
        group("short", "mon", "12:00", minutes=60),
        group("full", "tue"),
        group("under", "wed", minutes=179),
    ]
    staff = [clinician("dan", hours=windows("13:00", "14:00", ("thu",), site="s1"))]
    policy = {"values": {"second_staff_required": False, "billable_day_minutes": minimum}}
    return Case(instance(clinicians=staff, participants=[participant("ana", order=order, **person)], groups=groups, policy=policy))


LONG = run("long", "mon", "09:00", ("ana",), minutes=120)
SHORT = run("short", "mon", "12:00", ("ana",), minutes=60)
FULL = run("full", "tue", "09:00", ("ana",))
UNDER = run("under", "wed", "09:00", ("ana",), minutes=179)
INDIVIDUAL = meet("ana", "thu", "13:00")


def amount(case: Case, *sessions: dict[str, object]) -> tuple[int, int | None]:
    """Both faces."""
    return both(RULE, View(case, roster(*sessions)))


def test_three_dates_of_three() -> None:
    """Monday, Tuesday, Thursday: nothing missing."""
    assert amount(case(), LONG, FULL, INDIVIDUAL) == (0, 0)


def test_two_sessions_on_one_date_are_one_day() -> None:
    """3 sessions on 2 dates: one day missing, 60."""
    assert amount(case(), LONG, SHORT, FULL) == (60, 60)


def test_minutes_of_a_day_add_up_to_the_payers_minimum() -> None:
    """120 + 60 on Monday and 180 on Tuesday are billable, 179 on Wednesday is not: 2 of 3, 60."""
    assert amount(case(days=0, billable=3), LONG, SHORT, FULL, UNDER) == (60, 60)
    assert amount(case(days=0, billable=2), LONG, SHORT, FULL, UNDER) == (0, 0)


def test_the_message_says_which_days_are_missing() -> None:
    """Service days, billable days."""
    for days, billable, word, other in ((3, 0, "service", "billable"), (0, 2, "billable", "service")):
        made = case(days=days, billable=billable)
        (found,) = RULE.check(made, View(made, roster()))
        assert f"{word} days" in found.message
        assert f"{other} days" not in found.message


def test_both_floors_add() -> None:
    """One date of 120 minutes against 3 service and 2 billable days: 2 x 60 + 2 x 60, times 4 for the risk flag."""
    assert amount(case(billable=2, has_risk_flag=True), LONG) == (960, 960)


def test_youth_minimum() -> None:
    """With a minimum of 120 the same date is billable: 2 x 60 + 1 x 60."""
    assert amount(case(billable=2, minimum=120), LONG) == (180, 180)


def test_a_day_without_minutes_is_never_billable() -> None:
    """A minimum of 0 still asks for a minute: 2 of 2 missing, 120."""
    assert amount(case(days=0, billable=2, minimum=0)) == (120, 120)


def test_applies_with_a_floor_only() -> None:
    """No days ordered, none asked by the payer."""
    assert not RULE.applies_to(case(days=0))
    assert RULE.applies_to(case(days=0, billable=1))


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", range(6))
def test_faces_agree_on_every_roster(size: int) -> None:
    """Every choice of the 5 sessions against 4 service and 3 billable days."""
    made = case(days=4, billable=3)
    for sessions in combinations([LONG, SHORT, FULL, UNDER, INDIVIDUAL], size):
        checked, modelled = amount(made, *sessions)
        assert checked == modelled
