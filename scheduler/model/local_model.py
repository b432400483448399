"""A roster as lines around some participants: all their options are included, and everyone else is held as booked.

Explaining or changing a finished roster needs the options of only a few people. Candidates for these few, together with the bookings of
everyone else, answer every question about the few exactly, because the others' bookings use the same capacity in either case.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from scheduler.barriers import OwnWeek
from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.clock import Clock
from scheduler.model.cp_sat import build_model
from scheduler.model.extract import to_roster
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.sampling import AppointmentSampler
from scheduler.model.solver_library import cp_model
from scheduler.result import Cause
from scheduler.roster import Roster
from scheduler.rule import Rule
from scheduler.rules import RULES
from scheduler.terms import AnyOf, FreeVariable, Handle, Housing, Run, Staffing, Visit
from scheduler.timegrid import Span
from scheduler.verify import Verdict, judge
from scheduler.view import PlacedSession, View

MOST_TIMES = 60
"""The number of times of an appointment, with all clinicians, that `improve` chooses from."""
T = TypeVar("T")


@dataclass(slots=True)
class JudgedRoster:
    """A roster found by changing part of another, with its verdict."""

    roster: Roster
    verdict: Verdict

    @property
    def rank(self) -> tuple[int, int]:
        """The sort key: care, then preference; less is better."""
        return self.verdict.score.care, self.verdict.score.preference


@dataclass
class LocalModel:
    """A roster as values of numbered variables.

    Attributes:
        people: The participants whose options are all included, with their partners.
        values: By variable, whether the roster has it.
        causes: Causes found for what is missing, by participant, rule and key; filled by the explanations.
        own_weeks: By participant, the week as if nobody else were in the program; filled likewise.
    """

    case: Case
    people: Sequence[str]
    candidates: Candidates
    lines: Lines
    index: LineIndex
    roster: Roster
    values: Sequence[bool]
    causes: dict[tuple[object, ...], tuple[Cause, ...]] = field(default_factory=dict)
    own_weeks: dict[str, OwnWeek] = field(default_factory=dict)
    _left: dict[int, int] = field(default_factory=dict)
    _uses: dict[int, dict[int, int]] = field(default_factory=dict)

    @cached_property
    def view(self) -> View:
        """The roster in minutes of the week."""
        return View(self.case, self.roster)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the roster."""
        return judge(self.case, self.roster)

    @cached_property
    def members(self) -> dict[int, list[int]]:
        """The members of each `AnyOf`."""
        return dict(self.index.members)

    def number(self, handle: Visit | Run | Staffing | Housing) -> int:
        """The variable of a candidate or of a booking.

        Raises:
            KeyError: The handle is neither.
        """
        number = self.lines.number_if_there(handle)
        if number is None:
            raise KeyError(handle)
        return number

    def left(self, position: int) -> int:
        """The value of a line's left side in the roster."""
        if position not in self._left:
            line = self.lines.lines[position]
            self._left[position] = sum(c for n, c in zip(line.variables, line.coefficients, strict=True) if self.values[n])
        return self._left[position]

    def uses(self, number: int) -> dict[int, int]:
        """The coefficients of a variable, by line."""
        if number not in self._uses:
            lines = ((position, self.lines.lines[position]) for position in self.index.lines_of[number])
            self._uses[number] = {position: line.coefficients[line.variables.index(number)] for position, line in lines}
        return self._uses[number]

    def booked(self, participant: str) -> tuple[Visit, ...]:
        """The participant's visits in the roster."""
        return self.view.visits[participant]

    def improve(self, participants: Iterable[str], clock: Clock, share: float) -> JudgedRoster | None:
        """Re-place some participants, with runs and staff, and everyone else held: a legal roster with less unmet care, or None.

        The model requires less unmet care from the start, so that the solver refutes most useless attempts without a search.

        Args:
            clock: Limits the solve, and counts its deterministic time.
            share: The most time it may take, in the unit of the clock.
        """
        free = [self.number(v) for p in self.case.care.together_with(participants) for v in self.candidates.visits[p]]
        free += [n for n, handle in enumerate(self.lines.handles) if isinstance(handle, Run | Staffing | Housing)]
        cp_sat = build_model(self.index, free, self.values)
        care, preference = cp_sat.costs["care"], cp_sat.costs["preference"]
        cp_sat.model.add(care <= self._care_of(free) - 1)
        cp_sat.model.minimize(care * (int(preference.domain.max()) + 1) + preference)
        for number, variable in cp_sat.variables.items():
            cp_sat.model.add_hint(variable, self.values[number])
        solver = clock.solver(share, workers=1)
        status = solver.solve(cp_sat.model)
        clock.spend(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        values = list(self.values)
        for number, variable in cp_sat.variables.items():
            values[number] = solver.boolean_value(variable)
        solution = [h for h, value in zip(self.lines.handles, values, strict=True) if value and not isinstance(h, AnyOf | FreeVariable)]
        roster = to_roster(self.case, self.candidates, solution)
        verdict = None if roster is None else judge(self.case, roster)
        return None if roster is None or verdict is None or verdict.violations else JudgedRoster(roster, verdict)

    def _care_of(self, free: Iterable[int]) -> int:
        """The current care cost of the lines of a model."""
        numbers, positions = self.index.reach(list(free))
        lines = ((self.lines.lines[position], self.left(position)) for position in positions)
        steps = sum(line.cost * max(0, -(-(left - line.bound) // line.step)) for line, left in lines if line.tier == "care")
        return steps + sum(self.lines.unit_costs["care"].get(n, 0) for n in numbers if self.values[n])


def local_model(case: Case, roster: Roster, participants: Iterable[str], only_open: bool = False) -> LocalModel:
    """Create the local model of a roster around some participants.

    Args:
        case: The week; the roster need not be legal, but must have the right shape.
        participants: The participants whose options to include.
        only_open: For `improve`, not for explaining: leave out appointments at times when their clinician has another one, and all but
            the cheapest times, and include the rows of changes of several visits.
    """
    rules = [rule for rule in RULES if rule.applies_to(case)]
    people = list(dict.fromkeys(participants))
    # A couple session is decided for both partners.
    movable = case.care.together_with(people)
    candidates = enumerate_candidates(case, rules, movable)
    view = View(case, roster)
    there = frozenset(handle for placed in view.placed for handle in view.handles_of(placed))
    if only_open:
        _drop_conflicting(candidates, view, movable)
        _thin(case, candidates, rules, there, movable)
    _hold(candidates, view, movable)
    lines = Lines(case, candidates, rules, moving=movable, booked=None if only_open else {h for h in there if isinstance(h, Visit)})
    index = LineIndex(lines)
    values = [handle in there for handle in lines.handles]
    for number, members in index.members:
        values[number] = any(values[m] for m in members)
    return LocalModel(case, people, candidates, lines, index, roster, values)


def _thin(case: Case, candidates: Candidates, rules: Sequence[Rule], there: frozenset[Handle], movable: Sequence[str]) -> None:
    """Keep only so many times of an appointment as a small model can choose from: the cheapest, near the group places."""
    sampler = AppointmentSampler(case, candidates.part({p: candidates.visits[p] for p in movable}, {}, {}), rules, random.Random(1))
    for person in movable:
        places = sampler.places[person]
        choice = {*places, *sampler.choose(person, MOST_TIMES, there, places)}
        candidates.visits[person] = tuple(v for v in candidates.visits[person] if v in choice)


def _drop_conflicting(candidates: Candidates, view: View, movable: Sequence[str]) -> None:
    """Remove appointments that overlap with their clinician's sessions with held participants."""
    week, notes = view.case.week, view.case.policy.notes_after_session
    busy_spans: dict[str, list[Span]] = {}
    for placed in view.placed:
        if placed.session.group is None and not any(p in movable for p in placed.participants()):
            for clinician in placed.session.facilitators:
                busy_spans.setdefault(clinician, []).append(week.widened(placed.span, 0, notes))

    def is_free(visit: Visit) -> bool:
        busy = busy_spans.get(visit.clinician or "")
        return busy is None or not any(map(week.widened(visit.span, 0, notes).overlaps, busy))

    candidates.visits = {p: tuple(filter(is_free, visits)) for p, visits in candidates.visits.items()}


def _hold(candidates: Candidates, view: View, movable: Sequence[str]) -> None:
    """Restrict the others to their bookings, and leave out runs that are neither booked nor open to the chosen participants."""
    visits = {p: booked if p not in candidates.visits else _joined(candidates.visits[p], booked) for p, booked in view.visits.items()}
    booked_runs = {placed.session.group: placed for placed in view.runs}
    reached = {v.group for p in movable for v in candidates.visits[p]}
    runs = dict.fromkeys(run for run in candidates.runs if run.group in reached or _is_of(booked_runs.get(run.group), run))
    for placed in view.runs:
        run, own = placed.run, list(view.handles_of(placed))
        staff = tuple(h for h in own if isinstance(h, Staffing))
        rooms = tuple(h for h in own if isinstance(h, Housing))
        is_open = run in runs and run.group in reached
        candidates.staffings[run] = _joined(candidates.staffings[run], staff) if is_open else staff
        candidates.housings[run] = _joined(candidates.housings[run], rooms) if is_open else rooms
        runs[run] = None
    candidates.visits, candidates.runs = visits, tuple(runs)


def _is_of(placed: PlacedSession | None, run: Run) -> bool:
    return placed is not None and placed.run == run


def _joined(options: tuple[T, ...], booked: tuple[T, ...]) -> tuple[T, ...]:
    """The options, and bookings that are not options (a roster may be edited by hand)."""
    return tuple(dict.fromkeys((*options, *booked)))
