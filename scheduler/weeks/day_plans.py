"""Days on which a participant has two or more appointments: which of their times fit together, and at what cost.

Tables price appointments of one day as if they were independent. Where a week has to be exact, the times of such a day are chosen
together: a *plan* is a time for each of the day's entries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import prod

import numpy as np

from scheduler.model.lines import Lines
from scheduler.terms import Visit
from scheduler.weeks.days import Days
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Floats
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_program import WeekProgram

MOST_COMBINATIONS = 1_000_000
"""Maximum number of combinations of times of one day; the times of a day with more are left independent, which keeps every bound valid."""
MOST_PLANS = 20_000
"""Maximum number of those within reach that are tried, likewise."""
MOST_KEPT = 1_000
"""Maximum number of plans of one day in a program, likewise: a few days with thousands would be most of it."""
Times = tuple[int, ...]
"""Positions in the entries whose visits differ only in the clinician."""
Option = tuple[Visit, Times]
"""Such positions with one of the visits."""
Day = tuple[int, ...]
"""The entries of a day."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Times for each entry of a day, and the preference cost of the waits between them."""

    times: tuple[Times, ...]
    waits: int


class DayPlans:
    """Finds the plans of days with several appointments."""

    def __init__(self, lines: Lines, weeks: WeekPool) -> None:
        self.lines, self.weeks = lines, weeks
        self._days: dict[str, Days] = {}

    def days_of(self, row: int) -> Iterator[tuple[tuple[int, ...], tuple[Visit, ...]]]:
        """The entries of each day of a week, and the group places of that day."""
        weeks = self.weeks
        by_day: dict[int, list[int]] = {}
        for entry in weeks.entries[row].tolist():
            if entry != weeks.padding:
                by_day.setdefault(self._visit(int(weeks.entry_visits[weeks.entry_first[entry]])).day, []).append(entry)
        places = [self._visit(v) for v in weeks.places[row].tolist() if v < weeks.num_variables]
        for day, entries in by_day.items():
            yield tuple(sorted(entries)), tuple(place for place in places if place.day == day)

    def of(self, options: Sequence[Sequence[Option]], beside: Sequence[Visit], most: Floats) -> list[DayPlan] | None:
        """Every plan; None if there are too many to try.

        Args:
            options: By entry, the times to choose from.
            beside: The group places of that day.
            most: By combination of options, the largest cost of its waits.
        """
        combinations = np.argwhere(most >= 0).tolist()
        if len(combinations) > MOST_PLANS:
            return None
        plans = []
        for combination in combinations:
            chosen = [of_entry[n] for of_entry, n in zip(options, combination, strict=True)]
            cost = self.cost([visit for visit, _ in chosen], beside)
            if cost is not None and cost <= most[tuple(combination)]:
                plans.append(DayPlan(tuple(same for _, same in chosen), cost))
        return plans

    def options(self, positions: Sequence[int]) -> list[Option]:
        """Positions grouped by time, mode and place, with one of the visits."""
        options: dict[object, tuple[Visit, list[int]]] = {}
        for position in positions:
            visit = self._visit(int(self.weeks.entry_visits[position]))
            options.setdefault((visit.span, visit.mode, visit.site, visit.out_of), (visit, []))[1].append(position)
        return [(visit, tuple(same)) for visit, same in options.values()]

    def cost_of(self, positions: Sequence[int], beside: Sequence[Visit]) -> int | None:
        """The same of visits by position in the entries, next to the group places of that day."""
        return self.cost([self._visit(int(self.weeks.entry_visits[position])) for position in positions], beside)

    def cost(self, visits: Sequence[Visit], beside: Sequence[Visit]) -> int | None:
        """Preference cost of the day's waits; None if it is forbidden."""
        participant, is_past = visits[0].participant, self.lines.case.time.is_past
        days = self._days.setdefault(participant, Days(self.lines, participant))
        if any(days.is_clash(a, b) and not (is_past(a.span.start) and is_past(b.span.start)) for a, b in combinations(visits, 2)):
            return None
        return days.wait_cost((*beside, *visits))

    def _visit(self, number: int) -> Visit:
        visit = self.lines.handles[number]
        assert isinstance(visit, Visit)
        return visit


