"""Proposals of whole rosters: what they contain, that free choices raise the bounds, and that mending ends in a legal roster or in none."""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.generate import generate
from scheduler.model.clock import Clock
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines, in_force
from scheduler.model.repair import repair
from scheduler.model.state import SearchState
from scheduler.result import SolveLimits
from scheduler.rules import RULES
from scheduler.terms import Visit
from scheduler.weeks import totals
from scheduler.weeks.bound import WeekBound
from scheduler.weeks.restricted_master import MasterSolution

NEVER = 10**9


def desk_of(size: int) -> SearchState:
    """A desk with the empty roster on it."""
    case = Case(generate(size, 2))
    rules = in_force(case, RULES)
    clock = Clock(SolveLimits(workers=1, deterministic_time=60.0), lambda: False)
    state = SearchState(case, enumerate_candidates(case, rules), rules, clock, lambda: None)
    assert state.take(state.empty())
    return state


def bound_of(state: SearchState) -> tuple[WeekBound, int]:
    """The bounds of both tiers, as far as they rise."""
    bound = WeekBound(LineIndex(Lines(state.case, state.candidates, state.rules)))
    care = bound.care(NEVER, 60, lambda: False)
    return bound, bound.preference(care, NEVER, 60, lambda: False)


@pytest.fixture(scope="module")
def proposed() -> tuple[SearchState, WeekBound, int, MasterSolution]:
    """A proposal for ten people, with the desk and the bounds it comes of."""
    state = desk_of(10)
    bound, preference = bound_of(state)
    found = bound.solve_restricted_master(60)
    assert found is not None
    return state, bound, preference, found


def test_a_proposal_has_one_visit_per_need_and_group_and_its_visits_are_promising(
    proposed: tuple[SearchState, WeekBound, int, MasterSolution],
) -> None:
    state, bound, _, found = proposed
    handles = list(state.candidates.handles())
    assert handles == bound.index.lines.handles[: len(handles)]
    visits = [h for n in found.picked if n < len(handles) and isinstance(h := handles[n], Visit)]
    assert visits
    served = [(v.participant, v.group or v.service, v.ordinal) for v in visits]
    assert len(served) == len(set(served))
    assert all(isinstance(handles[n], Visit) for n in found.promising)


def test_without_a_bound_there_is_no_proposal() -> None:
    assert WeekBound(LineIndex(Lines((state := desk_of(8)).case, state.candidates, state.rules))).solve_restricted_master(1) is None


def test_a_mended_proposal_is_legal_and_not_below_the_bounds(proposed: tuple[SearchState, WeekBound, int, MasterSolution]) -> None:
    state, bound, preference, found = proposed
    handles = list(state.candidates.handles())
    assert repair(state, [handles[n] for n in found.picked if n < len(handles)])
    assert state.best is not None
    assert state.best.verdict.violations == ()
    assert state.best.score.care >= bound.least_care
    assert state.best.score.care > bound.least_care or state.best.score.preference >= preference
    assert state.disagreements == []


@pytest.mark.proof
def test_choices_of_a_week_raise_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which cohort is home is free, yet places in two cohorts cost in any case: without that the bound is lower."""
    _, with_choices = bound_of(desk_of(12))
    monkeypatch.setattr(totals, "blocks_of", lambda index, lines: [])
    _, without = bound_of(desk_of(12))
    assert without < with_choices
