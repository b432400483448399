"""The best roster of a disrupted week, proven tier by tier while the freed neighbourhood grows.

Around the people concerned, a bound is asked for in which everyone else may leave a booking at the price of the change. If nobody does, it
is a roster, and no other is better. Otherwise those who leave are freed, too, and it is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.model.clock import Clock
from scheduler.model.local_model import LocalModel
from scheduler.model.solver_library import cp_model
from scheduler.repair.neighbourhood import Admits, RepairNeighbourhood, RepairQuestion
from scheduler.repair.tiers import Tiers, tiers_of

MOST_GROWTH = 12
"""How often the neighbourhood grows."""


@dataclass(slots=True)
class RepairOutcome:
    """What a search found.

    Attributes:
        hood: The neighbourhood, as large as it has grown.
        values: By variable of its lines, whether the roster has it.
        loss, changed: The tiers; the bounds hold for every roster of the week.
        others: The part of `changed` of people who could have stayed as published.
        is_alone: Whether every roster as good in these tiers changes nobody outside the neighbourhood.
        is_best: Whether preferences are proven, too, given the other tiers.
    """

    hood: RepairNeighbourhood
    values: Sequence[bool]
    loss: int
    changed: int
    others: int
    is_optimal: bool
    loss_bound: int = 0
    changed_bound: int = 0
    is_alone: bool = False
    is_best: bool = False


def search(question: RepairQuestion, clock: Clock, share: float) -> RepairOutcome | None:
    """The best roster that was found; None if there was no time for any.

    Args:
        share: The most time of one solve.
    """
    people: dict[str, None] = dict.fromkeys(sorted(question.concerned))
    outcome: RepairOutcome | None = None
    for _ in range(MOST_GROWTH):
        tiers = tiers_of(RepairNeighbourhood(question, people), may_leave=True)
        tiers.minimise()
        tiers.cp_sat.hint(tiers.hood.local.values)
        better = _nearest(tiers, tiers.while_others_stay(), clock, share)
        outcome = better or outcome
        leaving, is_proven = _leaving(tiers, outcome, clock, share)
        if better is not None and better.is_optimal and is_proven:
            better.loss_bound, better.changed_bound = better.loss, better.changed
            better.is_alone = not leaving
            break
        if not leaving or is_proven:
            break
        people |= dict.fromkeys(leaving)
    return None if outcome is None else _with_best_preferences(outcome, clock, share)


def _leaving(tiers: Tiers, outcome: RepairOutcome | None, clock: Clock, share: float) -> tuple[list[str], bool]:
    """Who else would change in a week that may be as good as the best so far, or better; and whether none can be better."""
    if outcome is not None:
        if not tiers.leaving:
            return [], True
        tiers.change_others(outcome.loss, outcome.changed, outcome.others)
    solver, status = _solve(tiers.model, clock, share)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [], status == cp_model.INFEASIBLE
    leaving = [person for person, change in tiers.leaving.items() if person is not None and solver.value(change) > 0]
    is_better = outcome is None or tiers.is_better(round(solver.objective_value), outcome.loss, outcome.changed, outcome.others)
    return leaving, not is_better and status == cp_model.OPTIMAL


def nearest(hood: RepairNeighbourhood, clock: Clock, share: float) -> RepairOutcome | None:
    """The best roster by care lost and people changed in a neighbourhood, everyone else held."""
    tiers = tiers_of(hood)
    tiers.minimise()
    tiers.cp_sat.hint(hood.local.values)
    return _nearest(tiers, tiers.model, clock, share)


def _nearest(tiers: Tiers, model: cp_model.CpModel, clock: Clock, share: float) -> RepairOutcome | None:
    """The best roster in a model of the tiers in which everyone else is held."""
    hood = tiers.hood
    solver, status = _solve(model, clock, share)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    loss, changed, others = (solver.value(part) for part in (tiers.loss, tiers.changed, tiers.others_changed))
    return RepairOutcome(hood, _values(hood.local, tiers, solver), loss, changed, others, status == cp_model.OPTIMAL)


def of_kind(question: RepairQuestion, people: Iterable[str], admits: Admits, clock: Clock, share: float) -> RepairOutcome | None:
    """The best roster found of one kind, everyone else held."""
    outcome = nearest(RepairNeighbourhood(question, people, admits), clock, share)
    return None if outcome is None else _with_best_preferences(outcome, clock, share)


def _with_best_preferences(outcome: RepairOutcome, clock: Clock, share: float) -> RepairOutcome:
    """The roster with the best preferences among those with the same care lost and people changed."""
    outcome.hood.with_preferences()
    tiers = tiers_of(outcome.hood)
    tiers.hold(outcome.loss, outcome.changed, outcome.others)
    tiers.by_preference()
    tiers.cp_sat.hint(outcome.values)
    solver, status = _solve(tiers.model, clock, share)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        outcome.values = _values(outcome.hood.local, tiers, solver)
        outcome.is_best = outcome.is_alone and status == cp_model.OPTIMAL
    return outcome


def _solve(model: cp_model.CpModel, clock: Clock, share: float) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    solver = clock.solver(share, workers=1)
    # Most of these models are settled by one round of presolve; further rounds took three times as long (measured at 120 participants).
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    # Prices are few and alike here: clauses settle what a linear relaxation took two to six times as long for (measured likewise).
    solver.parameters.linearization_level = 0
    status = solver.solve(model)
    clock.spend(solver)
    return solver, status


def _values(local: LocalModel, tiers: Tiers, solver: cp_model.CpSolver) -> list[bool]:
    values = list(local.values)
    for number, variable in tiers.cp_sat.variables.items():
        values[number] = solver.boolean_value(variable)
    return values
