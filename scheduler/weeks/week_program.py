"""An integer program of some weeks: one for each participant, one time for each of its entries, and all shared lines.

A week fixes what is hard to decide piece by piece: who is in which groups, which groups meet, and who comes on which days. So these
programs are nearly integral. What tables leave open (waits between two appointments of a day, breaks of clinicians) is left open here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from scheduler.model.line import Line
from scheduler.weeks.integer_program import IntegerProgram
from scheduler.weeks.line_terms import LineTerms
from scheduler.weeks.relaxation import Ints, Relaxation


class WeekProgram:
    """The program, and which variables of the case its literals stand for.

    Attributes:
        true_by: By variable of the case, the literals that make it true.
        care: By literal, its care cost, if any.
        rows, times: By week and by position in the entries, the literal that chooses it.
    """

    def __init__(self, relaxation: Relaxation, rows: Ints, times: Ints, static: Ints | None = None) -> None:
        """Write the program.

        Args:
            rows: Weeks to choose from.
            times: Positions of visits in the entries to choose from.
            static: The shared variables that may be true, if not all.
        """
        self.relaxation, self.weeks = relaxation, relaxation.weeks
        self.program = IntegerProgram()
        self.true_by: dict[int, list[int]] = {}
        self.care: dict[int, int] = {}
        self.rows: dict[int, int] = {}
        self.times: dict[int, int] = {}
        self.is_static = np.zeros(relaxation.size + 1, dtype=np.bool_)
        self.is_static[relaxation.static if static is None else static] = True
        self._add_weeks(rows, times)
        self._add_shared()

    def picked(self, values: Sequence[int]) -> tuple[int, ...]:
        """The variables of the case that a solution makes true."""
        return tuple(sorted(number for number, literals in self.true_by.items() if any(values[literal] for literal in literals)))

    def times_by_entry(self) -> dict[int, list[int]]:
        """The positions to choose from, by entry."""
        by_entry: dict[int, list[int]] = {}
        for position in self.times:
            by_entry.setdefault(int(self.weeks.entry_of[position]), []).append(position)
        return by_entry

    def _literal(self, cost: float, care: float, numbers: Iterable[int]) -> int:
        """Add a literal that makes variables of the case true."""
        numbers, relaxation = list(numbers), self.relaxation
        priced = [number for number in numbers if number < relaxation.size]
        care += float(relaxation.unit_care[priced].sum())
        literal = self._variable(cost + float(relaxation.unit[priced].sum()), care)
        for number in numbers:
            self.true_by.setdefault(number, []).append(literal)
        return literal

    def _variable(self, cost: float, care: float, most: int = 1) -> int:
        variable = self.program.variable(round(cost), most)
        if care:
            self.care[variable] = round(care)
        return variable

    # --- weeks --------------------------------------------------------------------------------------------------------------

    def _add_weeks(self, rows: Ints, times: Ints) -> None:
        """Add one week per participant, and one visit for each entry of it."""
        weeks, relaxation = self.weeks, self.relaxation
        everyone: list[list[int]] = [[] for _ in weeks.participants]
        with_entry: dict[int, list[int]] = {}
        care = weeks.care[rows] if relaxation.is_budgeted else np.zeros(len(rows), dtype=np.int64)
        facts = (rows, weeks.participant_of(rows), relaxation.own[rows], care, weeks.places[rows], weeks.entries[rows])
        for row, participant, own, minutes, places, entries in zip(*(fact.tolist() for fact in facts), strict=True):
            literal = self._literal(float(own), float(minutes), [v for v in places if v < relaxation.size])
            self.rows[row] = literal
            everyone[participant].append(literal)
            for entry in entries:
                if entry != weeks.padding:
                    with_entry.setdefault(entry, []).append(literal)
        for literals in everyone:
            self.program.limit(dict.fromkeys(literals, 1), 1, is_equal=True)
        visits: dict[int, list[int]] = {entry: [] for entry in with_entry}
        for time in times.tolist():
            if (entry := int(weeks.entry_of[time])) in visits:
                self.times[time] = self._literal(float(relaxation.waits[time]), 0.0, [int(weeks.entry_visits[time])])
                visits[entry].append(self.times[time])
        for entry, literals in with_entry.items():
            self.program.limit(dict.fromkeys(visits[entry], 1) | dict.fromkeys(literals, -1), 0, is_equal=True)

    # --- shared lines -------------------------------------------------------------------------------------------------------

    def _add_shared(self) -> None:
        relaxation = self.relaxation
        slack_of = {int(line): position for position, line in enumerate(relaxation.slack_line)}
        for position, (line, terms) in enumerate(zip(relaxation.shared, self._terms(relaxation.terms), strict=False)):
            if (most := sum(c for c in terms.values() if c > 0) - line.bound) <= 0:
                continue
            if line.tier != "hard":
                at, steps = slack_of[position], -(-most // line.step)
                care = float(relaxation.slack_care[at])
                terms[self._variable(float(relaxation.slack_cost[at]), care, steps)] = -line.step
            self.program.limit(terms, line.bound)

    def fix(self, variables: Ints) -> None:
        """Make some shared variables true."""
        for number in variables.tolist():
            self.program.limit(dict.fromkeys(self._literals(number), -1), -1)

    def add_hard(self, lines: Sequence[Line], free: Iterable[int]) -> None:
        """Add hard lines that the relaxation leaves out.

        Args:
            free: Their variables that are neither visits nor shared variables of the relaxation; those that it does not know cost nothing.
        """
        numbers = list(free)
        more = max(numbers, default=0) + 1 - len(self.is_static)
        self.is_static = np.append(self.is_static, np.zeros(max(0, more), dtype=np.bool_))
        self.is_static[numbers] = True
        for line, terms in zip(lines, self._terms(LineTerms.of(lines, len(self.is_static))), strict=True):
            if sum(c for c in terms.values() if c > 0) > line.bound:
                self.program.limit(terms, line.bound)

    def _terms(self, of_lines: LineTerms) -> Iterator[dict[int, int]]:
        """The literals of each line, with their coefficients."""
        can_be = self.is_static.copy()
        can_be[list(self.true_by)] = True
        positions = np.flatnonzero(can_be[of_lines.variables])
        ends = np.searchsorted(positions, of_lines.first[1:]).tolist()
        variables, coefficients = of_lines.variables[positions].tolist(), of_lines.coefficients[positions].tolist()
        for first, last in pairwise([0, *ends]):
            terms: dict[int, int] = {}
            for number, factor in zip(variables[first:last], coefficients[first:last], strict=True):
                for literal in self._literals(number):
                    terms[literal] = terms.get(literal, 0) + factor
            yield terms

    def _literals(self, number: int) -> Sequence[int]:
        """The literals that make a variable true."""
        if self.is_static[number] and number not in self.true_by:
            self._literal(0.0, 0.0, [number])
        return self.true_by.get(number, ())
