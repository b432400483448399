"""The desk of a search: the lines of a case, the best roster so far, and steps that solve a part with the rest held.

Care comes first in every step: a neighbourhood minimises ``care x scale + preference`` with a scale above any preference. A candidate
roster replaces the best one only after `verify.judge` has found it legal and its score better.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ortools.sat.python import cp_model

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.extract import to_roster
from scheduler.model.lines import Lines
from scheduler.model.piece import Index, Piece, build
from scheduler.model.thinning import Thinner
from scheduler.result import SolveLimits
from scheduler.roster import Roster
from scheduler.terms import AnyOf, Choice, Handle, Housing, Run, Staffing, Visit
from scheduler.verify import Score, Verdict, judge, multiplier

Outcome = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(slots=True)
class Best:
    """The best verified roster, what the rules say of it, and the values of its variables."""

    roster: Roster
    verdict: Verdict
    values: list[bool]

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
    """What a step did: how it ended, and the values it changed."""

    outcome: Outcome
    changes: dict[int, bool]

    @property
    def is_found(self) -> bool:
        """Whether it ended with a roster, perhaps the same."""
        return self.outcome in ("optimal", "feasible")


@dataclass(frozen=True, slots=True)
class Part:
    """What a step frees.

    Attributes:
        participants: Whose visits.
        groups: Whose runs, facilitators and rooms; None: all groups.
        frees_groups, frees_needs: Group places and runs, appointments, or both.
        most_per_need: Visits looked at per need.
        extra: Further variables.
    """

    participants: Collection[str]
    groups: Collection[str] | None = None
    frees_groups: bool = True
    frees_needs: bool = True
    most_per_need: int = 10**9
    extra: Collection[int] = ()


@dataclass(slots=True)
class Clock:
    """Limits of a search: wall time, or deterministic time added up over all steps."""

    limits: SolveLimits
    is_cancelled: Callable[[], bool]
    started: float = field(default_factory=time.monotonic)
    deterministic: float = 0.0

    def seconds(self) -> float:
        """Wall time so far."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """What is left, in the unit of the limit."""
        if self.limits.deterministic_time is not None:
            return self.limits.deterministic_time - self.deterministic
        return self.limits.seconds - self.seconds()

    def is_over(self) -> bool:
        """Whether to stop."""
        return self.left() <= 0 or self.is_cancelled()

    def solver(self, share: float, workers: int) -> cp_model.CpSolver:
        """A solver limited to ``share`` of time units (seconds, or deterministic), and to what is left."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        # With one worker, full linear relaxation made neighbourhoods solve ten times sooner (measured at 24 and 60 participants).
        solver.parameters.linearization_level = 2
        solver.parameters.random_seed = self.limits.seed
        limit = max(0.0, min(share, self.left()))
        if self.limits.deterministic_time is not None:
            solver.parameters.max_deterministic_time = limit
        else:
            solver.parameters.max_time_in_seconds = limit
        return solver


