"""Words to numbers for `cohort_together`."""

from itertools import product

import pytest

from scheduler.rules.cohort_together import CohortTogether
from scheduler.view import View
from tests.build import group, instance, meet, participant, run, view
from tests.faces import both, check_amount

RULE = CohortTogether()
# Two groups of cohort red, two of blue, one of none.
GROUPS = {"r1": ("mon", "red"), "r2": ("tue", "red"), "b1": ("wed", "blue"), "b2": ("thu", "blue"), "n": ("fri", None)}


def week(home: str | None, *groups: str, stated: str | None = None, person: str = "ana") -> View:
    """Ana with a given home cohort in these groups; the roster may state her home."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}
    made = instance(
        participants=[participant("ana", order=order, home_cohort=home), participant("ben", home_cohort="blue")],
        cohorts=[{"id": "red"}, {"id": "blue"}],
        groups=[group(g, day, cohort=cohort) for g, (day, cohort) in GROUPS.items()],
    )
    homes = () if stated is None else ({"participant": "ana", "cohort": stated},)
    return view(made, *[run(g, GROUPS[g][0], "09:00", (person,)) for g in groups], homes=homes)


def test_places_in_the_home_cohort_cost_nothing() -> None:
    """Red in r1 and r2."""
    assert both(RULE, week("red", "r1", "r2")) == (0, 0)


def test_each_place_elsewhere_counts_one() -> None:
    """Red in r1, b1 and b2: 2."""
    assert both(RULE, week("red", "r1", "b1", "b2")) == (2, 2)


def test_groups_of_no_cohort_cost_nothing() -> None:
    """Red in n; without a home in n."""
    assert both(RULE, week("red", "n")) == (0, 0)
    assert both(RULE, week(None, "n")) == (0, 0)


def test_a_newcomer_gets_the_cohort_that_fits() -> None:
    """r1, b1 and b2 without a home: blue, one place elsewhere. r1 and b1: either, one elsewhere."""
    assert both(RULE, week(None, "r1", "b1", "b2")) == (1, 1)
    assert both(RULE, week(None, "r1", "b1")) == (1, 1)
    assert both(RULE, week(None, "r1", "r2", "b1", "b2", "n")) == (2, 2)


def test_a_home_stated_in_the_roster_is_the_home() -> None:
    """r1, b1 and b2 with red stated: two places elsewhere; with blue: one, as in the model that chooses blue."""
    assert check_amount(RULE, week(None, "r1", "b1", "b2", stated="red")) == 2
    assert both(RULE, week(None, "r1", "b1", "b2", stated="blue")) == (1, 1)


def test_the_given_home_stands_above_the_stated_one() -> None:
    """Given red, stated blue, in b1 and b2: 2."""
    assert both(RULE, week("red", "b1", "b2", stated="blue")) == (2, 2)


def test_by_telehealth_and_alone() -> None:
    """Telehealth in b1 is a place elsewhere; an individual session is no group place."""
    assert both(RULE, week("red", "b1", person="ana@home")) == (1, 1)
    made = week("red").case.instance
    assert both(RULE, view(made, meet("ana", "mon", "13:00"))) == (0, 0)


def test_without_cohorts_it_does_not_apply() -> None:
    """A group without a cohort."""
    assert not RULE.applies_to(view(instance(groups=[group("g")])).case)
    assert RULE.applies_to(week("red").case)


@pytest.mark.unmeasured
@pytest.mark.parametrize("home", ["red", "blue", None])
def test_faces_agree_on_all_sets_of_groups(home: str | None) -> None:
    """All 32 weeks."""
    for chosen in product((False, True), repeat=len(GROUPS)):
        checked, modelled = both(RULE, week(home, *[g for g, is_in in zip(GROUPS, chosen, strict=True) if is_in]))
        assert checked == modelled


def test_who_has_a_home_decides_for_nobody_else() -> None:
    """Ana's home is red; ben, after her and without a home, is in a red group and a blue one: one place is in another cohort."""
    made = instance(
        participants=[participant("ana", home_cohort="red"), participant("ben")],
        cohorts=[{"id": "red"}, {"id": "blue"}],
        groups=[group(g, day, cohort=cohort) for g, (day, cohort) in GROUPS.items()],
    )
    assert both(RULE, view(made, run("r1", "mon", "09:00", ("ben",)), run("b1", "wed", "09:00", ("ben",)))) == (1, 1)
    assert both(RULE, view(made, run("r1", "mon", "09:00", ("ben",)), run("r2", "tue", "09:00", ("ben",)))) == (0, 0)
