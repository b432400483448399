"""Takes rosters from a running solver."""

from __future__ import annotations

from scheduler.model.cp_sat import CpSatModel
from scheduler.model.solver_library import cp_model
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Solution, Subproblem


class RosterCollector(cp_model.CpSolverSolutionCallback):
    """Takes every roster that a running solver finds, and stops the solver if the search is cancelled."""

    def __init__(self, state: SearchState, subproblem: Subproblem, cp_sat: CpSatModel, solution: Solution) -> None:
        super().__init__()
        self.state, self.subproblem, self.cp_sat, self.solution = state, subproblem, cp_sat, solution

    def on_solution_callback(self) -> None:
        """Write, check and keep the roster."""
        step = self.state.step("feasible", self.subproblem, self.cp_sat, self.boolean_value)
        self.state.take(step.applied(self.solution))
        if self.state.clock.is_over():
            self.stop_search()
