"""The search: find a first roster, then improve one neighbourhood at a time until it is optimal or time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from scheduler.model.activity import FIRST_ROSTER, PROPOSAL, REMAINDER, WHOLE_WEEK, Work
from scheduler.model.bound_requests import BoundRequests, Bounds, Proof, Prover
from scheduler.model.collector import RosterCollector
from scheduler.model.cp_sat import build_model
from scheduler.model.first_steps import FIRST_PER_NEED, first_steps
from scheduler.model.helper import Helper
from scheduler.model.initial_roster import take_initial_roster
from scheduler.model.neighbourhoods import NeighbourhoodSelector
from scheduler.model.repair import repair
from scheduler.model.room_return import restore_rooms
from scheduler.model.rounding import rounded_up
from scheduler.model.solver_library import cp_model
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood
from scheduler.model.unavoidable import unavoidable_care
from scheduler.roster import Roster
from scheduler.terms import Visit

Phase = Literal["starting", "care", "preference", "improving"]
FINISH_OPTIONS = 4000
"""Up to this number of options that the bound leaves, one model of all of them is tried to end the search."""
EXACT_OPTIONS = 2500
"""Up to this number of possible bookings, the whole week is one model; beyond it, neighbourhoods find better rosters sooner."""
WHOLE_OPTIONS, WHOLE_SHARE = 6000, 0.3
"""Up to so many possible bookings, care of the whole week is solved once if parts do not help, in such a share of the time left."""
FIRST_GAP = 0.2
"""Optimality gap at which steps toward the first roster end."""
STEP_SECONDS = 2.0
"""Wall (or deterministic) time of one step."""
SETTLED_ROUNDS = 10
"""Isolated bounds cost time, so they are computed only after this number of steps without improvement in care."""
MOST_ALONE = 0.25
"""Isolated bounds are computed if at most this share of the participants has unmet care."""


class Search:
    """One search, from the first roster to the end."""

    def __init__(
        self,
        state: SearchState,
        alone: Callable[[str], int],
        prover: Prover | None = None,
        hint: Roster | None = None,
        helper: Helper | None = None,
    ) -> None:
        """Start without proven bounds.

        Args:
            alone: The minimum care cost of each participant alone in the program, including the factor.
            prover: Proves bounds during the search; None for only isolated bounds of care and what whole models prove.
            hint: A roster to start from.
            helper: Has a core as well while it is busy.
        """
        self.state, self.alone, self.hint, self.helper = state, alone, hint, helper
        self.bound_requests = None if prover is None else BoundRequests(state, self.bounds_found, prover)
        self.bounds = Bounds()
        self.phase: Phase = "starting"
        self.activity = FIRST_ROSTER
        self.selector: NeighbourhoodSelector | None = None
        self._isolated: dict[str, int] = {}
        self._settled = 0
        self._preference_at: dict[int, int] = {}
        self._survivors_below = 0
        self._finished: int | None = None
        self._is_whole_tried = False
        self._num_options = sum(map(len, state.candidates.visits.values()))

    def run(self) -> bool:
        """Search until proven or out of time; False when pins or the past conflict (no legal roster exists)."""
        if not self._start():
            return False
        if not self.state.clock.is_over():
            self._find_unavoidable()
        if self._num_options <= EXACT_OPTIONS:
            self._exact()
        self.phase = "improving"
        if not self.is_proven():
            self._improve_side_by_side()
            self._follow()
        restore_rooms(self.state)
        return True

    @property
    def work(self) -> Work | None:
        """What is being proven beside the search; None if nothing is."""
        return None if self.bound_requests is None else self.bound_requests.work

    def is_proven(self) -> bool:
        """Whether nothing better exists in either tier."""
        best = self.state.best
        return best is not None and best.score.care <= self.bounds.care and best.score.preference <= self.bounds.preference

    def _try(self, activity: str) -> None:
        """Report what is tried now, in words."""
        self.activity = activity
        self.state.report()

    def is_hardly_begun(self) -> bool:
        """Whether most people with unmet care were in no neighbourhood yet, and the bound leaves open whether half of it could be given."""
        state = self.state
        is_open = state.best is not None and state.best.score.care > 2 * self.bounds.care
        unmet = state.unmet()
        return is_open and self._num_options > EXACT_OPTIONS and len(unmet.keys() & state.looked_at) * 2 < len(unmet)

    def _find_unavoidable(self) -> None:
        """Find out what no possible visit gives: a first bound of care."""
        state = self.state
        self.bounds.unavoidable = sum(unavoidable_care(state.case, state.candidates, state.rules).values())
        self.bounds.care = max(self.bounds.care, self.bounds.unavoidable)
        state.report()

    # --- first roster -------------------------------------------------------------------------------------------------------

    def _start(self) -> bool:
        """Place pinned and past sessions, then all group places, then all appointments; False if not even the first is possible."""
        state = self.state
        empty = state.empty()
        if not state.take(empty, is_guess=True):
            step = state.destroy_and_repair(Neighbourhood(most_per_need=FIRST_PER_NEED), empty, state.clock.left())
            if step.outcome == "infeasible":
                step = state.destroy_and_repair(Neighbourhood(), empty, state.clock.left())
            if not step.has_roster:
                return step.outcome != "infeasible"
            state.take_step(step, empty)
        take_initial_roster(state, self.hint)
        for neighbourhood in first_steps(state):
            if state.best is not None and not state.clock.is_over():
                self._try(neighbourhood.activity)
                solution = state.best.solution
                share = STEP_SECONDS / 2 if neighbourhood.is_for_care else STEP_SECONDS
                state.take_step(state.destroy_and_repair(neighbourhood, solution, share, gap=FIRST_GAP), solution)
                self._ask_beside(improved=True)
        return True

    def _ask_beside(self, improved: bool) -> None:
        """Use what the other processes found after a step, and keep them at work."""
        if self.bound_requests is not None:
            self.bound_requests.go_on(improved=improved, bounds=self.bounds)
        if self.helper is not None:
            self.helper.go_on(self.bounds.care)

    # --- the whole week -----------------------------------------------------------------------------------------------------

    def _exact(self) -> None:
        """Solve both tiers of the whole week: care first, which is then held."""
        state = self.state
        if state.best is None or state.clock.is_over():
            return
        self._improve_care_bound()
        if state.best.score.care > self.bounds.care:
            self.phase = "care"
            self.bounds.care = max(self.bounds.care, self._solve_whole("care", state.clock.left() * 0.5))
        if state.best.score.care <= self.bounds.care:
            self.phase = "preference"
            self.bounds.preference = max(self.bounds.preference, self._solve_whole("preference", state.clock.left()))
        state.report()

    def _solve_whole(self, tier: Literal["care", "preference"], share: float) -> int:
        """Solve one tier of the whole week from the best roster; return its proven bound."""
        state = self.state
        assert state.best is not None
        solution = state.best.solution
        self._try(WHOLE_WEEK[tier] if self._num_options <= EXACT_OPTIONS else REMAINDER)
        subproblem = state.compiler.compile(Neighbourhood(), solution)
        cp_sat = build_model(subproblem.index, subproblem.free, subproblem.held, least={"care": self.bounds.care})
        if tier == "preference":
            cp_sat.model.add(cp_sat.costs["care"] <= state.best.score.care)
        cp_sat.model.minimize(cp_sat.costs[tier])
        cp_sat.hint(subproblem.held)
        solver = state.clock.solver(share, 1 if self._is_core_taken() else state.clock.limits.workers)
        status = solver.solve(cp_sat.model, RosterCollector(state, subproblem, cp_sat, solution))
        state.clock.spend(solver)
        return rounded_up(solver.best_objective_bound) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else 0

    # --- parts --------------------------------------------------------------------------------------------------------------

    def _improve_side_by_side(self) -> None:
        """Improve one neighbourhood at a time; one thread per worker."""
        if self.state.best is None:
            return
        self.selector = selector = NeighbourhoodSelector(self.state)
        workers = 1 if self.state.clock.limits.deterministic_time is not None else self.state.clock.limits.workers
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(self._improve, selector, worker) for worker in range(workers)]:
                done.result()

    def _improve(self, selector: NeighbourhoodSelector, worker: int) -> None:
        """Take steps until proven or out of time; the last worker leaves its core to a busy prover or helper."""
        state = self.state
        while state.best is not None and not state.clock.is_over() and not self.is_proven():
            self._follow()
            if worker > 0 and self._is_core_taken():
                time.sleep(0.05)
                continue
            with state.lock:
                self._free_all_if_stuck()
                self._finish_if_small()
                neighbourhood, kind = selector.next()
                self._try(neighbourhood.activity)
                solution, before = state.best.solution, state.best.rank
            step = state.destroy_and_repair(neighbourhood, solution, STEP_SECONDS)
            if step.has_roster:
                state.take_step(step, solution)
            with state.lock:
                state.rounds += 1
                self._use_bounds()
                selector.learn(neighbourhood, kind, step.outcome, improved=state.best.rank < before)
                self._settled = 0 if state.best.score.care < before[0] else self._settled + 1
                if self.bound_requests is None and self._settled == SETTLED_ROUNDS:
                    self._improve_care_bound()
                self._ask_beside(improved=state.best.rank < before)

    def _is_core_taken(self) -> bool:
        """Whether another process needs the core of a worker."""
        is_proving = self.bound_requests is not None and self.bound_requests.is_busy
        return is_proving or (self.helper is not None and self.helper.is_busy)

    def bounds_found(self, proof: Proof) -> None:
        """Adopt the prover's results; once care is proven, leave out what no better roster contains."""
        if proof.tier == "care":
            self.bounds.care = max(self.bounds.care, proof.bound)
        else:
            self._preference_at[proof.care] = max(self._preference_at.get(proof.care, 0), proof.bound)
        best = self.state.best
        self._use_bounds()
        if proof.survivors is not None and best is not None and best.score.care <= min(self.bounds.care, proof.care):
            visits = [v for visits in self.state.candidates.visits.values() for v in visits]
            self.state.compiler.only = frozenset(visits[n] for n in proof.survivors)
            self._survivors_below = proof.preference
        self.state.report()

    def _use_bounds(self) -> None:
        """A preference bound applies to the best roster once that roster's care is within the requested care cost."""
        best = self.state.best
        for care, bound in self._preference_at.items():
            if best is not None and best.score.care <= care:
                self.bounds.preference = max(self.bounds.preference, bound)

    def _follow(self) -> None:
        """Use the latest proposal: repair it, and prefer its promising visits from now on."""
        with self.state.lock:
            proposal = None if self.bound_requests is None else self.bound_requests.proposal()
        if proposal is None:
            return
        candidates = list(self.state.candidates.handles())
        if proposal.promising is not None:
            self.state.compiler.promising = frozenset(v for n in proposal.promising if isinstance(v := candidates[n], Visit))
        if proposal.picked:
            self._try(PROPOSAL)
            repair(self.state, [candidates[n] for n in proposal.picked])

    def _free_all_if_stuck(self) -> None:
        """Solve care of the whole week once, if it is small enough and parts have not helped for a while."""
        is_due = self._settled >= SETTLED_ROUNDS and self._num_options <= WHOLE_OPTIONS and not self._is_whole_tried
        if is_due and self.state.best is not None and self.state.best.score.care > self.bounds.care:
            self._is_whole_tried = True
            self.bounds.care = max(self.bounds.care, self._solve_whole("care", WHOLE_SHARE * self.state.clock.left()))

    def _finish_if_small(self) -> None:
        """If few options are left for a better roster, end the search with one model of all of them, unless the prover does so better."""
        best, only, work = self.state.best, self.state.compiler.only, self.work
        if best is None or best.score.care > self.bounds.care or self.is_proven() or (work is not None and work.what == "preference"):
            return
        if only is None:
            below, is_small = best.score.preference, self._num_options <= EXACT_OPTIONS
        else:
            below, is_small = self._survivors_below, len(only) <= FINISH_OPTIONS
        if not is_small or self._finished == below:
            return
        self._finished = below
        # Every roster with another option costs at least `below`.
        bound = self._solve_whole("preference", self.state.clock.left())
        self.bounds.preference = max(self.bounds.preference, min(below, bound))
        self.state.report()

    def _improve_care_bound(self) -> None:
        """Improve the isolated bound of care by participants with unmet care; that of all others is at least 0."""
        unmet = self.state.unmet()
        if len(unmet) <= MOST_ALONE * len(self.state.participants) or len(unmet) <= 3:
            for participant in unmet:
                if participant not in self._isolated and participant in self.state.candidates.visits and not self.state.clock.is_over():
                    self._isolated[participant] = self.alone(participant)
            self.bounds.care = max(self.bounds.care, sum(self._isolated.values()))
            self.state.report()