class Desk:
    """The lines of a case, and the best roster made of them so far."""

    def __init__(self, case: Case, candidates: Candidates, lines: Lines, clock: Clock, report: Callable[[], None]) -> None:
        """Start with an empty desk; `best` is None until a roster was found."""
        self.case, self.candidates, self.lines, self.clock, self.report = case, candidates, lines, clock, report
        self.index = Index(lines)
        self.random = random.Random(clock.limits.seed)
        self.best: Best | None = None
        self.lock = threading.RLock()
        self.disagreements: list[str] = []
        self.rounds = self.improvements = 0
        self.numbers_of = {p: [lines.numbered(v) for v in visits] for p, visits in candidates.visits.items()}
        self.thinner = Thinner(lines, self.random)
        self.shared = [n for n, h in enumerate(lines.handles) if not isinstance(h, Visit | AnyOf | Choice)]
        self.run_of = {run: lines.numbered(run) for run in candidates.runs}
        self.shared_of: dict[str, list[int]] = {}
        for number in self.shared:
            self.shared_of.setdefault(group_of(lines.handles[number]), []).append(number)

    def empty(self) -> list[bool]:
        """Values of the empty roster; what has happened is in it."""
        return self.completed([handle in self.candidates.past for handle in self.lines.handles])

    def completed(self, values: list[bool]) -> list[bool]:
        """Set every `AnyOf` from its members."""
        for number, members in self.index.members:
            values[number] = any(values[m] for m in members)
        return values

    def solve_around(self, part: Part, held: list[bool], share: float) -> Step:
        """Free a part, hold everything else, and solve both tiers together, on one worker."""
        with self.lock:
            piece = build(self.index, self.free_numbers(part, held), held)
            scale = int(piece.costs["preference"].domain.max()) + 1
            piece.model.minimize(piece.costs["care"] * scale + piece.costs["preference"])
        return self.run(piece, held, share, workers=1)

    def free_numbers(self, part: Part, held: Sequence[bool]) -> list[int]:
        """The variables a part frees."""
        groups = self.shared_of if part.groups is None else part.groups
        numbers = [n for g in groups for n in self.shared_of.get(g, ())] if part.frees_groups else []
        meeting = {run for run, number in self.run_of.items() if held[number] or (part.frees_groups and run.group in groups)}
        spots = {(run.group, run.span) for run in meeting}
        for participant in part.participants:
            places = [n for n, v in self.thinner.places[participant] if (v.group, v.span) in spots]
            if part.frees_groups:
                numbers += places
            if part.frees_needs:
                near = set(places) if part.frees_groups else {n for n in places if held[n]}
                numbers += self.thinner.needs_of(participant, part.most_per_need, held, near)
        return numbers + list(part.extra)

    def run(self, piece: Piece, held: Sequence[bool], share: float, workers: int) -> Step:
        """Solve a piece with the held values as its hint."""
        for number, variable in piece.variables.items():
            piece.model.add_hint(variable, held[number])
        solver = self.clock.solver(share, workers)
        status = solver.solve(piece.model)
        self.clock.deterministic += solver.response_proto.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Step("infeasible" if status == cp_model.INFEASIBLE else "unknown", {})
        changed = {n: value for n, v in piece.variables.items() if (value := solver.boolean_value(v)) != held[n]}
        return Step("optimal" if status == cp_model.OPTIMAL else "feasible", changed)

    def take_step(self, step: Step, held: Sequence[bool]) -> bool:
        """Keep what a step changed, on top of the best roster of now; else, when that does not go together, as the step saw it."""
        if self.best is None:
            return self.take(changed(held, step.changes))
        with self.lock:
            if self.best.values is held:
                return self.take(changed(held, step.changes))
            return self.take(changed(self.best.values, step.changes), is_guess=True) or self.take(changed(held, step.changes))

    def take(self, values: list[bool], is_guess: bool = False) -> bool:
        """Write the values as a roster, judge it, and keep it when it is legal and no worse; returns whether it was kept.

        Args:
            is_guess: No model said that these values are legal, so it is no disagreement when they are not.
        """
        values = self.completed(values)
        roster = to_roster(self.case, self.candidates, self.chosen(values))
        if roster is None:
            return False
        verdict = judge(self.case, roster, self.lines.rules)
        if verdict.violations and is_guess:
            return False
        if verdict.violations:
            self.disagreements += [f"model allowed what {v.rule} forbids: {v.message}" for v in verdict.violations[:3]]
            return False
        if self.best is not None and (verdict.score.care, verdict.score.preference) > self.best.rank:
            return False
        improved = self.best is None or (verdict.score.care, verdict.score.preference) < self.best.rank
        self.best = Best(roster, verdict, values)
        if improved:
            self.improvements += 1
            self.report()
        return True

    def chosen(self, values: list[bool]) -> list[Handle]:
        """The handles of a roster."""
        return [h for h, value in zip(self.lines.handles, values, strict=True) if value and not isinstance(h, AnyOf | Choice)]

    def costs(self, care_only: bool = False) -> dict[str, int]:
        """What each participant's part of the best roster costs; care counts a hundredfold unless alone."""
        found: dict[str, int] = {}
        rules = {rule.id: rule for rule in self.lines.rules}
        for amount in () if self.best is None else self.best.verdict.amounts:
            rule = rules[amount.rule]
            if not amount.about or amount.about[0] not in self.numbers_of or (care_only and rule.level != "care"):
                continue
            cost = amount.amount * multiplier(self.case, rule, amount.participant)
            scale = 100 if rule.level == "care" and not care_only else 1
            found[amount.about[0]] = found.get(amount.about[0], 0) + cost * scale
        return found

    def unmet(self) -> dict[str, int]:
        """Participant to care cost in the best roster."""
        return self.costs(care_only=True)


def changed(values: Sequence[bool], changes: dict[int, bool]) -> list[bool]:
    """A copy of the values with some changed."""
    new = list(values)
    for number, value in changes.items():
        new[number] = value
    return new


def group_of(handle: Handle) -> str:
    """The group of a run, staffing or housing."""
    if isinstance(handle, Run):
        return handle.group
    return handle.run.group if isinstance(handle, Staffing | Housing) else ""
