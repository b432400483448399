"""The state of a search: the incumbent, and destroy and repair, which solves a neighbourhood with the rest held.

Care comes first in every step: a subproblem minimizes ``care x scale + preference`` with a scale above any preference. A roster replaces
the best one only after `verify.judge` has found it legal and its score no worse.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.clock import Clock
from scheduler.model.cp_sat import CpSatModel, build_model
from scheduler.model.extract import to_roster
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.solver_library import cp_model
from scheduler.model.subproblem import Neighbourhood, Solution, Subproblem, SubproblemCompiler
from scheduler.roster import Roster
from scheduler.rule import Rule
from scheduler.terms import AnyOf, FreeVariable, Handle, Visit
from scheduler.verify import Score, Verdict, judge, multiplier

Outcome = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(slots=True)
class Incumbent:
    """The best verified roster, with its verdict and its handles."""

    roster: Roster
    verdict: Verdict
    solution: Solution

    @property
    def score(self) -> Score:
        """Its objective."""
        return self.verdict.score

    @property
    def rank(self) -> tuple[int, int]:
        """The sort key: care, then preference; less is better."""
        return self.score.care, self.score.preference


@dataclass(frozen=True, slots=True)
class Move:
    """The result of a step: its status, and the handles it added and removed."""

    outcome: Outcome
    added: frozenset[Handle] = frozenset()
    removed: frozenset[Handle] = frozenset()

    @property
    def has_roster(self) -> bool:
        """Whether the step ended with a roster, possibly the same one."""
        return self.outcome in ("optimal", "feasible")

    def applied(self, solution: Solution) -> Solution:
        """A roster with the step's changes."""
        return (solution - self.removed) | self.added


