"""Building the result of a solve. If the solving process is lost, its last roster becomes the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scheduler.case import Case
from scheduler.errors import DefectError
from scheduler.explain import notices, unlooked_care
from scheduler.instance import Instance
from scheduler.model.bound_requests import Bounds
from scheduler.model.lines import weight
from scheduler.result import PinConflict, Progress, SolveLimits, SolveResult, SolveStatus, Statistics, TierResult, Unmet
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.verify import Score, judge, not_applicable, not_covered
from scheduler.view import View


def with_roster(
    case: Case,
    roster: Roster,
    score: Score,
    bounds: Bounds,
    status: SolveStatus,
    message: str,
    unmet: Sequence[Unmet],
    statistics: Statistics,
    is_hardly_begun: bool = False,
) -> SolveResult:
    """The result of a solve that found a roster.

    Every result with a roster is created here, so that none can claim a bound above its own objective.

    Args:
        roster: A verified roster.
        score: Recomputed from the roster.

    Raises:
        DefectError: An objective is below its proven bound, so the proof is wrong. The error carries the roster.
    """
    care = TierResult(objective=score.care, bound=bounds.care, unavoidable=bounds.unavoidable)
    preference = TierResult(objective=score.preference, bound=bounds.preference)
    for name, tier in (("care", care), ("preference", preference)):
        if tier.objective < tier.bound:
            raise DefectError(
                f"the roster is legal, but its {name} objective {tier.objective} is below the proven bound {tier.bound}, "
                "so the proof is wrong; please report this instance",
                roster,
            )
    return _result(
        case,
        status,
        message,
        statistics,
        roster=roster,
        care=care,
        preference=preference,
        by_rule=score.by_rule,
        unmet=tuple(unmet),
        is_hardly_begun=is_hardly_begun,
        notices=notices(case, roster),
        not_covered=not_covered(case, View(case, roster)),
    )


def without_roster(
    case: Case, status: SolveStatus, message: str, statistics: Statistics, conflict: PinConflict | None = None
) -> SolveResult:
    """The result of a solve that found no roster."""
    return _result(case, status, message, statistics, conflict=conflict)


def salvaged(instance: Instance, roster: Roster, trace: Sequence[Progress], limits: SolveLimits, message: str) -> SolveResult | None:
    """The result of a solve whose process was lost: its last roster, checked here; None if it is not legal.

    Args:
        trace: The progress it reported; each bound applies to rosters as good as the one it was reported with.
        message: What happened to the process.
    """
    case = Case(instance)
    verdict = judge(case, roster)
    if verdict.violations:
        return None
    last = trace[-1] if trace else Progress(seconds=0.0, phase="reading")
    # The preference bound applies to the care objective it was reported with.
    preference = last.preference_bound if last.care is not None and last.care >= verdict.score.care else None
    statistics = Statistics(seconds=last.seconds, workers=limits.workers, seed=limits.seed, trace=tuple(trace))
    bounds = Bounds(last.care_bound or 0, preference or 0, last.care_unavoidable or 0)
    return with_roster(case, roster, verdict.score, bounds, SolveStatus.STOPPED, message, unlooked_care(case, roster), statistics)


def _result(case: Case, status: SolveStatus, message: str, statistics: Statistics, **fields: Any) -> SolveResult:
    """A result: the fields common to all, and those found by this solve."""
    return SolveResult(
        status=status,
        message=message,
        instance=case.instance.id,
        monday=case.week.monday,
        mode="hold" if case.is_hold else "rebuild",
        weights={rule.id: weight(case, rule) for rule in RULES if rule.level == "preference"},
        not_applicable=not_applicable(case),
        statistics=statistics,
        **fields,
    )
