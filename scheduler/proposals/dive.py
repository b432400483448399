"""The dive: from the linear program of a bound to one set of groups for everyone.

The program mixes weeks. What it has nearly decided is decided, the rest is priced again, and so on: first which runs take place, then who
is in which groups. Times and clinicians stay open: they are chosen together afterwards.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from scheduler.proposals.week_choice import WeekChoice
from scheduler.terms import Handle, Run
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.relaxation import Floats, Ints, Relaxation

SHARE = 0.5
"""Share of what is still open that is decided in one step, at least: of runs, and of the people's groups."""
CALM = 0.5
"""Share of the time after which all that is open is decided at once, since nothing comes of a dive that does not end."""
ROUNDS = 1
"""Linear programs after each step: prices need only be good enough for the next one."""
SURE = 0.01
"""A run is decided if its value is so close to 0 or 1."""
WHOLE = 0.999
"""Groups are decided if so much of them is chosen."""
HALF = 0.5
"""What people share is in a rounded roster if the mixture has so much of it."""


@dataclass(frozen=True, slots=True)
class Dive:
    """Where a dive ended.

    Attributes:
        relaxation: Weeks with the chosen groups only.
        duals: The prices there.
        value: The cost of the mixture of these weeks.
        choice: For everyone the week that the mixture has most of, and its times likewise: rounded like that, it may break rules.
    """

    relaxation: Relaxation
    duals: Floats
    value: float
    choice: WeekChoice


class Diver:
    """Dives in the program of one relaxation, which is as before afterwards, but for more weeks and lines."""

    def __init__(self, run: ColumnGeneration, handles: Sequence[Handle]) -> None:
        self.master, self.relaxation = run.master, run.relaxation
        weeks, static = self.relaxation.weeks, self.relaxation.static
        self.tables = list(weeks.tables)
        self.set_of = np.full(len(weeks.participants), -1)
        self.is_run = np.array([isinstance(handles[v], Run) for v in static], dtype=np.bool_)
        self.lower, self.upper = np.zeros(len(static)), np.ones(len(static))

    def dive(self, ends: float) -> Dive | None:
        """Decide everything that is open; None if there was not enough time, so that the next call goes on."""
        calm_ends = ends - (1 - CALM) * (ends - time.monotonic())
        try:
            while (duals := self._price(ends)) is not None:
                share = SHARE if time.monotonic() < calm_ends else 1.0
                if self._decide_runs(share) or self._decide_sets(share):
                    continue
                return Dive(self._allowed(), duals, self.master.value, self._rounded(duals))
            return None
        finally:
            self.master.decide(np.zeros_like(self.lower), np.ones_like(self.upper))
            self.master.allow(np.ones(len(self.master.rows), dtype=np.bool_))

    def _price(self, ends: float) -> Floats | None:
        """The prices after some more weeks and lines; None if time is up."""
        self.master.decide(self.lower, self.upper)
        self._forbid()
        relaxation = self._allowed()
        for _ in range(ROUNDS):
            if (left := ends - time.monotonic()) <= 0 or not self.master.solve(left):
                return None
            duals, broken = self.master.duals(), self.master.broken()
            added = self.master.add_columns(relaxation.cheapest(relaxation.relax(duals)))
            self.master.add_lines(broken)
            if not added and not len(broken):
                return duals
        return self.master.duals() if self.master.solve(ends - time.monotonic()) else None

    def _rounded(self, duals: Floats) -> WeekChoice:
        """The mixture as a roster; of equal times, the cheapest ones."""
        weeks, values, static = self.relaxation.weeks, self.master.values(), self.relaxation.static
        rows, owners = self.master.rows, weeks.participant_of(self.master.rows)
        order = np.lexsort((-self.master.week_values(), owners))
        chosen = rows[order[np.unique(owners[order], return_index=True)[1]]]
        above = self.relaxation.above_entries(self.relaxation.relax(duals))

        def time_of(entry: int) -> int:
            positions = np.arange(weeks.entry_first[entry], weeks.entry_first[entry + 1])
            return int(positions[np.lexsort((above[positions], -values[weeks.entry_visits[positions]]))[0]])

        entries = [[entry for entry in row if entry < weeks.padding] for row in weeks.entries[chosen].tolist()]
        times = tuple(np.array([time_of(entry) for entry in of_one], dtype=np.int64) for of_one in entries)
        return WeekChoice(chosen, times, frozenset(static[values[static] >= HALF].tolist()))

    def _allowed(self) -> Relaxation:
        """The relaxation with only the weeks that are left."""
        allowed = copy(self.relaxation)
        allowed.weeks = self.relaxation.weeks.limit(self.tables)
        return allowed

    def _sets(self, rows: Ints) -> tuple[Ints, Ints]:
        """The participant of some weeks, and the number of the set of groups."""
        weeks = self.relaxation.weeks
        owners = weeks.participant_of(rows)
        return owners, (rows - weeks.first[owners]) % np.array([table.num_sets for table in self.tables])[owners]

    def _forbid(self) -> None:
        """Leave only the weeks with the groups decided so far in the program."""
        owners, sets = self._sets(self.master.rows)
        self.master.allow((self.set_of[owners] < 0) | (self.set_of[owners] == sets))

    def _decide_runs(self, share: float) -> bool:
        """Decide the runs that are nearly decided, and a share of the others, the most decided ones; False if all are."""
        values = self.master.static_values()
        is_open = self.is_run & (self.lower < self.upper)
        if not is_open.any():
            return False
        doubt = np.where(is_open, np.abs(values - np.rint(values)), np.inf)
        chosen = is_open & (doubt < SURE)
        doubtful = math.ceil(share * int((is_open & ~chosen).sum()))
        chosen[np.argsort(np.where(chosen, np.inf, doubt), kind="stable")[:doubtful]] = True
        self.lower[chosen] = self.upper[chosen] = np.rint(values[chosen])
        return True

    def _decide_sets(self, share: float) -> bool:
        """Decide the groups of the people for whom they are most decided; False if all are."""
        is_left = self.set_of < 0
        if not is_left.any():
            return False
        values, (owners, sets) = self.master.week_values(), self._sets(self.master.rows)
        amount: dict[tuple[int, int], float] = {}
        for owner, number, value in zip(owners.tolist(), sets.tolist(), values.tolist(), strict=True):
            if value > 0 and is_left[owner]:
                amount[owner, number] = amount.get((owner, number), 0.0) + value
        at_least = max(1, math.ceil(share * int(is_left.sum())))
        for (owner, number), value in sorted(amount.items(), key=lambda item: -item[1]):
            if self.set_of[owner] < 0 and (value > WHOLE or at_least > 0):
                self._fix(owner, number)
                at_least -= 1
        return True

    def _fix(self, owner: int, number: int) -> None:
        """Leave a participant only the weeks with one set of groups."""
        table = self.tables[owner]
        is_chosen = np.arange(table.num_sets) == number
        allowed = np.broadcast_to(is_chosen, (len(table.ways), table.num_sets))
        self.set_of[owner] = number
        self.tables[owner] = replace(table, is_allowed=allowed if table.is_allowed is None else allowed & table.is_allowed)
