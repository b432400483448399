"""Bounds that hold for every roster.

The isolated bound: what each participant's week must cost even if nobody else were in the program. Care lines concern one participant
each, so the sum over participants is a bound of the care tier; where a roster attains it, the tier is proven by arithmetic.
"""

from __future__ import annotations

from ortools.sat.python import cp_model

from scheduler.model.desk import Clock, Desk
from scheduler.model.piece import build


def isolated_care(desk: Desk, participant: str, seconds: float = 5.0) -> int:
    """The least care cost (factor included) of one participant alone in the program; a lower bound if the limit is reached."""
    free = desk.numbers_of[participant] + desk.shared
    piece = build(desk.index, free, alone=True)
    piece.model.minimize(piece.costs["care"])
    solver = _solver(desk.clock, seconds)
    status = solver.solve(piece.model)
    desk.clock.deterministic += solver.response_proto.deterministic_time
    if status == cp_model.OPTIMAL:
        return round(solver.objective_value)
    return max(0, round(solver.best_objective_bound)) if status == cp_model.FEASIBLE else 0


def _solver(clock: Clock, seconds: float) -> cp_model.CpSolver:
    """A small solver of its own: a bound is worth its time even when the search is over."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = clock.limits.seed
    solver.parameters.max_deterministic_time = seconds
    return solver


class CareBound:
    """The isolated bound, computed only where a roster has unmet care: everybody else's is at least 0 and attained."""

    def __init__(self, desk: Desk) -> None:
        """Start with nothing known."""
        self.desk = desk
        self.alone: dict[str, int] = {}
        self.value = 0

    def of(self, participant: str) -> int:
        """The isolated care cost of one participant, computed once."""
        if participant not in self.alone:
            self.alone[participant] = isolated_care(self.desk, participant)
        return self.alone[participant]

    def update(self, unmet: dict[str, int]) -> int:
        """Raise the bound for the participants with unmet care; returns the bound.

        Args:
            unmet: Participant to care cost in the best roster.
        """
        for participant in unmet:
            if self.desk.clock.is_cancelled():
                break
            if participant in self.desk.numbers_of:
                self.of(participant)
        self.value = max(self.value, sum(self.alone.values()))
        return self.value
