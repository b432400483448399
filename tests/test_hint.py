"""A search that starts from a roster of the caller's."""

import pytest

from scheduler.generate import generate
from scheduler.result import SolveLimits, SolveResult
from scheduler.roster import Roster
from scheduler.solve import solve

pytestmark = pytest.mark.unmeasured

WEEK = generate(12, 5)


def limited(hint: Roster, isolate: bool = False, **limit: float) -> SolveResult:
    """A solve of one worker that has little time."""
    return solve(WEEK, SolveLimits.model_validate({"workers": 1, "fix_seconds": 0} | limit), isolate=isolate, hint=hint)


@pytest.fixture(scope="module")
def good() -> SolveResult:
    """A roster that took a while, on a busy machine a longer one."""
    limits = SolveLimits(seconds=60, workers=1, deterministic_time=0.1, fix_seconds=0)
    return solve(WEEK, limits, isolate=False)


@pytest.mark.parametrize("isolate", [False, True])
def test_a_hint_is_never_made_worse(good: SolveResult, isolate: bool) -> None:
    """With next to no time the answer is at least as good as the hint, in this process and in a child."""
    assert good.care is not None
    assert good.preference is not None
    again = limited(good.roster, isolate, seconds=0.2)
    assert again.care is not None
    assert again.preference is not None
    assert (again.care.objective, again.preference.objective) <= (good.care.objective, good.preference.objective)


def test_an_illegal_hint_is_left_aside(good: SolveResult) -> None:
    """The same roster with one appointment at three in the morning: the search starts without it and still answers."""
    assert good.roster is not None
    sessions = list(good.roster.sessions)
    position = next(n for n, s in enumerate(sessions) if s.group is None)
    night = {"start": sessions[position].start.replace(hour=3), "end": sessions[position].end.replace(hour=3)}
    night["end"] = night["start"] + (sessions[position].end - sessions[position].start)
    sessions[position] = sessions[position].model_copy(update=night)
    answer = limited(good.roster.model_copy(update={"sessions": tuple(sessions)}), deterministic_time=0.1)
    assert answer.roster is not None
    assert all(s.start.hour >= 6 for s in answer.roster.sessions)
