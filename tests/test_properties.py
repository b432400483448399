"""What holds for every solve of a generated program, whatever the seed."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scheduler.generate import generate
from scheduler.instance import Instance
from scheduler.reading import dump_json, read_instance, read_roster
from scheduler.result import SolveResult, SolveStatus
from scheduler.validation import errors, validate
from scheduler.verify import score, verify
from tests.solving import solved

pytestmark = pytest.mark.unmeasured

SEEDS = st.integers(1, 2)
FEW = settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])


@cache
def program(seed: int) -> Instance:
    """Eight participants."""
    return generate(8, seed=seed)


@cache
def result(seed: int) -> SolveResult:
    """A short solve."""
    return solved(program(seed), deterministic_time=0.3)


@given(SEEDS)
@example(1)
@FEW
def test_a_result_verifies_and_its_objective_is_recomputed(seed: int) -> None:
    """No violation; care, preference and every rule's cost as the solver said."""
    assert not errors(validate(program(seed)))
    found = result(seed)
    assert found.roster is not None
    assert found.care is not None
    assert found.preference is not None
    assert verify(program(seed), found.roster) == ()
    again = score(program(seed), found.roster)
    assert (again.care, again.preference, again.by_rule) == (found.care.objective, found.preference.objective, found.by_rule)


@given(SEEDS)
@example(1)
@FEW
def test_bounds_do_not_exceed_objectives(seed: int) -> None:
    """In both tiers, and optimal exactly when both are equal; progress says the same at the end."""
    found = result(seed)
    assert found.care is not None
    assert found.preference is not None
    assert 0 <= found.care.bound <= found.care.objective
    assert 0 <= found.preference.bound <= found.preference.objective
    assert (found.status == SolveStatus.OPTIMAL) == (found.care.is_proven and found.preference.is_proven)
    assert found.statistics.disagreements == ()


@given(SEEDS)
@example(1)
@FEW
def test_documents_survive_the_round_trip(seed: int) -> None:
    """Instance, roster and result through JSON."""
    found = result(seed)
    assert found.roster is not None
    assert read_instance(dump_json(program(seed))) == program(seed)
    assert read_roster(dump_json(found.roster)) == found.roster
    assert SolveResult.model_validate_json(found.model_dump_json()) == found


@pytest.mark.proof
@given(st.integers(1, 10_000), st.integers(8, 16))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_larger_programs_verify(seed: int, participants: int) -> None:
    """Up to sixteen participants, any seed."""
    made = generate(participants, seed=seed)
    found = solved(made, deterministic_time=2.0)
    assert found.roster is not None
    assert verify(made, found.roster) == ()
    assert found.statistics.disagreements == ()
