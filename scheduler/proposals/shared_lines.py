"""The shared lines of a case as a proposal has to keep them, and the breaks on the days on which a clinician lacked one.

Lines about breaks and rest are most of all lines, and few proposals break them: they are added by clinician and day, when one does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

import numpy as np

from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.terms import AnyOf, Handle, Visit
from scheduler.weeks.breaks import BreakLines, Duty
from scheduler.weeks.line_terms import LineTerms
from scheduler.weeks.relaxation import Flags, Floats, Ints, Relaxation


class SharedLines:
    """The lines as arrays, with both tiers as one cost.

    Attributes:
        terms: The terms of all lines.
        bounds: By line, its right side.
        steps, costs: By line, its step, and the cost of one step over its bound; infinite for hard lines.
        units: By variable, the cost of choosing it.
        free: Variables that are no visits of tables.
        duties: The clinicians and weekdays whose breaks are among the lines.
    """

    def __init__(self, index: LineIndex, relaxation: Relaxation, care_price: float) -> None:
        """Start with the lines that have a price.

        Args:
            care_price: Price of a minute of care.
        """
        self.index, self.relaxation, self.duties = index, relaxation, set[Duty]()
        lines = relaxation.shared
        last = int(relaxation.terms.first[len(lines)])  # the care budget comes after the lines
        terms = relaxation.terms
        self.terms = LineTerms(terms.first[: len(lines) + 1], terms.variables[:last], terms.coefficients[:last], terms.num_variables)
        self.bounds = relaxation.sizes[: len(lines)]
        self.steps, self.costs = np.ones(len(lines)), np.full(len(lines), np.inf)
        self.steps[relaxation.slack_line] = relaxation.slack_step
        self.costs[relaxation.slack_line] = relaxation.slack_cost + care_price * relaxation.slack_care
        self._lines = list(lines)
        self.units: Floats = relaxation.unit + care_price * relaxation.unit_care
        self.free: Ints = relaxation.static
        self._added: set[int] = set()
        self._read()

    def add_breaks(self, duties: Collection[Duty]) -> bool:
        """Add the lines about some breaks; return whether there were any that were missing."""
        needed = {id(line): line for line in self._breaks.of(set(duties) - self.duties)}
        new = [line for number, line in needed.items() if number not in self._added]
        self.duties.update(duties)
        self._added.update(needed)
        if not new:
            return False
        handles = self.index.lines.handles
        more = LineTerms.of(new, len(handles) + 1)
        self.terms = self.terms.plus(more)
        self.bounds = np.append(self.bounds, [float(line.bound) for line in new])
        self.steps, self.costs = np.append(self.steps, np.ones(len(new))), np.append(self.costs, np.full(len(new), np.inf))
        self._lines += new
        self.units = np.append(self.units, np.zeros(max(0, len(handles) + 1 - len(self.units))))
        more_free = [n for n in np.unique(more.variables).tolist() if not isinstance(handles[n], Visit)]
        self.free = np.union1d(self.free, np.array(more_free, dtype=np.int64))
        self._read()
        return True

    def near(self, variables: Ints) -> Ints:
        """The shared variables in lines with some variables, and those that are defined by them, such as evenings by leaders."""
        is_near = np.zeros(self.terms.num_variables + 1, dtype=np.bool_)  # the last one stands for what a line that defines nothing defines
        lines, shared = self._free_terms
        is_line = np.zeros(len(self.bounds), dtype=np.bool_)
        is_line[self.terms.line_of(self.terms.of_variable.at(variables)[1])] = True
        is_near[shared[is_line[lines]]] = True
        defined = self._defined[lines]
        while not is_near[defined[is_near[shared]]].all():  # what is defined can define something else
            is_near[defined[is_near[shared]]] = True
        near: Ints = np.flatnonzero(is_near[:-1])
        return near

    def broken(self, numbers: Iterable[int]) -> Flags:
        """By line, whether it is hard and broken where some variables are true."""
        values = np.zeros(self.terms.num_variables)
        values[[number for number in numbers if number < len(values)]] = 1.0  # breaks that are no longer among the lines have their own
        is_broken: Flags = np.isinf(self.costs) & (self.terms.by_line(values) > self.bounds)
        return is_broken

    def _read(self) -> None:
        lines, positions = self.terms.of_variable.at(self.free)
        self._free_terms = self.terms.line_of(positions), self.free[lines]
        self._defined = np.array([_defined(line, self.index.lines.handles) for line in self._lines], dtype=np.int64)

    @cached_property
    def _breaks(self) -> BreakLines:
        return BreakLines(self.index, self.relaxation.shared)


def _defined(line: Line, handles: Sequence[Handle]) -> int:
    """The variable that a line helps to define; -1 if there is none."""
    ends = (line.variables[-1], line.variables[0]) if line.source == "identity" else ()
    return next((v for v in ends if isinstance(handle := handles[v], AnyOf) and handle.key == line.key), -1)
