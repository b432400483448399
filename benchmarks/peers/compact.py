"""CP-SAT on one model of the whole week, in two stages: care first, then preferences with care held. None of our own search."""

from __future__ import annotations

from threading import Timer

from benchmarks.answer import Answer
from benchmarks.peers.compiled import Compiled
from scheduler.instance import Instance
from scheduler.model.cp_sat import CpSatModel, build_model
from scheduler.model.line import Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.solver_library import cp_model
from scheduler.result import SolveLimits

STAGES: tuple[tuple[Tier, float], ...] = (("care", 0.5), ("preference", 1.0))
"""A tier and the share of the time left after which it ends, provided there is a roster; what it does not need goes to the next."""


class Collector(cp_model.CpSolverSolutionCallback):
    """Remembers every solution with its time; they are judged when the clock has stopped."""

    def __init__(self, week: Compiled, piece: CpSatModel) -> None:
        super().__init__()
        self.week, self.piece = week, piece
        self.found: list[tuple[float, list[int]]] = []
        self.enough_seconds = 0.0

    def on_solution_callback(self) -> None:
        """Keep the variables that are true; stop once the stage has had its share."""
        chosen = [number for number, variable in self.piece.variables.items() if self.boolean_value(variable)]
        self.found.append((self.week.seconds(), chosen))
        self.stop_when_enough()

    def stop_when_enough(self) -> None:
        """End the stage if its share of time is over and a roster was found."""
        if self.found and self.week.seconds() >= self.enough_seconds:
            self.stop_search()


def solve(instance: Instance, limits: SolveLimits) -> Answer:
    """Two stages; the second starts from the solution of the first."""
    week = Compiled(instance)
    piece = build_model(LineIndex(week.lines))
    build_seconds = week.seconds()
    collector = Collector(week, piece)
    bounds: dict[Tier, int] = {}
    is_proven = True
    for tier, share in STAGES:
        left = limits.seconds - week.seconds()
        collector.enough_seconds = week.seconds() + left * share
        solver = _solver(limits, left)
        piece.model.minimize(piece.costs[tier])
        alarm = Timer(left * share, collector.stop_when_enough)
        alarm.start()
        status = solver.solve(piece.model, collector)
        alarm.cancel()
        is_proven = is_proven and status == cp_model.OPTIMAL
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        bounds[tier] = max(0, -int(-solver.best_objective_bound // 1))
        _hold(piece, tier, solver)
    seconds = week.seconds()
    roster, trace = week.best(collector.found)
    return Answer(
        roster,
        "unknown" if roster is None else "optimal" if is_proven else "feasible",
        seconds,
        build_seconds,
        care_bound=bounds.get("care"),
        preference_bound=bounds.get("preference"),
        trace=trace,
    )


def _solver(limits: SolveLimits, seconds: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = max(0.0, seconds)
    return solver


def _hold(piece: CpSatModel, tier: Tier, solver: cp_model.CpSolver) -> None:
    """Let the tier cost no more than found, and start the next stage from there."""
    piece.model.add(piece.costs[tier] <= round(solver.objective_value))
    piece.model.clear_hints()  # type: ignore[no-untyped-call]
    for number, value in enumerate(solver.response_proto.solution):
        piece.model.add_hint(piece.model.get_int_var_from_proto_index(number), value)
