"""The desk of a search: the best roster so far, and steps that solve a part of the week with the rest held.

Care comes first in every step: a part minimises ``care x scale + preference`` with a scale above any preference. A roster replaces
the best one only after `verify.judge` has found it legal and its score no worse.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ortools.sat.python import cp_model

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.clock import Clock
from scheduler.model.extract import to_roster
from scheduler.model.lines import Lines
from scheduler.model.parts import Chosen, Compiled, Part, Workshop
from scheduler.model.piece import Index, Piece, build
from scheduler.roster import Roster
from scheduler.rule import Rule
from scheduler.terms import AnyOf, Choice, Handle, Visit
from scheduler.verify import Score, Verdict, judge, multiplier

Outcome = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(slots=True)
class Best:
    """The best verified roster, what the rules say of it, and its handles."""

    roster: Roster
    verdict: Verdict
    chosen: Chosen

    @property
    def score(self) -> Score:
        """Its objective."""
        return self.verdict.score

    @property
    def rank(self) -> tuple[int, int]:
        """Care first, then preference; less is better."""
        return self.score.care, self.score.preference


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: how it ended, and the handles it added and removed."""

    outcome: Outcome
    added: frozenset[Handle] = frozenset()
    removed: frozenset[Handle] = frozenset()

    @property
    def is_found(self) -> bool:
        """Whether it ended with a roster, perhaps the same."""
        return self.outcome in ("optimal", "feasible")

    def applied(self, chosen: Chosen) -> Chosen:
        """A roster with the step's changes."""
        return (chosen - self.removed) | self.added


class Desk:
    """What is known of a case while it is searched."""

    def __init__(self, case: Case, candidates: Candidates, rules: list[Rule], clock: Clock, report: Callable[[], None]) -> None:
        """Start with an empty desk; `best` is None until a roster was found."""
        self.case, self.candidates, self.rules, self.clock, self.report = case, candidates, rules, clock, report
        self.random = random.Random(clock.limits.seed)
        self.workshop = Workshop(case, candidates, rules, self.random)
        self.best: Best | None = None
        self.lock = threading.RLock()
        self.disagreements: list[str] = []
        self.rounds = self.improvements = 0

    @cached_property
    def lines(self) -> Lines:
        """All lines of the case; expensive in a large program, made when first asked for."""
        return self.index.lines

    @cached_property
    def index(self) -> Index:
        """All lines with their index."""
        return Index(Lines(self.case, self.candidates, self.rules))

    @property
    def participants(self) -> list[str]:
        """Everybody with candidates."""
        return list(self.candidates.visits)

    def empty(self) -> Chosen:
        """The empty roster; what has happened is in it."""
        return frozenset(self.candidates.past)

    # --- steps --------------------------------------------------------------------------------------------------------------

    def solve_part(self, part: Part, chosen: Chosen, share: float, gap: float = 0.0) -> Step:
        """Free a part, hold everything else, and solve both tiers together, on one worker.

        Args:
            gap: Share of the cost that may stay unproven.
        """
        with self.lock:
            compiled = self.workshop.compile(part, chosen)
            piece = build(compiled.index, compiled.free, compiled.held)
            scale = int(piece.costs["preference"].domain.max()) + 1
            piece.model.minimize(piece.costs["care"] * scale + piece.costs["preference"])
        return self.run(compiled, piece, share, gap)

    def run(self, compiled: Compiled, piece: Piece, share: float, gap: float = 0.0) -> Step:
        """Solve a piece with the held values as its hint."""
        for number, variable in piece.variables.items():
            piece.model.add_hint(variable, compiled.held[number])
        solver = self.clock.solver(share, workers=1)
        solver.parameters.relative_gap_limit = gap
        status = solver.solve(piece.model)
        self.clock.spend(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Step("infeasible" if status == cp_model.INFEASIBLE else "unknown")
        return self.step("optimal" if status == cp_model.OPTIMAL else "feasible", compiled, piece, solver.boolean_value)

    def step(self, outcome: Outcome, compiled: Compiled, piece: Piece, value: Callable[[cp_model.IntVar], bool]) -> Step:
        """What a solution changes."""
        added: list[Handle] = []
        removed: list[Handle] = []
        for number, variable in piece.variables.items():
            handle = compiled.lines.handles[number]
            if not isinstance(handle, AnyOf | Choice) and (now := value(variable)) != compiled.held[number]:
                (added if now else removed).append(handle)
        return Step(outcome, frozenset(added), frozenset(removed))

    # --- rosters ------------------------------------------------------------------------------------------------------------

    def take_step(self, step: Step, chosen: Chosen) -> bool:
        """Keep what a step changed, on top of the best roster of now; else, when that does not go together, as the step saw it."""
        with self.lock:
            if self.best is not None and self.best.chosen is not chosen and self.take(step.applied(self.best.chosen), is_guess=True):
                return True
            return self.take(step.applied(chosen))

    def take(self, chosen: Chosen, is_guess: bool = False) -> bool:
        """Write the handles as a roster, judge it, and keep it when it is legal and no worse; returns whether it was kept.

        Args:
            is_guess: No model said that these go together, so it is no disagreement when they do not.
        """
        roster = to_roster(self.case, self.candidates, self.in_order(chosen))
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
        self.best = Best(roster, verdict, chosen)
        if is_better:
            self.improvements += 1
            self.report()
        return True

    def in_order(self, chosen: Chosen) -> list[Handle]:
        """The handles of a roster in a stable order."""
        return sorted(chosen, key=str)

    def booked(self) -> list[Visit]:
        """The visits of the best roster, in a stable order."""
        return [] if self.best is None else [h for h in self.in_order(self.best.chosen) if isinstance(h, Visit)]

    def costs(self, care_only: bool = False, verdict: Verdict | None = None) -> dict[str, int]:
        """What each participant's part of the best roster costs; care counts a hundredfold unless alone.

        Args:
            verdict: Of another roster.
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
        """Participant to care cost in the best roster."""
        return self.costs(care_only=True)
