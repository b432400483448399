"""What a search may call proven when it has tried all that is left."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model import search as module
from scheduler.model.activity import Work
from scheduler.model.bound_requests import Proof
from scheduler.model.clock import Clock
from scheduler.model.search import Search
from scheduler.model.state import SearchState
from scheduler.result import SolveLimits
from scheduler.rules import RULES
from tests.weeks.test_relaxation import week_of_one


def searched(limits: SolveLimits) -> Search:
    """A search that has not begun."""
    case = Case(week_of_one())
    rules = [rule for rule in RULES if rule.applies_to(case)]
    return Search(SearchState(case, enumerate_candidates(case, rules), rules, Clock(limits, lambda: False), lambda: None), lambda _: 0)


@pytest.mark.parametrize(
    ("settled", "most", "bound", "is_solved"),
    [(10, 6000, 0, True), (9, 6000, 0, False), (10, 0, 0, False), (10, 6000, 10**6, False)],
)
def test_care_of_a_small_week_is_solved_whole_if_parts_do_not_help(
    monkeypatch: pytest.MonkeyPatch, settled: int, most: int, bound: int, is_solved: bool
) -> None:
    """Not before ten of them, in no larger week, and not when care is proven; once."""
    monkeypatch.setattr(module, "WHOLE_OPTIONS", most)
    search = searched(SolveLimits(workers=1, deterministic_time=60.0))
    assert search.state.take(search.state.empty())
    search._settled, search.bounds.care = settled, bound
    search._free_all_if_stuck()
    assert search.state.best is not None
    assert (search.state.best.score.care == 60) is is_solved
    assert (search.bounds.care == 60) is is_solved
    if is_solved:
        search.bounds.care = 0
        search._free_all_if_stuck()
        assert search.bounds.care == 0


@pytest.mark.parametrize(("below", "proven"), [(20, 20), (25, 25), (26, 25)])
def test_what_was_left_out_is_only_known_to_cost_what_the_prover_was_asked_about(below: int, proven: int) -> None:
    """The best costs 60 and 25. Nothing below a cost is left to try, so that cost is proven, and never more than was found."""
    search = searched(SolveLimits(workers=1, deterministic_time=60.0))
    state = search.state
    assert search.run()
    assert state.best is not None
    assert (state.best.score.care, state.best.score.preference) == (60, 25)
    search = Search(state, lambda _: 0)
    search.bounds_found(Proof("care", 60, 60, 25, None))
    search.bounds_found(Proof("preference", 0, 60, below, ()))
    search._finish_if_small()
    assert search.bounds.preference == proven


@pytest.mark.parametrize(("work", "proven"), [(Work("preference"), 0), (Work("roster"), 25), (None, 25)])
def test_what_is_left_is_not_tried_while_the_prover_proves_it(work: Work | None, proven: int) -> None:
    """It does so sooner; and nothing it finds is read while the search holds its lock."""
    search = searched(SolveLimits(workers=1, deterministic_time=60.0))
    assert search.run()
    search = Search(search.state, lambda _: 0)
    search.bounds_found(Proof("care", 60, 60, 25, None))
    search.bounds_found(Proof("preference", 0, 60, 25, ()))
    beside: Any = SimpleNamespace(work=work, is_busy=work is not None)
    search.bound_requests = beside
    search._finish_if_small()
    assert search.bounds.preference == proven
