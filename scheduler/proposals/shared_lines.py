"""The shared lines of a case as a proposal has to keep them, and the breaks on the days on which a clinician lacked one.

Lines about breaks and rest are most of all lines, and few proposals break them: they are added by clinician and day, when one does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

import numpy as np

from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.terms import AnyOf, Visit
from scheduler.weeks.line_terms import LineTerms
from scheduler.weeks.ownership import unpriced
from scheduler.weeks.relaxation import Flags, Floats, Ints, Relaxation

Duty = tuple[str, str]
"""A clinician and a weekday."""


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
        needed = {id(line): line for duty in sorted(set(duties) - self.duties) for line in self._breaks.get(duty, ())}
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
    def _breaks(self) -> dict[Duty, list[Line]]:
        """The lines that have no price, by clinician and weekday, with those that define their yes/no variables."""
        left_out = unpriced(self.index, self.relaxation.shared)
        handles = self.index.lines.handles
        defining: dict[int, list[Line]] = {}
        by_duty: dict[Duty, list[Line]] = {}
        for line in left_out:
            if line.source != "identity":
                by_duty.setdefault((str(line.key[0]), str(line.key[1])), []).append(line)
            else:
                for number in line.variables:
                    if isinstance(handle := handles[number], AnyOf) and handle.key == line.key:
                        defining.setdefault(number, []).append(line)
        return {duty: [*lines, *_definitions(lines, defining)] for duty, lines in by_duty.items()}


def _definitions(lines: Iterable[Line], defining: dict[int, list[Line]]) -> list[Line]:
    """The lines that define the variables of some lines, directly or through other variables."""
    queue, used = [n for line in lines for n in line.variables], set[int]()
    definitions: list[Line] = []
    while queue:
        number = queue.pop()
        if number not in used:
            used.add(number)
            for line in defining.get(number, ()):
                definitions.append(line)
                queue += line.variables
    return definitions
