"""What a search may call proven when it has tried all that is left."""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.bound_requests import Proof
from scheduler.model.clock import Clock
from scheduler.model.search import Search
from scheduler.model.state import SearchState
from scheduler.result import SolveLimits
from scheduler.rules import RULES
from tests.weeks.test_relaxation import week_of_one


@pytest.mark.parametrize(("below", "proven"), [(20, 20), (25, 25), (26, 25)])
def test_what_was_left_out_is_only_known_to_cost_what_the_prover_was_asked_about(below: int, proven: int) -> None:
    """The best costs 60 and 25. Nothing below a cost is left to try, so that cost is proven, and never more than was found."""
    case = Case(week_of_one())
    rules = [rule for rule in RULES if rule.applies_to(case)]
    clock = Clock(SolveLimits(workers=1, deterministic_time=60.0), lambda: False)
    state = SearchState(case, enumerate_candidates(case, rules), rules, clock, lambda: None)
    assert Search(state, lambda _: 0).run()
    assert state.best is not None
    assert (state.best.score.care, state.best.score.preference) == (60, 25)
    search = Search(state, lambda _: 0)
    search.bounds_found(Proof("care", 60, 60, 25, None))
    search.bounds_found(Proof("preference", 0, 60, below, ()))
    search._finish_if_small()
    assert search.bounds.preference == proven
