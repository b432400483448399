"""The care that one participant could have if alone in the program, and the rules that prevent more."""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from scheduler.barriers import program_of
from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.explain.missing import Missing
from scheduler.model.cp_sat import build_model
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.rounding import rounded_up
from scheduler.model.solver_library import cp_model
from scheduler.result import Cause
from scheduler.rule import overriding
from scheduler.rules import RULES
from scheduler.terms import Visit

DETERMINISTIC_SECONDS = 1.0
MOST_SECONDS = 20.0
"""The time limit for all isolated weeks of one explanation, so that a hopeless week cannot make it endless."""
MOST_WAITS = 300_000
"""The number of pairs of a week's options beyond which waits between them are left out: a bound stays one with fewer rules."""
KnownCosts = Callable[[str], int | None]
"""Returns what a participant's care costs at least alone, factor included, or None if that is not known."""
OWN_SCOPES = ("booking", "day", "week")
"""The scopes of rules that concern a single participant."""


class Alone:
    """Isolated weeks, computed on demand and cached. Every cost is a lower bound on the unmet care in any roster.

    Alone means that nobody else is booked or holds a place, groups meet for one, and no pin applies. Partners of couple sessions (and
    their partners) are included with all their rules, since a couple session needs both; their own unmet care does not count.
    """

    def __init__(self, case: Case, candidates: Candidates, least_care: KnownCosts | None = None, seconds: float = MOST_SECONDS) -> None:
        """Set up the isolated weeks of a program.

        Args:
            candidates: The options of all participants to be examined, and of their partners.
            least_care: Returns costs of `of` that are already known, to save work; None for others.
            seconds: Wall time for all calls together; later calls return 0, which is also a bound.
        """
        self.case, self.candidates, self.least_care, self.seconds = case, candidates, least_care, seconds
        self._costs: dict[tuple[str, str | None, tuple[object, ...], tuple[str, ...]], int] = {}
        self._lines: dict[tuple[str, str | None], Lines] = {}

    def of(self, participant: str) -> int:
        """The least care cost of a participant alone, factor included."""
        cost = None if self.least_care is None else self.least_care(participant)
        return self._cost(participant, None, (), ()) if cost is None else cost

    def costs(self) -> dict[str, int]:
        """The costs of `of` that were worked out so far."""
        return {participant: cost for (participant, *rest), cost in self._costs.items() if rest == [None, (), ()]}

    def least(self, missing: Missing, without: Collection[str] = ()) -> int:
        """The least amount, before the factor, of one missing thing alone; without some hard rules it may be less.

        It uses only the participant's own rules, so it is fast, and may be too low where staff or rooms are short.
        """
        key = missing.key if missing.rule == "ordered_service" else ()
        return self._cost(missing.participant, missing.rule, key, tuple(without)) // self.case.care.factor(missing.participant)

    def relief(self, missing: Missing) -> tuple[Cause, ...]:
        """The hard rules without which the participant alone would miss less, the most important first."""
        whole = self.least(missing)
        if not whole:
            return ()
        lines = self._compiled(missing.participant, missing.rule).lines
        rules = dict.fromkeys(line.rule for line in lines if line.tier == "hard" and line.rule != "identity")
        reliefs = []
        for rule in rules:
            if (less := whole - self.least(missing, (rule,))) > 0:
                title = next(r.title for r in RULES if r.id == rule)
                sentence = f"{title}; without this, {less} minutes fewer would be missing"
                reliefs.append(Cause(rule=rule, about=(missing.participant,), amount=less, sentence=sentence))
        return tuple(sorted(reliefs, key=lambda cause: -cause.amount))

    def _cost(self, participant: str, rule: str | None, key: tuple[object, ...], without: tuple[str, ...]) -> int:
        question = (participant, rule, key, without)
        if question not in self._costs:
            if self.seconds <= 0:
                return 0
            began = time.monotonic()
            self._costs[question] = self._solve(self._compiled(participant, rule), key, without)
            self.seconds -= time.monotonic() - began
        return self._costs[question]

    def _solve(self, lines: Lines, key: tuple[object, ...], without: Sequence[str]) -> int:
        """The least cost of a participant's lines: of all care, or of the lines with the key."""
        one = copy.copy(lines)
        hard = [x for x in lines.lines if x.tier == "hard" and x.variables and x.rule not in without]
        one.lines = hard + [x for x in lines.lines if x.tier == "care" and key in ((), x.key[1:])]
        cp_sat = build_model(LineIndex(one))
        cp_sat.model.minimize(cp_sat.costs["care"])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
        solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
        status = solver.solve(cp_sat.model)
        return rounded_up(solver.best_objective_bound) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else 0

    def _compiled(self, participant: str, rule: str | None) -> Lines:
        if (participant, rule) not in self._lines:
            people = (participant,) if rule is not None else self.case.care.together_with((participant,))
            case = Case(program_of(self.case.instance, people))
            rules = [r for r in RULES if r.applies_to(case) and (r.level == "hard" or (r.level == "care" and rule in (None, r.id)))]
            options = restricted(self.candidates, people)
            if rule is not None:
                rules, options.runs = [r for r in rules if r.scope in OWN_SCOPES], ()
            if sum(map(_pairs_of_a_day, options.visits.values())) > MOST_WAITS:
                waits = overriding(rules, "follows")
                rules = [r for r in rules if r not in waits]
            self._lines[participant, rule] = Lines(case, options, rules, care_of=(participant,))
        return self._lines[participant, rule]


def _pairs_of_a_day(visits: Iterable[Visit]) -> int:
    """About how many pairs of options on site have the same day."""
    return sum(number * number // 2 for number in Counter(visit.day for visit in visits if visit.site is not None).values())


def restricted(candidates: Candidates, people: Iterable[str]) -> Candidates:
    """The same candidates for some participants only, with the runs they could join."""
    visits = {p: candidates.visits[p] for p in people}
    groups = {visit.group for options in visits.values() for visit in options}
    staffings = {run: candidates.staffings[run] for run in candidates.runs if run.group in groups}
    return candidates.part(visits, staffings, {run: candidates.housings[run] for run in staffings})
