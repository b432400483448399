"""The shared lines of a case as a proposal has to keep them, and the breaks on the days on which a clinician lacked one.

Lines about breaks and rest are most of all lines, and few proposals break them: they are added by clinician and day, when one does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

import numpy as np

from scheduler.model.line_index import LineIndex
from scheduler.terms import Visit
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
        self.units: Floats = relaxation.unit + care_price * relaxation.unit_care
        self.free: Ints = relaxation.static
        self._added: set[int] = set()

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
        self.units = np.append(self.units, np.zeros(max(0, len(handles) + 1 - len(self.units))))
        more_free = [n for n in np.unique(more.variables).tolist() if not isinstance(handles[n], Visit)]
        self.free = np.union1d(self.free, np.array(more_free, dtype=np.int64))
        return True

    def broken(self, numbers: Iterable[int]) -> Flags:
        """By line, whether it is hard and broken where some variables are true."""
        values = np.zeros(self.terms.num_variables)
        values[[number for number in numbers if number < len(values)]] = 1.0  # breaks that are no longer among the lines have their own
        is_broken: Flags = np.isinf(self.costs) & (self.terms.by_line(values) > self.bounds)
        return is_broken

    @cached_property
    def _breaks(self) -> BreakLines:
        return BreakLines(self.index, self.relaxation.shared)
