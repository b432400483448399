"""Solving an instance for a verified roster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from scheduler.answer import with_roster, without_roster
from scheduler.case import Case
from scheduler.conflict import explain_conflict
from scheduler.enumeration import enumerate_candidates
from scheduler.errors import DefectError, InstanceError
from scheduler.explain.isolated_weeks import Alone
from scheduler.fixes import LEAST_SECONDS, AfterSearch, BesideSearch, seconds_needed
from scheduler.imports import uncollected
from scheduler.instance import Instance
from scheduler.isolation import in_child
from scheduler.log import Log
from scheduler.model.activity import REASONS
from scheduler.model.clock import Clock
from scheduler.model.initial_roster import take_roster
from scheduler.model.lines import in_force
from scheduler.model.search import Search
from scheduler.model.state import SearchState
from scheduler.prover.client import ProverProcess
from scheduler.result import Progress, SolveLimits, SolveResult, SolveStatus, Unmet
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.validation import errors, validate
from scheduler.verify import judge

LEAST_TO_PROVE = 10
"""The number of participants from which other processes help the search; smaller weeks are one model."""
HARDLY_BEGUN = "Hardly begun: the limit ended the search before it had looked at most people with unmet care; allow more time."
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
        on_progress: Called with every improvement of roster or bound, and about twice a second with what is tried.
        is_cancelled: Called often; once it returns true, the search stops with the best roster found.
        isolate: Solve in a child process with a hard time-out, so that neither a crash nor a hang reaches the caller.
        hint: A roster of this week to start from, e.g. an earlier result; one that is not legal is ignored.

    Returns:
        The result. Its roster, if any, was verified by code that cannot see the model, and its objective recomputed from it.

    Raises:
        InstanceError: The instance has errors; the exception carries all of them.
        DefectError: A roster failed verification, or costs less than a bound reported as proven; nothing is returned. The exception
            carries a legal roster, if one was found.
    """
    limits = limits or SolveLimits()
    issues = validate(instance)
    if errors(issues):
        raise InstanceError(f"the instance has {len(errors(issues))} errors; nothing was solved", issues)
    if isolate:
        return in_child(partial(solve_here, hint=hint), instance, limits, on_progress or (lambda _: None), is_cancelled or (lambda: False))
    return solve_here(instance, limits, on_progress or (lambda _: None), is_cancelled or (lambda: False), hint=hint)


def solve_here(
    instance: Instance,
    limits: SolveLimits,
    on_progress: OnProgress,
    is_cancelled: Callable[[], bool],
    on_roster: Callable[[Roster], None] = lambda _: None,
    hint: Roster | None = None,
) -> SolveResult:
    """Solve a validated instance in this process.

    Args:
        on_roster: Called with a better roster about every second, so that it can outlive this process.
    """
    began = time.monotonic()
    log = Log(began, limits, on_progress, on_roster)
    with proving(instance, limits) as prover:
        return _solve(Case(instance), log, is_cancelled, prover, hint)


def has_helpers(instance: Instance, limits: SolveLimits) -> bool:
    """Whether other processes may help the search: there is a second worker, and the solve need not be repeatable."""
    return limits.workers >= 2 and limits.deterministic_time is None and len(instance.participants) >= LEAST_TO_PROVE


@contextmanager
def proving(instance: Instance, limits: SolveLimits) -> Iterator[ProverProcess | None]:
    """A prover in parallel with the search, if other processes may help it."""
    if not has_helpers(instance, limits):
        yield None
        return
    prover = ProverProcess(instance)
    try:
        yield prover
    finally:
        prover.close()


@contextmanager
def fixing(state: SearchState, alone: Callable[[], dict[str, int]]) -> Iterator[BesideSearch | None]:
    """Reasons and fixes in parallel with the end of the search, if another process may help it; time is set aside for the rest."""
    limits = state.clock.limits
    if not has_helpers(state.case.instance, limits) or not limits.fix_seconds or limits.seconds < LEAST_SECONDS:
        state.clock.aside = lambda: seconds_needed(state) * (1.0 if limits.fix_seconds else 0.5)
        yield None
        return
    helper = BesideSearch(state, alone)
    state.clock.aside = helper.seconds_aside
    try:
        yield helper
    finally:
        helper.close()


def _solve(case: Case, log: Log, is_cancelled: Callable[[], bool], prover: ProverProcess | None, hint: Roster | None) -> SolveResult:
    rules = in_force(case, RULES)
    with uncollected():
        candidates = enumerate_candidates(case, rules)
        state = SearchState(case, candidates, rules, Clock(log.limits, is_cancelled, log.began), lambda: log.note(search))
    log.build_seconds = time.monotonic() - log.began
    alone = Alone(case, state.candidates)
    with fixing(state, alone.costs) as helper:
        search = Search(state, alone.of, prover, hint, helper)
        is_possible = search.run()
        log.note(search, phase="done", activity=REASONS)
        if not is_possible:
            return _conflict_result(search, log)
        if state.best is None:
            message = "No roster was found within the limit; allow more time."
            return without_roster(case, SolveStatus.UNKNOWN, message, log.statistics(search))
        unmet = _unmet(state, search, helper)
    log.note(search, phase="done", activity="")
    _verify(state)
    status, message = _status(search, is_cancelled())
    is_early = status == SolveStatus.FEASIBLE and search.is_hardly_begun()
    roster, score, statistics = state.best.roster, state.best.score, log.statistics(search)
    return with_roster(case, roster, score, search.bounds, status, message, unmet, statistics, is_early)


def _status(search: Search, is_cancelled: bool) -> tuple[SolveStatus, str]:
    """The status of a search that found a roster, and its message."""
    if search.is_proven():
        return SolveStatus.OPTIMAL, "No better roster exists, in care or in preferences."
    if is_cancelled:
        return SolveStatus.STOPPED, "Stopped; this is the best roster found so far."
    if search.is_hardly_begun():
        return SolveStatus.FEASIBLE, HARDLY_BEGUN
    return SolveStatus.FEASIBLE, "The best roster found within the limit; more time may improve it."


def _verify(state: SearchState) -> None:
    """Verify the roster before it is shown: check every rule and recompute the objective from the roster alone."""
    assert state.best is not None
    verdict = judge(Case(state.case.instance), state.best.roster)
    if verdict.violations or verdict.score != state.best.score:
        rules = ", ".join(sorted({v.rule for v in verdict.violations})) or "another objective"
        raise DefectError(f"a roster failed its verification ({rules}); please report this instance's statistics")


def _unmet(state: SearchState, search: Search, helper: BesideSearch | None) -> tuple[Unmet, ...]:
    """Unmet care with its causes and fixes; a better roster that comes up on the way is taken."""
    if helper is not None and (unmet := helper.unmet(search.bounds.care)) is not None:
        return unmet

    def best() -> Roster:
        assert state.best is not None
        return state.best.roster

    def take(roster: Roster) -> Roster:
        take_roster(state, roster)
        return best()

    return AfterSearch(state.case, search.alone).unmet(best(), state.clock, take, search.bounds.care)


def _conflict_result(search: Search, log: Log) -> SolveResult:
    """The result for conflicting pins or past sessions: which conflict, and which pins to release."""
    conflict = explain_conflict(search.state)
    return without_roster(search.state.case, SolveStatus.INFEASIBLE, conflict.message, log.statistics(search), conflict)