class _Limits:
    """How much the waits of each plan may cost in what is within reach."""

    def __init__(self, reach: Reach, program: WeekProgram) -> None:
        rows, self.limits = np.array(list(program.rows), dtype=np.int64), reach.limits
        self.has_waits = reach.relaxation.has_waits
        self.above = np.full((len(self.limits), len(rows)), np.inf)
        for of_limit, limit in zip(self.above, self.limits, strict=True):
            of_limit[np.searchsorted(rows, limit.rows)] = limit.above

    def most(self, options: Sequence[Sequence[Option]], weeks: Sequence[int]) -> Floats | None:
        """By combination of options, the largest cost of its waits in one of the weeks; None if there are too many."""
        shape = tuple(map(len, options))
        if prod(shape) > MOST_COMBINATIONS:
            return None
        most = np.full(shape, -np.inf)
        for limit, above in zip(self.limits, self.above[:, weeks].min(axis=1).tolist(), strict=True):
            if above <= limit.most:
                costs = [np.array([limit.times[list(same)].min() for _, same in of_entry]) for of_entry in options]
                np.maximum(most, limit.most - above - reduce(np.add.outer, costs), out=most)
        return most if self.has_waits else np.where(most >= 0, np.inf, most)


def add_day_plans(lines: Lines, program: WeekProgram, reach: Reach, people: Collection[int]) -> None:
    """Let a program choose the times of a day with several appointments together, as far as what it chooses is within reach.

    Args:
        people: The participants whose days these are.
    """
    plans, times, limits = DayPlans(lines, program.weeks), program.times_by_entry(), _Limits(reach, program)
    with_day: dict[Day, list[int]] = {}
    beside_of: dict[Day, tuple[Visit, ...]] = {}
    rows = np.array(list(program.rows), dtype=np.int64)
    for position in np.flatnonzero(np.isin(program.weeks.participant_of(rows), list(people))).tolist():
        for entries, beside in plans.days_of(int(rows[position])):
            with_day.setdefault(entries, []).append(position)
            beside_of[entries] = beside
    together = {entry for entries in with_day if len(entries) > 1 for entry in entries}
    options = {entry: plans.options(times.get(entry, ())) for entry in together}
    # By times, the literals of which one must be true for them.
    allowed: dict[Times, dict[int, int]] = {same: {} for of_entry in options.values() for _, same in of_entry}
    literal_of = list(program.rows.values())
    for entries, weeks in with_day.items():
        literals, of_day = [literal_of[week] for week in weeks], [options[entry] for entry in entries if entry in together]
        most = limits.most(of_day, weeks) if len(entries) > 1 else None
        chosen = None if most is None else plans.of(of_day, beside_of[entries], most)
        if chosen is not None and len(chosen) <= MOST_KEPT:
            _add_plans(program, chosen, literals, allowed)
        else:
            for _, same in (option for of_entry in of_day for option in of_entry):
                allowed[same].update(dict.fromkeys(literals, -1))
    for same, terms in allowed.items():
        program.program.limit({program.times[position]: 1 for position in same} | terms, 0)


def _add_plans(program: WeekProgram, plans: Sequence[DayPlan], literals: Sequence[int], allowed: dict[Times, dict[int, int]]) -> None:
    """Add a variable for each plan of a day; one of them is chosen if a week with that day is."""
    numbers = [program.program.variable(plan.waits if program.relaxation.has_waits else 0) for plan in plans]
    program.program.limit(dict.fromkeys(numbers, 1) | dict.fromkeys(literals, -1), 0, is_equal=True)
    for plan, number in zip(plans, numbers, strict=True):
        for same in plan.times:
            allowed[same][number] = -1
