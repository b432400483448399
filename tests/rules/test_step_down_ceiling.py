"""Words to numbers for `step_down_ceiling`."""

from itertools import product

import pytest

from scheduler.case import Case
from scheduler.rules.step_down_ceiling import StepDownCeiling
from tests.build import MONDAY, ZONE, at, clinician, group, instance, meet, participant, run, view, windows
from tests.faces import both

RULE = StepDownCeiling()
DAYS = ("mon", "tue", "wed", "thu")
CLINICIANS = [clinician("cora"), clinician("dan", hours=windows("13:00", "15:00", ("mon", "tue"), site="s1"))]
ORDER = {
    "minutes": {"ceiling": 2000},
    "services": [
        {"service": "process", "per_week": 4},
        {"service": "individual", "per_week": 1},
        {"service": "family", "every_n_weeks": 4},
    ],
}
FAMILY = meet("ana", "tue", "13:00", 60, service="family")


def block(n):
    """The 180-minute group of a weekday."""
    return run(f"g{n}", DAYS[n], "09:00", ("ana",))


def case(*sessions, ceiling=540, more=None, **person):
    """One person whose last full week was ordered up to a ceiling (None: not in the history)."""
    past = [] if ceiling is None else [{"participant": "ana", "floor": 0, "ceiling": ceiling}]
    made = instance(
        participants=[participant("ana", order=ORDER, **person)],
        clinicians=CLINICIANS,
        groups=[group(f"g{n}", day) for n, day in enumerate(DAYS)],
        history={"orders": past},
        **(more or {}),
    )
    return view(made, *sessions)


def test_the_last_ceiling_is_reached_but_not_exceeded():
    """Three blocks are 540 of 540; with an individual of 50 it is 50 over, at a last ceiling of 583 it is 7."""
    assert both(RULE, case(block(0), block(1), block(2))) == (0, 0)
    individual = meet("ana", "mon", "13:00")
    assert both(RULE, case(block(0), block(1), block(2), individual)) == (50, None)
    assert both(RULE, case(block(0), block(1), block(2), individual, ceiling=583)) == (7, None)


def test_services_at_an_interval_are_exempt():
    """The monthly family hour comes on top of 540 minutes."""
    assert both(RULE, case(block(0), block(1), block(2), FAMILY)) == (0, 0)
    assert both(RULE, case(block(0), block(1), block(2), block(3), FAMILY)) == (180, None)


@pytest.mark.parametrize(
    ("date", "amount"),
    [("2026-11-22", 180), ("2026-11-23", 0), ("2026-11-30", 0), ("2026-12-06", 0), ("2026-12-07", 180)],
)
def test_a_recorded_step_up_lifts_the_limit(date, amount):
    """Week of Monday 30 November: a step-up counts from 23 November to Sunday 6 December."""
    step_up = {"date": date, "reason": "relapse"}
    assert both(RULE, case(*map(block, range(4)), step_up=step_up)) == (amount, None if amount else 0)


def test_without_last_weeks_order_nothing_is_limited():
    """720 minutes of somebody the history does not know; without any history the rule does not apply."""
    assert both(RULE, case(*map(block, range(4)), ceiling=None)) == (0, 0)
    assert not RULE.applies_to(case(ceiling=None).case)
    assert RULE.applies_to(Case(case().case.instance))


def test_what_has_happened_is_no_violation():
    """360 minutes have happened under a ceiling of 200: nothing is over, another block is 180 over."""
    past = [block(0), block(1)]
    more = {"now": at("tue", "20:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": past}}}
    assert both(RULE, case(*past, ceiling=200, more=more)) == (0, 0)
    assert both(RULE, case(*past, block(2), ceiling=200, more=more)) == (180, None)
    assert both(RULE, case(*past, FAMILY, ceiling=200, more={**more, "now": at("tue", "12:00")})) == (0, 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize("ceiling", [0, 230, 360, 539])
def test_faces_agree_on_every_roster(ceiling):
    """All 32 choices of three blocks, an individual and a family hour."""
    options = (block(0), block(1), block(2), meet("ana", "mon", "13:00"), FAMILY)
    for chosen in product((False, True), repeat=5):
        booked = [session for session, is_booked in zip(options, chosen, strict=True) if is_booked]
        amount, model = both(RULE, case(*booked, ceiling=ceiling))
        assert (amount == 0) == (model == 0)