class SearchState:
    """The state of the search for one case."""

    def __init__(self, case: Case, candidates: Candidates, rules: list[Rule], clock: Clock, report: Callable[[], None]) -> None:
        """Start without a roster; `best` is None until one is found."""
        self.case, self.candidates, self.rules, self.clock, self.report = case, candidates, rules, clock, report
        self.random = random.Random(clock.limits.seed)
        self.compiler = SubproblemCompiler(case, candidates, rules, self.random)
        self.best: Incumbent | None = None
        self.lock = threading.RLock()
        self.disagreements: list[str] = []
        self.rounds = self.improvements = 0
        self.looked_at: set[str] = set()
        """The participants who were in a neighbourhood so far."""

    @cached_property
    def lines(self) -> Lines:
        """All lines of the case; expensive for a large program, so computed on first use."""
        return self.index.lines

    @cached_property
    def index(self) -> LineIndex:
        """All lines with their index."""
        return LineIndex(Lines(self.case, self.candidates, self.rules))

    @property
    def participants(self) -> list[str]:
        """All participants with candidates."""
        return list(self.candidates.visits)

    @property
    def solution(self) -> Solution:
        """The handles of the best roster; without one, the past."""
        return self.empty() if self.best is None else self.best.solution

    def empty(self) -> Solution:
        """The empty roster, which contains only past sessions."""
        return frozenset(self.candidates.past)

    # --- steps --------------------------------------------------------------------------------------------------------------

    def destroy_and_repair(self, neighbourhood: Neighbourhood, solution: Solution, share: float, gap: float = 0.0) -> Move:
        """Destroy and repair: free a neighbourhood, hold everything else, and solve both tiers together, on one worker.

        Args:
            gap: Share of the cost that may stay unproven.
        """
        with self.lock:
            self.looked_at.update(self.participants if neighbourhood.participants is None else neighbourhood.participants)
            subproblem = self.compiler.compile(neighbourhood, solution)
            cp_sat = build_model(subproblem.index, subproblem.free, subproblem.held)
            scale = int(cp_sat.costs["preference"].domain.max()) + 1
            cp_sat.model.minimize(cp_sat.costs["care"] * scale + cp_sat.costs["preference"])
        return self.run(subproblem, cp_sat, share, gap, scale - 1 if neighbourhood.is_for_care else 0)

    def run(self, subproblem: Subproblem, cp_sat: CpSatModel, share: float, gap: float = 0.0, open_cost: int = 0) -> Move:
        """Solve a built model with the held values as its hint.

        Args:
            gap: Share of the cost that may stay unproven.
            open_cost: Cost that may stay unproven.
        """
        cp_sat.hint(subproblem.held)
        solver = self.clock.solver(share, workers=1)
        solver.parameters.relative_gap_limit, solver.parameters.absolute_gap_limit = gap, open_cost
        status = solver.solve(cp_sat.model)
        self.clock.spend(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Move("infeasible" if status == cp_model.INFEASIBLE else "unknown")
        return self.step("optimal" if status == cp_model.OPTIMAL else "feasible", subproblem, cp_sat, solver.boolean_value)

    def step(self, outcome: Outcome, subproblem: Subproblem, cp_sat: CpSatModel, value: Callable[[cp_model.IntVar], bool]) -> Move:
        """The changes in a solution."""
        added: list[Handle] = []
        removed: list[Handle] = []
        for number, variable in cp_sat.variables.items():
            handle = subproblem.lines.handles[number]
            if not isinstance(handle, AnyOf | FreeVariable) and (now := value(variable)) != subproblem.held[number]:
                (added if now else removed).append(handle)
        return Move(outcome, frozenset(added), frozenset(removed))

    # --- rosters ------------------------------------------------------------------------------------------------------------

    def take_step(self, step: Move, solution: Solution) -> bool:
        """Apply a step's changes to the current best roster, or, if they do not fit, to the roster the step started from."""
        with self.lock:
            if self.best is not None and self.best.solution is not solution and self.take(step.applied(self.best.solution), is_guess=True):
                return True
            return self.take(step.applied(solution))

    def take(self, solution: Solution, is_guess: bool = False) -> bool:
        """Write the handles as a roster, check it, and keep it if it is legal and no worse; return whether it was kept.

        Args:
            is_guess: No model claims that these handles are compatible, so an illegal roster is not a disagreement.
        """
        roster = to_roster(self.case, self.candidates, self.in_order(solution))
        if roster is None:
            return False
        verdict = judge(self.case, roster, self.rules)
        if verdict.violations:
            if not is_guess:
                self.disagreements += [f"model allowed what {v.rule} forbids: {v.message}" for v in verdict.violations[:3]]
            return False
        rank = verdict.score.care, verdict.score.preference
        if self.best is not None and rank > self.best.rank:
            return False
        is_better = self.best is None or rank < self.best.rank
        self.best = Incumbent(roster, verdict, solution)
        if is_better:
            self.improvements += 1
            self.report()
        return True

    def in_order(self, solution: Solution) -> list[Handle]:
        """The handles of a roster in a stable order."""
        return sorted(solution, key=str)

    def booked(self) -> list[Visit]:
        """The visits of the best roster, in a stable order."""
        return [] if self.best is None else [h for h in self.in_order(self.best.solution) if isinstance(h, Visit)]

    def costs(self, care_only: bool = False, verdict: Verdict | None = None) -> dict[str, int]:
        """The cost of each participant in the best roster; care counts a hundredfold unless it is the only tier.

        Args:
            verdict: The verdict on another roster.
        """
        costs: dict[str, int] = {}
        if verdict is None and self.best is not None:
            verdict = self.best.verdict
        rules = {rule.id: rule for rule in self.rules}
        for amount in () if verdict is None else verdict.amounts:
            rule = rules[amount.rule]
            if not amount.about or amount.about[0] not in self.candidates.visits or (care_only and rule.level != "care"):
                continue
            cost = amount.amount * multiplier(self.case, rule, amount.participant)
            scale = 100 if rule.level == "care" and not care_only else 1
            costs[amount.about[0]] = costs.get(amount.about[0], 0) + cost * scale
        return costs

    def unmet(self) -> dict[str, int]:
        """Care cost by participant in the best roster."""
        return self.costs(care_only=True)
