"""From an instance to a verified roster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.conflict import explain_conflict
from scheduler.errors import DefectError, InstanceError
from scheduler.explain import notices, unmet_around
from scheduler.explain.alone import Alone
from scheduler.fixes import tried_fixes
from scheduler.instance import Instance
from scheduler.isolation import in_child
from scheduler.model.clock import Clock
from scheduler.model.desk import Desk
from scheduler.model.lines import in_force, weight
from scheduler.model.search import Search
from scheduler.result import Progress, SolveLimits, SolveResult, SolveStatus, Statistics, TierResult, Unmet
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.validation import errors, validate
from scheduler.verify import judge, not_applicable
from scheduler.weeks.prover import ProverProcess

LEAST_TO_PROVE = 10
"""Participants from which bounds are proven beside the search; smaller weeks are one model."""
OnProgress = Callable[[Progress], None]


def solve(
    instance: Instance,
    limits: SolveLimits | None = None,
    *,
    on_progress: OnProgress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    isolate: bool = True,
    hint: Roster | None = None,
) -> SolveResult:
    """Make the week's roster: ordered care first, then preferences, each with a proven bound.

    Args:
        instance: One program and week.
        limits: When to stop; by default 30 s on two workers.
        on_progress: Called with every improvement of roster or bound.
        is_cancelled: Asked often; once true, the search stops and the best roster is the answer.
        isolate: Solve in a child process with a hard time-out, so that neither a crash nor a hang reaches the caller.
        hint: A roster of this week to start from, e.g. an earlier answer; one that is not legal is left aside.

    Returns:
        The result. Its roster, if any, was verified by code that cannot see the model, and its objective recomputed from it.

    Raises:
        InstanceError: The instance has errors; all of them are in it.
        DefectError: A roster of ours failed verification; nothing is returned.
    """
    limits = limits or SolveLimits()
    issues = validate(instance)
    if errors(issues):
        raise InstanceError(f"the instance has {len(errors(issues))} errors; nothing was solved", issues)
    if isolate:
        return in_child(partial(solve_here, hint=hint), instance, limits, on_progress or (lambda _: None), is_cancelled or (lambda: False))
    return solve_here(instance, limits, on_progress or (lambda _: None), is_cancelled or (lambda: False), hint)


def solve_here(
    instance: Instance, limits: SolveLimits, on_progress: OnProgress, is_cancelled: Callable[[], bool], hint: Roster | None = None
) -> SolveResult:
    """The same in this process, for an instance that was validated."""
    began = time.monotonic()
    with proving(instance, limits) as prover:
        return _solve(instance, limits, on_progress, is_cancelled, began, prover, hint)


@contextmanager
def proving(instance: Instance, limits: SolveLimits) -> Iterator[ProverProcess | None]:
    """A prover beside the search, where there is a second worker for it and no promise to repeat every step."""
    if limits.workers < 2 or limits.deterministic_time is not None or len(instance.participants) < LEAST_TO_PROVE:
        yield None
        return
    prover = ProverProcess(instance)
    try:
        yield prover
    finally:
        prover.close()


def _solve(
    instance: Instance,
    limits: SolveLimits,
    on_progress: OnProgress,
    is_cancelled: Callable[[], bool],
    began: float,
    prover: ProverProcess | None,
    hint: Roster | None,
) -> SolveResult:
    case = Case(instance)
    rules = in_force(case, RULES)
    log = Log(began, limits, on_progress)
    desk = Desk(case, Candidates(case, rules), rules, Clock(limits, is_cancelled, began), lambda: log.note(search))
    log.build_seconds = time.monotonic() - began
    search = Search(desk, Alone(case, desk.candidates).of, prover, hint)
    is_possible = search.run()
    log.note(search, phase="done")
    if not is_possible:
        return _conflict_result(desk, log)
    if desk.best is None:
        return _result(desk, search, log, SolveStatus.UNKNOWN, "No roster within the limit; allow more time.")
    _verify(desk)
    if search.is_proven():
        return _result(desk, search, log, SolveStatus.OPTIMAL, "Nothing better exists, in care or in preferences.")
    if is_cancelled():
        return _result(desk, search, log, SolveStatus.STOPPED, "Stopped; this is the best roster so far.")
    return _result(desk, search, log, SolveStatus.FEASIBLE, "The best roster within the limit; more time may improve it.")


class Log:
    """Collects what the search did and passes progress on."""

    def __init__(self, began: float, limits: SolveLimits, on_progress: OnProgress) -> None:
        """Nothing has happened yet."""
        self.began, self.limits, self.on_progress = began, limits, on_progress
        self.build_seconds = 0.0
        self.trace: list[Progress] = []

    def note(self, search: Search, phase: str | None = None) -> None:
        """Record where the search stands, when that is new."""
        best, bounds = search.desk.best, search.bounds
        progress = Progress.model_validate(
            {
                "seconds": round(time.monotonic() - self.began, 3),
                "phase": phase or search.phase,
                "care": best and best.score.care,
                "care_bound": bounds.care,
                "preference": best and best.score.preference,
                "preference_bound": bounds.preference,
            }
        )
        if not self.trace or progress.model_copy(update={"seconds": 0.0}) != self.trace[-1].model_copy(update={"seconds": 0.0}):
            self.trace.append(progress)
            self.on_progress(progress)

    def statistics(self, desk: Desk) -> Statistics:
        """The typed statistics of the solve."""
        first = next((p.seconds for p in self.trace if p.care is not None), None)
        return Statistics(
            seconds=round(time.monotonic() - self.began, 3),
            build_seconds=round(self.build_seconds, 3),
            first_roster_seconds=first,
            options=sum(map(len, desk.candidates.visits.values())),
            rounds=desk.rounds,
            improvements=desk.improvements,
            workers=self.limits.workers,
            seed=self.limits.seed,
            method="whole week" if desk.rounds == 0 else "neighbourhoods",
            trace=tuple(self.trace),
            disagreements=tuple(desk.disagreements[:20]),
        )


def _verify(desk: Desk) -> None:
    """The last word before anybody sees the roster: every rule, and the objective again, from the roster alone."""
    assert desk.best is not None
    verdict = judge(Case(desk.case.instance), desk.best.roster)
    if verdict.violations or verdict.score != desk.best.score:
        found = ", ".join(sorted({v.rule for v in verdict.violations})) or "another objective"
        raise DefectError(f"a roster failed its verification ({found}); please report this instance's statistics")


def _result(desk: Desk, search: Search, log: Log, status: SolveStatus, message: str) -> SolveResult:
    case, best = desk.case, desk.best
    tiers = {}
    if best is not None:
        tiers = {
            "care": TierResult(objective=best.score.care, bound=search.bounds.care),
            "preference": TierResult(objective=best.score.preference, bound=min(search.bounds.preference, best.score.preference)),
        }
    return SolveResult(
        status=status,
        message=message,
        instance=case.instance.id,
        monday=case.week.monday,
        mode="hold" if case.is_hold else "rebuild",
        roster=None if best is None else best.roster,
        care=tiers.get("care"),
        preference=tiers.get("preference"),
        by_rule={} if best is None else best.score.by_rule,
        weights={rule.id: weight(case, rule) for rule in RULES if rule.level == "preference"},
        unmet=() if best is None else _unmet(desk, search, best.roster),
        notices=() if best is None else notices(case, best.roster),
        not_applicable=not_applicable(case),
        statistics=log.statistics(desk),
    )


def _unmet(desk: Desk, search: Search, roster: Roster) -> tuple[Unmet, ...]:
    """What is unmet and why, with the fixes that were tried while their time lasted."""
    clock = desk.clock
    near, unmet = unmet_around(desk.case, roster, search.alone)
    if not unmet or not clock.limits.fix_seconds:
        return unmet
    return tried_fixes(desk.case.instance, roster, unmet, clock.limits.fix_seconds, clock.is_cancelled, near)


def _conflict_result(desk: Desk, log: Log) -> SolveResult:
    """Pins or the past stand against each other: say which, and propose what to release."""
    conflict = explain_conflict(desk)
    return SolveResult(
        status=SolveStatus.INFEASIBLE,
        message=conflict.message,
        instance=desk.case.instance.id,
        monday=desk.case.week.monday,
        mode="hold" if desk.case.is_hold else "rebuild",
        not_applicable=not_applicable(desk.case),
        conflict=conflict,
        statistics=log.statistics(desk),
    )
