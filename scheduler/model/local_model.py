"""A roster as lines around some participants: all their options are included, and everyone else is held as booked.

Explaining or changing a finished roster needs the options of only a few people. Candidates for these few, together with the bookings of
everyone else, answer every question about the few exactly, because the others' bookings use the same capacity in either case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from scheduler.barriers import OwnWeek
from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.result import Cause
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.terms import Housing, Run, Staffing, Visit
from scheduler.verify import Verdict, judge
from scheduler.view import PlacedSession, View

T = TypeVar("T")


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

    def with_new_lines(self) -> LocalModel:
        """The same roster, after rules were included in the lines."""
        index = LineIndex(self.lines)
        return replace(self, index=index, values=index.values(self.values), _left={}, _uses={})

    def booked(self, participant: str) -> tuple[Visit, ...]:
        """The participant's visits in the roster."""
        return self.view.visits[participant]


def local_model(case: Case, roster: Roster, participants: Iterable[str]) -> LocalModel:
    """Create the local model of a roster around some participants.

    Args:
        case: The week; the roster need not be legal, but must have the right shape.
        participants: The participants whose options to include.
    """
    rules = [rule for rule in RULES if rule.applies_to(case)]
    people = list(dict.fromkeys(participants))
    # A couple session is decided for both partners.
    movable = case.care.together_with(people)
    candidates, view = enumerate_candidates(case, rules, movable), View(case, roster)
    hold_others(candidates, view, movable)
    booked = frozenset(handle for placed in view.placed for handle in view.handles_of(placed) if isinstance(handle, Visit))
    return compiled(view, people, Lines(case, candidates, rules, moving=movable, booked=booked))


def compiled(view: View, people: Sequence[str], lines: Lines) -> LocalModel:
    """A roster as values of compiled lines."""
    there = frozenset(handle for placed in view.placed for handle in view.handles_of(placed))
    values = [handle in there for handle in lines.handles]
    return LocalModel(view.case, people, lines.candidates, lines, LineIndex(lines), view.roster, values).with_new_lines()


def hold_others(candidates: Candidates, view: View, movable: Sequence[str]) -> None:
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
