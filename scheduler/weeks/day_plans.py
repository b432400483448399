"""Days on which a participant has two or more appointments: which of their times fit together, and at what cost.

Tables price appointments of one day as if they were independent. Where a week has to be exact, the times of such a day are chosen
together: a *plan* is a time for each of the day's entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

import numpy as np

from scheduler.model.lines import Lines
from scheduler.terms import Visit
from scheduler.weeks.days import Days
from scheduler.weeks.reach import Reach
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_program import WeekProgram

MOST_PLANS = 20_000
"""Maximum number of plans of one day that are tried; the times of a day with more are left independent, which keeps every bound valid."""
MOST_KEPT = 1_000
"""Maximum number of plans of one day in a program, likewise: a few days with thousands would be most of it."""
Times = tuple[int, ...]
"""Positions in the entries whose visits differ only in the clinician."""


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
        places = [self._visit(v) for v in weeks.places[row].tolist() if v < len(self.lines.handles)]
        for day, entries in by_day.items():
            yield tuple(sorted(entries)), tuple(place for place in places if place.day == day)

    def of(self, entries: Sequence[int], beside: Sequence[Visit], times: Mapping[int, Sequence[int]]) -> list[DayPlan] | None:
        """Every plan; None if there are too many to try.

        Args:
            beside: The group places of that day.
            times: By entry, the positions to choose from.
        """
        options = [self.options(times.get(entry, ())) for entry in entries]
        if prod(map(len, options)) > MOST_PLANS:
            return None
        costs = ((chosen, self._cost([visit for visit, _ in chosen], beside)) for chosen in product(*options))
        return [DayPlan(tuple(same for _, same in chosen), cost) for chosen, cost in costs if cost is not None]

    def options(self, positions: Sequence[int]) -> list[tuple[Visit, Times]]:
        """Positions grouped by time, mode and place, with one of the visits."""
        options: dict[object, tuple[Visit, list[int]]] = {}
        for position in positions:
            visit = self._visit(int(self.weeks.entry_visits[position]))
            options.setdefault((visit.span, visit.mode, visit.site, visit.out_of), (visit, []))[1].append(position)
        return [(visit, tuple(same)) for visit, same in options.values()]

    def _cost(self, visits: Sequence[Visit], beside: Sequence[Visit]) -> int | None:
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
    """How much the plans of each day may cost, at the first prices of what is within reach."""

    def __init__(self, reach: Reach) -> None:
        self.waits = 1 if reach.relaxation.has_waits else 0
        self.most = 0.0
        self.above: dict[int, float] = {}
        self.times = np.zeros(0)
        if reach.first is not None:
            pricing, self.most = reach.first
            self.above = reach.relaxation.above_weeks(pricing, self.most)
            self.times = reach.relaxation.above_entries(pricing)
        self.least: dict[tuple[int, ...], float] = {}

    def add(self, entries: tuple[int, ...], row: int) -> None:
        """Note a week with a day."""
        self.least[entries] = min(self.least.get(entries, np.inf), self.above.get(row, np.inf))

    def has(self, entries: tuple[int, ...], plan: DayPlan) -> bool:
        """Whether some week with the plan may be chosen."""
        cost = self.waits * plan.waits + sum(float(self.times[list(same)].min()) for same in plan.times)
        return self.least[entries] + cost <= self.most


def add_day_plans(lines: Lines, program: WeekProgram, reach: Reach) -> None:
    """Let a program choose the times of a day with several appointments together, as far as what it chooses is within reach."""
    plans, times, limits = DayPlans(lines, program.weeks), program.times_by_entry(), _Limits(reach)
    with_day: dict[tuple[int, ...], list[int]] = {}
    beside_of: dict[tuple[int, ...], tuple[Visit, ...]] = {}
    for row, literal in program.rows.items():
        for entries, beside in plans.days_of(row):
            with_day.setdefault(entries, []).append(literal)
            beside_of[entries] = beside
            limits.add(entries, row)
    together = {entry for entries in with_day if len(entries) > 1 for entry in entries}
    # By times, the literals of which one must be true for them.
    allowed: dict[Times, dict[int, int]] = {same: {} for entry in together for _, same in plans.options(times.get(entry, ()))}
    for entries, literals in with_day.items():
        of_day = plans.of(entries, beside_of[entries], times) if len(entries) > 1 else None
        within = None if of_day is None else [plan for plan in of_day if limits.has(entries, plan)]
        if within is not None and len(within) <= MOST_KEPT:
            _add_plans(program, within, literals, allowed)
        else:
            for entry in together.intersection(entries):
                for _, same in plans.options(times.get(entry, ())):
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
