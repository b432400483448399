"""What is called proven is true: every bound of small weeks is at most what the best roster costs, which is found by trying all.

The weeks hold couples, families with guests, people kept apart, pins, a past, last week's places, authorizations, A/B weeks and
telehealth. What they are tried against shares no code with the bounds; see `tests/exact.py`.
"""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.explain.isolated_weeks import Alone
from scheduler.instance import Instance
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.table_lines import TableLines
from scheduler.result import SolveResult, SolveStatus
from scheduler.rules import RULES
from scheduler.terms import Visit
from scheduler.weeks.bound import WeekBound, Wider
from scheduler.weeks.integer_solver import solve
from tests.exact import Legal, Week, best, bookings_of
from tests.small import tried
from tests.solving import objective, solved

pytestmark = pytest.mark.unmeasured

NEVER = 10**9
SECONDS = 600.0
WIDER = 120
"""Minutes of care by which a budget is widened."""
MOST_QUICK = 60
QUICK = (
    10, 17, 24, 30, 31, 36, 38, 39, 47, 51, 52, 61, 68, 71, 83, 84, 88, 90, 94, 100, 109, 112, 113, 121, 125, 126, 132, 135, 143, 145,
)  # fmt: skip
"""Seeds whose first draws are small enough; between them, everything that can be drawn comes several times."""
LONG = range(1, 301)


def prove(week: Week) -> None:
    """Compare everything that is said to be proven about a week with all its legal rosters."""
    made = week.instance
    rosters, result = week.legal(), solved(made)
    least = best(rosters)
    if least is None:
        assert result.status == SolveStatus.INFEASIBLE
        return
    assert result.status == SolveStatus.OPTIMAL, result.message
    assert objective(result) == least
    assert_said(result, rosters)
    assert_isolated(made, rosters)
    assert_priced(made, rosters, least)


def assert_said(result: SolveResult, rosters: list[Legal]) -> None:
    """What is called impossible even alone is in no roster."""
    for unmet in result.unmet:
        least = min(found.care_of[unmet.participant] for found in rosters)
        assert (unmet.alone or 0) <= least, unmet


def assert_isolated(made: Instance, rosters: list[Legal]) -> None:
    """Nobody's isolated bound is above what some roster leaves unmet of them; so neither is the sum."""
    case, index = compiled(made)
    alone = Alone(case, index.lines.candidates)
    for participant in case.participants:
        assert alone.of(participant) <= min(found.care_of[participant] for found in rosters), participant


def assert_priced(made: Instance, rosters: list[Legal], least: tuple[int, int]) -> None:
    """The bounds of the week tables hold in both tiers, with more care unmet, too; what they leave out is in no better roster."""
    case, index = compiled(made, TableLines)
    bound = WeekBound(index)
    assert bound.care(NEVER, SECONDS, lambda: False) <= least[0]
    assert bound.finish(least[0] + 1, SECONDS, "care", solve).bound == least[0]
    told: list[int] = []
    wider = Wider(least[0] + WIDER, told.append)
    assert bound.preference(least[0], NEVER, SECONDS, lambda: False, wider=wider) <= least[1]
    assert max(told, default=0) <= min(found.preference for found in rosters if found.care <= least[0] + WIDER)
    assert_best_survives(case, index, rosters, least, bound)
    assert bound.finish(least[1] + 1, SECONDS, "preference", solve).bound == least[1]
    assert bound.branch(least[1], SECONDS, lambda: False) <= least[1]
    assert_best_survives(case, index, rosters, least, bound)
    assert bound.branch(least[1] + 1, SECONDS, lambda: False) <= least[1]
    assert bound.finish(least[1] + 1, SECONDS, "preference", solve).bound == least[1]
    assert_best_survives(case, index, rosters, least, bound)


def assert_best_survives(case: Case, index: LineIndex, rosters: list[Legal], least: tuple[int, int], bound: WeekBound) -> None:
    """What the bound leaves out is in no best roster."""
    survivors = bound.survivors(least[1] + 1)
    assert survivors is not None
    handles = [index.lines.handles[n] for n in survivors]
    kept = {(v.participant, v.group or v.service, v.ordinal, v.span, v.mode, v.clinician) for v in handles if isinstance(v, Visit)}
    for found in rosters:
        if (found.care, found.preference) == least:
            assert bookings_of(case, found.roster) <= kept


def compiled(made: Instance, kind: type[Lines] = Lines) -> tuple[Case, LineIndex]:
    """The lines of a week: all of them, or of another kind."""
    case = Case(made)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    return case, LineIndex(kind(case, enumerate_candidates(case, rules), rules))


@pytest.mark.parametrize("seed", QUICK)
def test_small_weeks_are_proven_rightly(seed: int) -> None:
    """12 to 60 combinations each."""
    prove(tried(seed, MOST_QUICK))


@pytest.mark.proof
@pytest.mark.parametrize("seed", LONG)
def test_more_small_weeks_are_proven_rightly(seed: int) -> None:
    """Up to 1,500 combinations each."""
    prove(tried(seed))
