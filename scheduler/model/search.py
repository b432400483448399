"""The course of a search: a first roster, then a part of the program at a time until nothing better exists or time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from ortools.sat.python import cp_model

from scheduler.model.desk import Desk
from scheduler.model.mend import mend
from scheduler.model.neighbourhoods import Chooser
from scheduler.model.parts import Chosen, Compiled, Part
from scheduler.model.piece import Piece, build
from scheduler.model.questions import Bounds, Proof, Prover, Questions
from scheduler.model.rounding import rounded_up
from scheduler.model.settling import settle_rooms
from scheduler.model.start import take_start
from scheduler.roster import Roster
from scheduler.terms import Visit

Phase = Literal["starting", "care", "preference", "improving"]
FINISH_OPTIONS = 4000
"""Up to so many options left over by the bound, one model of them all is tried to end the search."""
EXACT_OPTIONS = 2500
"""Up to so many possible bookings the whole week is one model; beyond, parts find better rosters sooner."""
FIRST_GAP = 0.2
"""On the way to the first roster, steps end when so little of their cost is unproven."""
FIRST_BATCH = 12
"""Participants placed together on the way to the first roster."""
FIRST_PER_NEED = 24
STEP_SECONDS = 2.0
"""Wall (or deterministic) time of one step."""
SETTLED_ROUNDS = 10
"""Isolated bounds cost time; they are asked for when so many steps have not improved care."""
MOST_ALONE = 0.25
"""Isolated bounds are asked for when at most this share of the participants has unmet care."""


class Search:
    """One search on one desk."""

    def __init__(self, desk: Desk, alone: Callable[[str], int], prover: Prover | None = None, hint: Roster | None = None) -> None:
        """Nothing is proven yet.

        Args:
            alone: The least care cost of a participant alone in the program, factor included.
            prover: Proves bounds beside the search; None: isolated bounds of care only, besides what whole models prove.
            hint: A roster to start from.
        """
        self.desk, self.alone, self.hint = desk, alone, hint
        self.questions = None if prover is None else Questions(desk, self.bounds_found, prover)
        self.bounds = Bounds()
        self.phase: Phase = "starting"
        self._isolated: dict[str, int] = {}
        self._settled = 0
        self._preference_at: dict[int, int] = {}
        self._survivors_below = 0
        self._finished: int | None = None
        self._num_options = sum(map(len, desk.candidates.visits.values()))

    def run(self) -> bool:
        """Search until proven or out of time; False when pins or the past conflict (no legal roster exists)."""
        if not self._start():
            return False
        if self._num_options <= EXACT_OPTIONS:
            self._exact()
        self.phase = "improving"
        if not self.is_proven():
            self._improve_side_by_side()
        settle_rooms(self.desk)
        return True

    def is_proven(self) -> bool:
        """Whether nothing better exists in either tier."""
        best = self.desk.best
        return best is not None and best.score.care <= self.bounds.care and best.score.preference <= self.bounds.preference

    # --- first roster -------------------------------------------------------------------------------------------------------

    def _start(self) -> bool:
        """What is pinned or past, then all group places, then all appointments; False when not even the first is possible."""
        desk = self.desk
        empty = desk.empty()
        if not desk.take(empty, is_guess=True):
            step = desk.solve_part(Part(most_per_need=FIRST_PER_NEED), empty, desk.clock.left())
            if step.outcome == "infeasible":
                step = desk.solve_part(Part(), empty, desk.clock.left())
            if not step.is_found:
                return step.outcome != "infeasible"
            desk.take_step(step, empty)
        take_start(desk, self.hint)
        for part in self._first_parts():
            if desk.best is not None and not desk.clock.is_over():
                chosen = desk.best.chosen
                desk.take_step(desk.solve_part(part, chosen, STEP_SECONDS, gap=FIRST_GAP), chosen)
        return True

    def _first_parts(self) -> Iterator[Part]:
        """Whoever lacks care, batch by batch: group places first when nobody is booked yet, the least flexible people first."""
        desk = self.desk
        places = desk.workshop.thinner.places
        order = sorted((p for p in desk.unmet() if p in places), key=lambda p: (len(places[p]), p))
        steps = [(True, True)] if desk.booked() else [(True, False), (False, True)]
        for frees_groups, frees_needs in steps:
            for first in range(0, len(order), FIRST_BATCH):
                batch = order[first : first + FIRST_BATCH]
                yield Part(batch, frees_groups=frees_groups, frees_needs=frees_needs, most_per_need=FIRST_PER_NEED)

    # --- the whole week -----------------------------------------------------------------------------------------------------

    def _exact(self) -> None:
        """Both tiers of the whole week, care first and then held."""
        desk = self.desk
        if desk.best is None or desk.clock.is_over():
            return
        self._improve_care_bound()
        if desk.best.score.care > self.bounds.care:
            self.phase = "care"
            self.bounds.care = max(self.bounds.care, self._solve_whole("care", desk.clock.left() * 0.5))
        if desk.best.score.care <= self.bounds.care:
            self.phase = "preference"
            self.bounds.preference = max(self.bounds.preference, self._solve_whole("preference", desk.clock.left()))
        desk.report()

    def _solve_whole(self, tier: Literal["care", "preference"], share: float) -> int:
        """Solve one tier of the whole week from the best roster; returns its proven bound."""
        desk = self.desk
        assert desk.best is not None
        chosen = desk.best.chosen
        compiled = desk.workshop.compile(Part(), chosen)
        piece = build(compiled.index, compiled.free, compiled.held, least={"care": self.bounds.care})
        if tier == "preference":
            piece.model.add(piece.costs["care"] <= desk.best.score.care)
        piece.model.minimize(piece.costs[tier])
        for number, variable in piece.variables.items():
            piece.model.add_hint(variable, compiled.held[number])
        solver = desk.clock.solver(share, desk.clock.limits.workers)
        status = solver.solve(piece.model, _Collector(desk, compiled, piece, chosen))
        desk.clock.spend(solver)
        return rounded_up(solver.best_objective_bound) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else 0

    # --- parts --------------------------------------------------------------------------------------------------------------

    def _improve_side_by_side(self) -> None:
        """Free a part of the program at a time, keep what is better; one thread per worker."""
        if self.desk.best is None:
            return
        chooser = Chooser(self.desk)
        workers = 1 if self.desk.clock.limits.deterministic_time is not None else self.desk.clock.limits.workers
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(self._improve, chooser, worker) for worker in range(workers)]:
                done.result()

    def _improve(self, chooser: Chooser, worker: int) -> None:
        """Step after step until proven or out of time; the last worker leaves its core to the prover while that works."""
        desk = self.desk
        while desk.best is not None and not desk.clock.is_over() and not self.is_proven():
            if worker > 0 and self.questions is not None and self.questions.is_busy:
                time.sleep(0.05)
                continue
            self._follow()
            with desk.lock:
                self._finish_if_small()
                part, kind = chooser.next()
                chosen, before = desk.best.chosen, desk.best.rank
            step = desk.solve_part(part, chosen, STEP_SECONDS)
            if step.is_found:
                desk.take_step(step, chosen)
            with desk.lock:
                desk.rounds += 1
                self._use_bounds()
                chooser.learn(part, kind, step.outcome, improved=desk.best.rank < before)
                self._settled = 0 if desk.best.score.care < before[0] else self._settled + 1
                if self.questions is not None:
                    self.questions.go_on(improved=desk.best.rank < before, bounds=self.bounds)
                elif self._settled == SETTLED_ROUNDS:
                    self._improve_care_bound()

    def bounds_found(self, proof: Proof) -> None:
        """Take over what the prover found; once care is proven, leave out what no better roster contains."""
        if proof.tier == "care":
            self.bounds.care = max(self.bounds.care, proof.bound)
        else:
            self._preference_at[proof.care] = max(self._preference_at.get(proof.care, 0), proof.bound)
        best = self.desk.best
        self._use_bounds()
        if proof.survivors is not None and best is not None and best.score.care <= min(self.bounds.care, proof.care):
            visits = [v for visits in self.desk.candidates.visits.values() for v in visits]
            self.desk.workshop.only = frozenset(visits[n] for n in proof.survivors)
            self._survivors_below = proof.preference
        self.desk.report()

    def _use_bounds(self) -> None:
        """A preference bound speaks of the best roster once its care is within the care cost the bound was asked for."""
        best = self.desk.best
        for care, bound in self._preference_at.items():
            if best is not None and best.score.care <= care:
                self.bounds.preference = max(self.bounds.preference, bound)

    def _follow(self) -> None:
        """Take up the latest proposal: mend it, and from now on look at what it found promising."""
        with self.desk.lock:
            proposal = None if self.questions is None else self.questions.proposal()
        if proposal is None:
            return
        candidates = list(self.desk.candidates.handles())
        self.desk.workshop.promising = frozenset(v for n in proposal.promising if isinstance(v := candidates[n], Visit))
        if proposal.picked:
            mend(self.desk, [candidates[n] for n in proposal.picked])

    def _finish_if_small(self) -> None:
        """When few options are left that a better roster can contain, one model of them all ends the search."""
        best, only = self.desk.best, self.desk.workshop.only
        if best is None or best.score.care > self.bounds.care or self.is_proven():
            return
        if only is None:
            below, is_small = best.score.preference, self._num_options <= EXACT_OPTIONS
        else:
            below, is_small = self._survivors_below, len(only) <= FINISH_OPTIONS
        if not is_small or self._finished == below:
            return
        self._finished = below
        # Every roster with another option costs at least `below`.
        bound = self._solve_whole("preference", self.desk.clock.left())
        self.bounds.preference = max(self.bounds.preference, min(below, bound))
        self.desk.report()

    def _improve_care_bound(self) -> None:
        """The isolated bound of everybody with unmet care; everybody else's is at least 0."""
        unmet = self.desk.unmet()
        if len(unmet) <= MOST_ALONE * len(self.desk.participants) or len(unmet) <= 3:
            for participant in unmet:
                if participant not in self._isolated and participant in self.desk.candidates.visits and not self.desk.clock.is_over():
                    self._isolated[participant] = self.alone(participant)
            self.bounds.care = max(self.bounds.care, sum(self._isolated.values()))
            self.desk.report()


class _Collector(cp_model.CpSolverSolutionCallback):
    """Takes every roster a running solver finds, and stops the solver when the search is cancelled."""

    def __init__(self, desk: Desk, compiled: Compiled, piece: Piece, chosen: Chosen) -> None:
        super().__init__()
        self.desk, self.compiled, self.piece, self.chosen = desk, compiled, piece, chosen

    def on_solution_callback(self) -> None:
        """Write, judge and keep the roster."""
        step = self.desk.step("feasible", self.compiled, self.piece, self.boolean_value)
        self.desk.take(step.applied(self.chosen))
        if self.desk.clock.is_over():
            self.stop_search()
