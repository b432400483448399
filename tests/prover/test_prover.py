"""The prover process: it answers with bounds, and its end is no end of the search."""

import time

import pytest

from scheduler.generate import generate
from scheduler.model.bound_requests import Proof
from scheduler.prover.client import ProverProcess
from scheduler.result import Progress, SolveLimits
from scheduler.solve import proving, solve_here

WEEK = generate(10, 3)
PATIENCE = 600.0


def answered(prover: ProverProcess) -> list[Proof]:
    """Everything the prover says until it has nothing left to do."""
    proofs: list[Proof] = []
    ends = time.monotonic() + PATIENCE
    while prover.is_busy and time.monotonic() < ends:
        proofs += prover.answers()
        time.sleep(0.02)
    return proofs


def test_bounds_are_below_a_roster_and_survivors_are_positions() -> None:
    """Care, then preferences of a 10-person week; every bound is at most the cost of the roster that was found."""
    result = solve_here(WEEK, SolveLimits(deterministic_time=0.3, workers=1, fix_seconds=0), lambda _: None, lambda: False)
    assert result.care is not None
    assert result.preference is not None
    prover = ProverProcess(WEEK)
    try:
        assert answered(prover) == []
        best = (result.care.objective, result.preference.objective)
        prover.ask("care", best[0], best, 3.0)
        care = answered(prover)
        prover.ask("preference", best[0], best, 3.0)
        preference = answered(prover)
    finally:
        prover.close()
    assert max(p.bound for p in care if p.tier == "care") <= result.care.objective
    assert {p.tier for p in preference} == {"preference"}
    within = [p.bound for p in (*care, *preference) if p.tier == "preference" and p.care >= result.care.objective]
    assert max(within) <= result.preference.objective
    # A bound that an exact program raises afterwards says nothing new about visits.
    survivors = [p.survivors for p in preference if p.survivors is not None][-1]
    assert list(survivors) == sorted(set(survivors))


def test_a_prover_that_dies_is_gone_and_not_busy() -> None:
    """Killed at once: nothing is ever answered, and asking again does not raise, and nobody waits for an answer."""
    prover = ProverProcess(WEEK)
    prover.close()
    ends = time.monotonic() + PATIENCE
    while not prover.is_gone and time.monotonic() < ends:
        assert list(prover.answers()) == []
    assert (prover.is_gone, prover.is_busy) == (True, False)
    prover.ask("care", 0, (0, 0), 1.0)
    assert (prover.is_gone, prover.is_busy) == (True, False)


def test_one_worker_or_repeatable_limits_have_no_prover() -> None:
    """The second core is the prover's; without one, and where every run must be the same, there is none."""
    with proving(WEEK, SolveLimits(workers=1)) as prover:
        assert prover is None
    with proving(WEEK, SolveLimits(workers=2, deterministic_time=1.0)) as prover:
        assert prover is None


@pytest.mark.unmeasured
def test_a_search_with_a_prover_says_what_is_proven() -> None:
    """12 people, two workers: care is proven by weeks, and no bound is above the roster."""
    told: list[Progress] = []
    limits = SolveLimits(seconds=600, workers=2, fix_seconds=0)
    result = solve_here(generate(12, 1), limits, told.append, lambda: bool(told) and told[-1].care == told[-1].care_bound is not None)
    assert result.care is not None
    assert result.preference is not None
    assert 0 <= result.care.bound <= result.care.objective
    assert 0 <= result.preference.bound <= result.preference.objective
    assert result.care.is_proven
