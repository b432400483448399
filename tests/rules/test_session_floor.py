"""Words to numbers for `session_floor`."""

from itertools import combinations

import pytest

from scheduler.case import Case
from scheduler.rules.session_floor import SessionFloor
from scheduler.view import View
from tests.build import clinician, group, instance, meet, participant, roster, run, windows
from tests.faces import both

RULE = SessionFloor()
DAYS = ("mon", "tue", "wed", "thu")
SERVICES = [{"service": "individual", "per_week": 1}, {"service": "medication", "per_week": 1}]


def case(floor: int = 3, session_amount: int = 60, **person: object) -> Case:
    """Four groups, an individual session (counted) and 30 minutes of medication management (not counted) for ana."""
    order = {"minutes": {"floor": 0}, "sessions": {"floor": floor}, "days": {"floor": 0}, "services": SERVICES}
    staff = [clinician("dan", hours=windows("13:00", "15:00", ("fri",), site="s1"))]
    groups = [group(f"g{day}", day) for day in DAYS]
    people, policy = [participant("ana", order=order, **person)], {"values": {"session_amount": session_amount}}
    return Case(instance(clinicians=staff, participants=people, groups=groups, policy=policy))


GROUPS = [run(f"g{day}", day, "09:00", ("ana",)) for day in DAYS]
INDIVIDUAL = meet("ana", "fri", "13:00")
MEDICATION = meet("ana", "fri", "14:00", minutes=30, service="medication")


def amount(case: Case, *sessions: dict[str, object]) -> tuple[int, int | None]:
    """Both faces."""
    return both(RULE, View(case, roster(*sessions)))


def test_at_the_floor_costs_nothing() -> None:
    """2 groups and 1 individual session are 3 of 3."""
    assert amount(case(), *GROUPS[:2], INDIVIDUAL) == (0, 0)


def test_one_below_costs_sixty() -> None:
    """2 of 3 sessions: 60."""
    assert amount(case(), *GROUPS[:2]) == (60, 60)


def test_the_message_counts_sessions() -> None:
    """1 of 3."""
    (found,) = RULE.check(case(), View(case(), roster(GROUPS[0])))
    assert found.message == "ana has 1 of 3 sessions"


def test_short_services_are_no_sessions() -> None:
    """1 group and 30 minutes of medication management are 1 of 3: 120."""
    assert amount(case(), GROUPS[0], MEDICATION) == (120, 120)


def test_care_factor_multiplies() -> None:
    """Nothing of 3 with a risk flag: 4 x 180."""
    assert amount(case(has_risk_flag=True)) == (720, 720)


def test_who_is_not_served_has_no_floor() -> None:
    """On hold: nothing ordered, the rule does not apply."""
    assert amount(case(status="on_hold")) == (0, 0)
    assert not RULE.applies_to(case(status="on_hold"))
    assert RULE.applies_to(case())


@pytest.mark.parametrize(("session_amount", "applies"), [(0, False), (1, True)])
def test_a_session_that_counts_nothing_is_not_missed(session_amount: int, applies: bool) -> None:
    """1 of 3 sessions: two missing, which count nothing, or a minute each."""
    found = case(session_amount=session_amount)
    assert RULE.applies_to(found) is applies
    assert amount(found, GROUPS[0]) == (2 * session_amount, 2 * session_amount)


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", range(5))
def test_faces_agree_on_every_roster(size: int) -> None:
    """Every choice of up to 4 of 6 sessions: 60 x (4 - counted)."""
    made = case(floor=4)
    for sessions in combinations([*GROUPS, INDIVIDUAL, MEDICATION], size):
        expected = 60 * (4 - size + (MEDICATION in sessions))
        assert amount(made, *sessions) == (expected, expected)
