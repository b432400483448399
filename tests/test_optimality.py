"""On tiny weeks brute force over every roster finds the optimum the solver proves, in both tiers."""

from __future__ import annotations

from functools import cache

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance, Published
from scheduler.result import SolveStatus
from scheduler.rules import RULES
from scheduler.verify import judge
from tests.build import group, instance
from tests.rosters import Option, all_rosters, count, decisions
from tests.solving import objective, solved
from tests.tiny import WEEKS, authorized, drawn, leaving

pytestmark = pytest.mark.unmeasured

HARD = tuple(rule for rule in RULES if rule.level == "hard")
QUICK = (8, 14, 22)
LONG = tuple(seed for seed in range(1, 60) if seed not in QUICK)
LARGEST = 100_000
"""Weeks with more rosters than this are not tried one by one; `test_mip` looks at some of them."""


def choices_of(case: Case) -> list[list[Option]]:
    """Everything that is to be decided."""
    return decisions(case, enumerate_candidates(case, [rule for rule in RULES if rule.applies_to(case)]))


def best_by_hand(made: Instance) -> tuple[int, int] | None:
    """The least care, and the least preference with it, of all legal rosters; None when there is no legal roster."""
    case = Case(made)
    legal = (roster for roster in all_rosters(case, choices_of(case)) if not judge(case, roster, HARD).violations)
    return min(((score.care, score.preference) for score in (judge(case, roster).score for roster in legal)), default=None)


@cache
def drawn_by_hand(seed: int) -> tuple[int, int] | None:
    """The same of a drawn week."""
    return best_by_hand(drawn(seed))


def proven(made: Instance) -> tuple[int, int]:
    """What the solver proves."""
    result = solved(made, fix_seconds=0)
    assert result.status == SolveStatus.OPTIMAL, (result.message, result.care, result.preference)
    return objective(result)


@pytest.mark.parametrize("week", [pytest.param(week, marks=pytest.mark.proof if week == "new_term" else []) for week in WEEKS])
def test_the_tiny_weeks_are_optimal(week: str) -> None:
    """594 rosters of a held week, 4 of a Tuesday; under `make proof` also 5,985 of a new term."""
    assert proven(WEEKS[week]()) == best_by_hand(WEEKS[week]())


@pytest.mark.parametrize("seed", QUICK)
def test_drawn_weeks_are_optimal(seed: int) -> None:
    """Up to 1,139 rosters each; more weeks under `make proof`."""
    assert proven(drawn(seed)) == drawn_by_hand(seed)


@pytest.mark.parametrize("seed", [8, 29])
def test_weeks_with_authorizations_are_optimal(seed: int) -> None:
    """Up to 969 rosters; what authorizations forbid is forbidden to both. More weeks under `make proof`."""
    best = best_by_hand(authorized(seed))
    assert proven(authorized(seed)) == best
    assert best != drawn_by_hand(seed)


def test_a_week_in_which_a_group_may_be_left_is_optimal() -> None:
    """1,241 rosters; 110 of care are missing unless ana leaves her group. More weeks under `make proof`."""
    week = leaving(8)
    best = best_by_hand(week)
    assert proven(week) == best
    stays = week.model_copy(update={"services": tuple(s.model_copy(update={"pulls_out_of": ()}) for s in week.services)})
    assert best is not None
    assert proven(stays)[0] == best[0] + 110


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(1, 60))
def test_more_weeks_in_which_a_group_may_be_left_are_optimal(seed: int) -> None:
    """Up to 4,000 rosters each."""
    week = leaving(seed)
    if count(choices_of(Case(week))) > 4_000:
        pytest.skip("too many rosters to try all")
    assert proven(week) == best_by_hand(week)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(1, 60))
def test_more_weeks_with_authorizations_are_optimal(seed: int) -> None:
    """Up to 4,000 rosters each."""
    if count(choices_of(Case(authorized(seed)))) > 4_000:
        pytest.skip("too many rosters to try all")
    assert proven(authorized(seed)) == best_by_hand(authorized(seed))


def republished(seed: int) -> Instance:
    """A drawn week whose best roster is published, with every session in the last room."""
    made = drawn(seed)
    best = solved(made).roster
    assert best is not None
    moved = tuple(session.model_copy(update={"room": made.rooms[-1].id}) for session in best.sessions)
    return made.model_copy(update={"published": Published(roster=best.model_copy(update={"sessions": moved}))})


@pytest.mark.parametrize("seed", [8, 22, *(pytest.param(seed, marks=pytest.mark.proof) for seed in (14, 16, 21))])
def test_published_weeks_are_optimal_rooms_included(seed: int) -> None:
    """The same weeks, published: what a changed room costs is proven, too; three more under `make proof`."""
    assert proven(republished(seed)) == best_by_hand(republished(seed))


@pytest.mark.proof
@pytest.mark.parametrize("seed", LONG)
def test_more_drawn_weeks_are_optimal(seed: int) -> None:
    """Up to 100,000 rosters each."""
    if count(choices_of(Case(drawn(seed)))) > LARGEST:
        pytest.skip("too many rosters to try all")
    assert proven(drawn(seed)) == best_by_hand(drawn(seed))


def test_no_legal_roster_is_called_infeasible() -> None:
    """Two groups pinned to the same hours of the only clinician: none of 17 x 17 rosters is legal."""
    pins = [{"kind": "facilitator", "group": name, "clinician": "cora"} for name in ("g1", "g2")]
    made = instance(groups=[group("g1"), group("g2", time="10:00")], pins=pins)
    assert best_by_hand(made) is None
    assert solved(made).status == SolveStatus.INFEASIBLE
