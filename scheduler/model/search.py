"""The course of a search: a first roster, then everything at once when the week is small, else neighbourhoods until time is up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from ortools.sat.python import cp_model

from scheduler.model.bound import CareBound
from scheduler.model.desk import Desk, Part, changed
from scheduler.model.lines import Line
from scheduler.model.neighbourhoods import Chooser
from scheduler.model.piece import Piece, build
from scheduler.terms import Visit

Phase = Literal["starting", "care", "preference", "improving"]
EXACT_VISITS = 3000
"""Up to so many visits the whole week is one model; beyond, neighbourhoods find better rosters sooner."""
START_SHARE = 0.1
"""Share of the time for each of the two steps to the first roster."""
FIRST_PER_NEED = 24
STEP_SECONDS = 2.0
"""Wall (or deterministic) time of one neighbourhood."""


@dataclass(slots=True)
class Bounds:
    """Proven lower bounds of the two tiers; the preference bound is for rosters with at most the best care objective."""

    care: int = 0
    preference: int = 0


class Search:
    """One search on one desk."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is proven yet."""
        self.desk = desk
        self.bounds = Bounds()
        self.care_bound = CareBound(desk)
        self.phase: Phase = "starting"

    def run(self) -> bool:
        """Search until proven or out of time; False when pins or the past conflict (no legal roster exists)."""
        if not self._start():
            return False
        self._improve_care_bound()
        self.phase = "preference"
        if sum(map(len, self.desk.numbers_of.values())) <= EXACT_VISITS:
            self._exact()
        self.phase = "improving"
        if not self.is_proven():
            self._neighbourhoods()
        return True

    def is_proven(self) -> bool:
        """Whether nothing better exists in either tier."""
        best = self.desk.best
        return best is not None and best.score.care <= self.bounds.care and best.score.preference <= self.bounds.preference

    # --- first roster -------------------------------------------------------------------------------------------------------

    def _start(self) -> bool:
        """What is pinned or past, then all group places, then all appointments; False when not even the first is possible."""
        desk = self.desk
        values = self._legal()
        if values is None:
            return False
        desk.take(values)
        everybody = list(desk.numbers_of)
        share = max(2.0, desk.clock.limits.seconds * START_SHARE)
        for part in (
            Part(everybody, frees_needs=False),
            Part(everybody, frees_groups=False, most_per_need=FIRST_PER_NEED),
        ):
            if desk.best is None or desk.clock.is_over():
                break
            held = desk.best.values
            desk.take_step(desk.solve_around(part, held, share), held)
        return True

    def _legal(self) -> list[bool] | None:
        """Values of a roster that keeps pins and the past, with as little else as possible; None when there is none."""
        desk = self.desk
        values = desk.empty()
        lines = [line for line in desk.lines.lines if line.tier == "hard" and not any(desk.index.is_choice[v] for v in line.variables)]
        broken = [v for line in lines if _left(line, values) > line.bound for v in line.variables]
        if not broken:
            return values
        involved = {h.participant for v in broken if isinstance(h := desk.lines.handles[v], Visit)}
        for people in (sorted(involved), list(desk.numbers_of)):
            step = desk.solve_around(Part(people, extra=broken), values, desk.clock.left())
            if step.is_found:
                return changed(values, step.changes)
        return None

    # --- the whole week -----------------------------------------------------------------------------------------------------

    def _exact(self) -> None:
        """Both tiers of the whole week, care first and then held."""
        desk = self.desk
        if desk.best is None or desk.clock.is_over():
            return
        for tier in ("care", "preference"):
            piece = build(desk.index, least={"care": self.bounds.care})
            if tier == "preference":
                piece.model.add(piece.costs["care"] <= desk.best.score.care)
            piece.model.minimize(piece.costs[tier])
            if tier == "care" and desk.best.score.care <= self.bounds.care:
                continue
            bound = self._solve_whole(piece, desk.clock.left() * (0.5 if tier == "care" else 1.0))
            if tier == "care":
                self.bounds.care = max(self.bounds.care, bound)
            else:
                self.bounds.preference = max(self.bounds.preference, bound)
            desk.report()

    def _solve_whole(self, piece: Piece, share: float) -> int:
        """Solve a whole model with the best roster as its hint; returns the proven bound of its objective."""
        desk = self.desk
        assert desk.best is not None
        for number, variable in piece.variables.items():
            piece.model.add_hint(variable, desk.best.values[number])
        solver = desk.clock.solver(share, desk.clock.limits.workers)
        collector = _Collector(desk, piece)
        status = solver.solve(piece.model, collector)
        desk.clock.deterministic += solver.response_proto.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return 0
        values = list(desk.best.values)
        for number, variable in piece.variables.items():
            values[number] = solver.boolean_value(variable)
        desk.take(desk.completed(values))
        return max(0, -int(-solver.best_objective_bound // 1))

    # --- neighbourhoods -----------------------------------------------------------------------------------------------------

    def _neighbourhoods(self) -> None:
        """Free a part of the program at a time, keep what is better; side by side when there are workers."""
        if self.desk.best is None:
            return
        chooser = Chooser(self.desk)
        workers = 1 if self.desk.clock.limits.deterministic_time is not None else self.desk.clock.limits.workers
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(self._improve, chooser) for _ in range(workers)]:
                done.result()

    def _improve(self, chooser: Chooser) -> None:
        """Step after step until proven or out of time."""
        desk = self.desk
        while desk.best is not None and not desk.clock.is_over() and not self.is_proven():
            with desk.lock:
                part, kind = chooser.next()
                held, before = desk.best.values, desk.best.rank
            step = desk.solve_around(part, held, STEP_SECONDS)
            if step.is_found:
                desk.take_step(step, held)
            with desk.lock:
                desk.rounds += 1
                chooser.learn(kind, step.outcome, improved=desk.best.rank < before)
                if desk.best.score.care < before[0]:
                    self._improve_care_bound()

    def _improve_care_bound(self) -> None:
        """The isolated bound of everybody with unmet care."""
        best = self.desk.best
        if best is not None:
            self.bounds.care = max(self.bounds.care, self.care_bound.update(self.desk.unmet()))
            self.desk.report()


class _Collector(cp_model.CpSolverSolutionCallback):
    """Takes every roster a running solver finds, and stops the solver when the search is cancelled."""

    def __init__(self, desk: Desk, piece: Piece) -> None:
        super().__init__()
        self.desk, self.piece = desk, piece

    def on_solution_callback(self) -> None:
        """Write, judge and keep the roster."""
        assert self.desk.best is not None
        values = list(self.desk.best.values)
        for number, variable in self.piece.variables.items():
            values[number] = self.boolean_value(variable)
        self.desk.take(self.desk.completed(values))
        if self.desk.clock.is_over():
            self.stop_search()


def _left(line: Line, values: list[bool]) -> int:
    return sum(c for v, c in zip(line.variables, line.coefficients, strict=True) if values[v])
