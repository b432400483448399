"""Words to numbers for `clinician_time`."""

from itertools import combinations, product

import pytest

from scheduler.rules.clinician_time import ClinicianTime
from scheduler.view import View
from tests.build import clinician, group, instance, meet, run, view
from tests.faces import both

RULE = ClinicianTime()
NAMES = ("cora", "dan", "eve")


def week(*teams: tuple[str, ...], is_standing: bool = True) -> View:
    """Groups g0, g1, ... with these facilitators."""
    days = ("mon", "tue", "wed")
    groups = [group(f"g{n}", day, is_standing=is_standing) for n, day in enumerate(days)]
    made = instance(clinicians=[clinician(c) for c in NAMES], groups=groups)
    return view(made, *[run(f"g{n}", days[n], "09:00", ("ana",), facilitators=list(team)) for n, team in enumerate(teams)])


def test_standing_group_with_one_facilitator_costs_nothing() -> None:
    """Cora alone."""
    assert both(RULE, week(("cora",))) == (0, 0)


def test_each_facilitator_beyond_the_first_counts_four() -> None:
    """Two facilitators 4, three 8."""
    assert both(RULE, week(("cora", "dan"))) == (4, 4)
    assert both(RULE, week(NAMES)) == (8, 8)


def test_an_opened_group_counts_ten() -> None:
    """A group that is not standing, with one facilitator 10, with two 14."""
    assert both(RULE, week(("cora",), is_standing=False)) == (10, 10)
    assert both(RULE, week(("cora", "dan"), is_standing=False)) == (14, 14)


def test_the_messages_count_facilitators_by_session() -> None:
    """An opened group with one and with two beyond the first."""
    made = week(("cora", "dan"), NAMES, is_standing=False)
    assert [found.message for found in RULE.check(made.case, made)] == [
        "g0 is opened on Monday 2026-11-30 09:00",
        "g0 has 1 facilitator beyond the first on Monday 2026-11-30 09:00",
        "g1 is opened on Tuesday 2026-12-01 09:00",
        "g1 has 2 facilitators beyond the first on Tuesday 2026-12-01 09:00",
    ]


def test_runs_add_up() -> None:
    """10 + 14 + 18."""
    assert both(RULE, week(("cora",), ("cora", "dan"), NAMES, is_standing=False)) == (42, 42)


def test_groups_that_do_not_meet_and_appointments_cost_nothing() -> None:
    """Nothing but an individual session, with a student in the room."""
    made = week(is_standing=False).case.instance
    assert both(RULE, view(made, meet("ana", "mon", "09:00", facilitators=["dan", "eve"]))) == (0, 0)


def test_without_groups_it_does_not_apply() -> None:
    """A program of individual sessions."""
    assert not RULE.applies_to(view(instance()).case)
    assert RULE.applies_to(week().case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_staffings() -> None:
    """Every pair of teams, standing or not."""
    teams = [team for n in (1, 2, 3) for team in combinations(NAMES, n)]
    for first, second, is_standing in product(teams, teams, (True, False)):
        checked, modelled = both(RULE, week(first, second, is_standing=is_standing))
        assert checked == modelled
