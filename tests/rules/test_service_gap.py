"""Words to numbers for `service_gap`."""

from datetime import timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules.service_gap import ServiceGap
from scheduler.view import View
from tests.build import MONDAY, WORKDAYS, ZONE, group, instance, participant, roster, run, windows
from tests.faces import both

RULE = ServiceGap()
BEFORE = MONDAY - timedelta(days=7)
PROGRAM = {"id": "p", "zone": ZONE, "sites": [{"id": "s1", "hours": windows("06:00", "22:00", WORKDAYS)}]}


def case(last_days: tuple[str, ...] | None = None, limit: int | None = 2, closed: str | None = None, **person: Any) -> Case:
    """A program open Monday to Friday, one group on each day; last week's days with a session may be given."""
    program = PROGRAM | {"closures": [{"date": closed}] if closed else []}
    groups = [group(f"g{day}", day) for day in WORKDAYS]
    history = {}
    if last_days is not None:
        last = roster(*(run(f"g{day}", day, "09:00", ("ana",), monday=BEFORE) for day in last_days), monday=BEFORE)
        history = {"last_week": last}
    values = {"second_staff_required": False, "service_gap_days": limit}
    people = [participant("ana", **person)]
    return Case(instance(program=program, participants=people, groups=groups, history=history, policy={"values": values}))


def amount(case: Case, *days: str) -> tuple[int, int | None]:
    """Both faces for sessions on the given days."""
    return both(RULE, View(case, roster(*(run(f"g{day}", day, "09:00", ("ana",)) for day in days))))


def test_two_open_days_are_allowed() -> None:
    """Monday and Thursday: Tuesday and Wednesday are 2, Friday 1."""
    assert amount(case(), "mon", "thu") == (0, 0)


def test_third_day_counts() -> None:
    """Monday and Friday: Tuesday to Thursday are 3, one beyond: 60."""
    assert amount(case(), "mon", "fri") == (60, 60)


def test_run_is_carried_in() -> None:
    """Last session on Wednesday last week leaves 2; Monday and Tuesday without are the 3rd and 4th: 120."""
    assert amount(case(("mon", "wed")), "wed") == (120, 120)
    assert amount(case(("mon", "fri")), "wed") == (0, 0)


def test_nothing_last_week_carries_all_its_open_days() -> None:
    """5 open days last week without ana: Monday alone is beyond: 60; the 5 days themselves are last week's."""
    assert amount(case(()), "tue", "fri") == (60, 60)
    assert amount(case((), limit=5), "tue", "fri") == (60, 60)
    assert amount(case((), limit=6), "tue", "fri") == (0, 0)


def test_admitted_last_thursday_carries_two_days() -> None:
    """Admitted on Thursday last week: 2 open days since; Monday is the 3rd: 60."""
    assert amount(case((), admitted="2026-11-26"), "tue", "fri") == (60, 60)
    assert amount(case((), admitted="2026-11-26"), "mon", "thu") == (0, 0)


def test_closed_days_do_not_count() -> None:
    """Wednesday closed: Tuesday and Thursday are 2 in a row: nothing; the empty week has 4 open days, 2 beyond: 120."""
    assert amount(case(closed="2026-12-02"), "mon", "fri") == (0, 0)
    assert amount(case(closed="2026-12-02")) == (120, 120)


def test_off_by_default() -> None:
    """No limit: nothing, the rule does not apply."""
    assert amount(case(limit=None)) == (0, 0)
    assert not RULE.applies_to(case(limit=None))
    assert RULE.applies_to(case())


def test_factor_multiplies() -> None:
    """3 days beyond with a risk flag: 4 x 180."""
    assert amount(case(has_risk_flag=True)) == (720, 720)


@pytest.mark.unmeasured
@pytest.mark.parametrize("mask", range(32))
def test_faces_agree_on_every_pattern(mask: int) -> None:
    """Every pattern of five days after a last session on Thursday: the run walked by hand."""
    held = [bool(mask >> day & 1) for day in range(5)]
    gap, expected = 1, 0
    for has_session in held:
        gap = 0 if has_session else gap + 1
        expected += 60 if gap > 2 else 0
    days = tuple(day for day, has_session in zip(WORKDAYS, held, strict=True) if has_session)
    assert amount(case(("thu",)), *days) == (expected, expected)
