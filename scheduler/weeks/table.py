"""Every week one participant could have, with its own cost; where a need goes in time is left open within a class.

A week is a set of group places plus, for each need, a *class* of visits: visits of the need that look alike to every rule about the
week (same day, same site). The visit itself is chosen inside the class by price, given the groups of that day: an *entry* of the
table. Two needs on one day are priced as if they did not meet: the table is a relaxation there, so every bound from it stays valid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.candidates import overriding
from scheduler.model.lines import Line, by_item
from scheduler.model.piece import Index
from scheduler.terms import AnyOf, Choice, Visit

Ints = NDArray[np.int64]


@dataclass(slots=True)
class Entry:
    """A class of visits beside given groups of its day: visit numbers, and what the day's waits then cost."""

    visits: list[int]
    waits: list[int]


@dataclass(slots=True)
class WeekTable:
    """All weeks of one participant; row by row.

    Attributes:
        care: Own care cost.
        preference: Own preference cost, prices of single visits not included.
        places: Visit numbers of the group places, padded with -1.
        entries: Positions in ``entry_list`` of the placed needs, padded with -1.
    """

    participant: str
    care: Ints
    preference: Ints
    places: Ints
    entries: Ints
    entry_list: list[Entry]


@dataclass(slots=True)
class _Option:
    """A class of a need beside one set of groups: exact when it is the day's only need, loose when another is there too."""

    day: int
    exact: int
    loose: int
    sample: int


@dataclass(slots=True)
class _Blocks:
    """Rows collected set by set."""

    care: list[Ints] = field(default_factory=list)
    preference: list[Ints] = field(default_factory=list)
    places: list[Ints] = field(default_factory=list)
    entries: list[Ints] = field(default_factory=list)


class TableBuilder:
    """Builds the table of one participant."""

    def __init__(self, index: Index, participant: str, own: Sequence[Line], most_weeks: int) -> None:
        """Sort visits into group places and classes of needs.

        Args:
            own: The lines that concern this participant alone.
            most_weeks: Give up (ValueError) beyond so many weeks.
        """
        self.index, self.lines, self.participant, self.most_weeks = index, index.lines, participant, most_weeks
        visits = self.lines.candidates.visits[participant]
        self.number = {v: self.lines.numbered(v) for v in visits}
        self.week_lines = [line for line in own if line.source == "rule" and not any(index.is_choice[v] for v in line.variables)]
        self.bounds = np.array([line.bound for line in self.week_lines], dtype=np.int64)
        self.growing = np.array([line.tier == "hard" and min(line.coefficients) >= 0 for line in self.week_lines], dtype=np.bool_)
        self._read_columns(visits)
        self.pattern_costs = self._read_pattern_costs()
        items = by_item(visits)
        self.places = [v for options in items.values() for v in options if v.group is not None]
        self.needs = [self._classes(options) for options in items.values() if options[0].group is None]
        self.clashing = overriding(self.lines.rules, "conflicts")
        self.following = overriding(self.lines.rules, "follows")
        self._days: dict[tuple[Visit, ...], int | None] = {}
        self._entry_of: dict[tuple[object, ...], int] = {}
        self.entry_list: list[Entry] = []

    def _read_columns(self, visits: Sequence[Visit]) -> None:
        """Coefficients of each visit, and of each `AnyOf`, in the week lines."""
        any_numbers = sorted({v for line in self.week_lines for v in line.variables if isinstance(self.lines.handles[v], AnyOf)})
        bit_of = {number: bit for bit, number in enumerate(any_numbers)}
        members = {number: set(found) for number, found in self.index.members if number in bit_of}
        self.column = {self.number[v]: np.zeros(len(self.week_lines), dtype=np.int64) for v in visits}
        self.any_matrix = np.zeros((len(any_numbers), len(self.week_lines)), dtype=np.int64)
        for position, line in enumerate(self.week_lines):
            for variable, coefficient in zip(line.variables, line.coefficients, strict=True):
                if variable in bit_of:
                    self.any_matrix[bit_of[variable], position] += coefficient
                else:
                    self.column[variable][position] += coefficient
        self.bits = {n: sum(1 << bit_of[a] for a in any_numbers if n in members[a]) for n in self.column}
        counted = self.lines.case.is_counted
        self.day_bit = {self.number[v]: (1 << v.day if counted(v.service) else 0) for v in visits}

    def _read_pattern_costs(self) -> dict[str, Ints]:
        """Tier to the cost of each set of service days."""
        costs = {tier: np.zeros(128, dtype=np.int64) for tier in ("care", "preference")}
        for days in range(128):
            number = self.lines.known(Choice(("pattern", self.participant, days)))
            if number is not None:
                costs["care"][days] = self.lines.unit_costs["care"].get(number, 0)
                costs["preference"][days] = self.lines.unit_costs["preference"].get(number, 0)
        return costs

    def _classes(self, options: Sequence[Visit]) -> list[list[Visit]]:
        """Visits of one need that look alike to the week lines and lie on one day."""
        classes: dict[tuple[object, ...], list[Visit]] = {}
        for visit in options:
            number = self.number[visit]
            classes.setdefault((visit.day, visit.site, self.bits[number], self.column[number].tobytes()), []).append(visit)
        return list(classes.values())

    # --- weeks --------------------------------------------------------------------------------------------------------------

    def build(self) -> WeekTable:
        """Enumerate the weeks.

        Raises:
            ValueError: There are too many.
        """
        blocks, total = _Blocks(), 0
        for chosen in self._group_sets(0, ()):
            total += self._add_weeks(chosen, blocks)
            if total > self.most_weeks:
                raise ValueError(f"more than {self.most_weeks} weeks")
        return WeekTable(
            self.participant,
            np.concatenate(blocks.care),
            np.concatenate(blocks.preference),
            _stack(blocks.places),
            _stack(blocks.entries),
            self.entry_list,
        )

    def _group_sets(self, start: int, chosen: tuple[Visit, ...]) -> Iterator[tuple[Visit, ...]]:
        """Sets of group places that no own ceiling and no pair of visits forbids."""
        yield chosen
        for position in range(start, len(self.places)):
            place = self.places[position]
            if any(place.group == other.group or self._is_clash(place, other) for other in chosen):
                continue
            if self._is_within_ceilings((*chosen, place)):
                yield from self._group_sets(position + 1, (*chosen, place))

    def _is_within_ceilings(self, chosen: tuple[Visit, ...]) -> bool:
        """Whether the hard lines that only grow are still kept."""
        left, bits, _ = self._sums(chosen)
        left = left + self._spread(np.array([bits]))[0] @ self.any_matrix
        return not bool(np.any(left[self.growing] > self.bounds[self.growing]))

    def _sums(self, chosen: Sequence[Visit]) -> tuple[Ints, int, int]:
        """Column sum, `AnyOf` bits and service days of a set of visits."""
        left, bits, days = np.zeros(len(self.week_lines), dtype=np.int64), 0, 0
        for number in map(self.number.__getitem__, chosen):
            left = left + self.column[number]
            bits |= self.bits[number]
            days |= self.day_bit[number]
        return left, bits, days

    def _spread(self, bits: Ints) -> Ints:
        """Bit masks as rows of 0 and 1."""
        return (bits[:, None] >> np.arange(len(self.any_matrix))[None, :]) & 1

    def _add_weeks(self, chosen: tuple[Visit, ...], blocks: _Blocks) -> int:
        """Add the weeks with these group places, whatever their needs do; returns how many."""
        options = [self._options(classes, chosen) for classes in self.needs]
        picks = [axis.ravel() for axis in np.meshgrid(*[np.arange(-1, len(o)) for o in options], indexing="ij")] if options else []
        height = len(picks[0]) if picks else 1
        left, bits, days = self._sums(chosen)
        lefts, masks, service = np.tile(left, (height, 1)), np.full(height, bits), np.full(height, days)
        day_of = np.full((height, len(options)), -1, dtype=np.int64)
        for need, (pick, found) in enumerate(zip(picks, options, strict=True)):
            # Row -1 is the need left out: the padded last element of each look-up.
            samples = [o.sample for o in found]
            lefts = lefts + np.array([*(self.column[s] for s in samples), np.zeros_like(left)])[pick]
            masks = masks | np.array([*(self.bits[s] for s in samples), 0])[pick]
            service = service | np.array([*(self.day_bit[s] for s in samples), 0])[pick]
            day_of[:, need] = np.array([*(o.day for o in found), -1])[pick]
        lefts = lefts + self._spread(masks) @ self.any_matrix
        waits, legal = self._waits(chosen, day_of)
        care, preference, kept = self._costs(lefts, service)
        legal &= kept
        entries = np.full((height, len(options)), -1, dtype=np.int64)
        for need, (pick, found) in enumerate(zip(picks, options, strict=True)):
            shared = ((day_of == day_of[:, [need]]) & (day_of >= 0)).sum(axis=1) > 1
            exact, loose = np.array([*(o.exact for o in found), -1])[pick], np.array([*(o.loose for o in found), -1])[pick]
            entries[:, need] = np.where(shared, loose, exact)
            legal &= (pick < 0) | (entries[:, need] >= 0)
        blocks.care.append(care[legal])
        blocks.preference.append((preference + waits)[legal])
        blocks.places.append(np.tile(np.array([self.number[v] for v in chosen], dtype=np.int64), (int(legal.sum()), 1)))
        blocks.entries.append(entries[legal])
        return int(legal.sum())

    def _costs(self, lefts: Ints, service: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
        """Care and preference cost by row, and which rows keep the hard lines."""
        over = np.maximum(0, lefts - self.bounds)
        cost = {
            tier: np.array([li.cost if li.tier == tier else 0 for li in self.week_lines], dtype=np.int64) for tier in ("care", "preference")
        }
        steps = -(-over // np.array([line.step for line in self.week_lines], dtype=np.int64)) if self.week_lines else over
        hard = np.array([line.tier == "hard" for line in self.week_lines], dtype=np.bool_)
        kept = ~np.any(over[:, hard] > 0, axis=1)
        care = steps @ cost["care"] + self.pattern_costs["care"][service]
        return care, steps @ cost["preference"] + self.pattern_costs["preference"][service], kept

    # --- days ---------------------------------------------------------------------------------------------------------------

    def _waits(self, chosen: tuple[Visit, ...], day_of: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Cost of the waits between groups on days without a need, and whether they are allowed; other days are in the entries."""
        waits, legal = np.zeros(len(day_of), dtype=np.int64), np.ones(len(day_of), dtype=np.bool_)
        for day in {v.day for v in chosen}:
            alone = ~np.any(day_of == day, axis=1)
            cost = self._day_cost(tuple(v for v in chosen if v.day == day))
            if cost is None:
                legal &= ~alone
            else:
                waits += np.where(alone, cost, 0)
        return waits, legal

    def _options(self, classes: Sequence[Sequence[Visit]], chosen: tuple[Visit, ...]) -> list[_Option]:
        """The classes of a need that fit beside the chosen groups."""
        found = []
        for position, visits in enumerate(classes):
            day = visits[0].day
            beside = tuple(v for v in chosen if v.day == day)
            exact, loose = self._entry(position, visits, beside, exact=True), self._entry(position, visits, beside, exact=False)
            if loose >= 0:
                found.append(_Option(day, exact, loose, self.number[visits[0]]))
        return found

    def _entry(self, position: int, visits: Sequence[Visit], beside: tuple[Visit, ...], exact: bool) -> int:
        """The entry of a class beside the groups of its day; -1 when no visit fits."""
        key = (visits[0].service, visits[0].ordinal, position, beside, exact)
        if key not in self._entry_of:
            entry = Entry([], [])
            for visit in visits:
                cost = self._day_cost((*beside, visit)) if exact else 0
                if cost is not None and not any(self._is_clash(visit, other) for other in beside):
                    entry.visits.append(self.number[visit])
                    entry.waits.append(cost)
            self._entry_of[key] = len(self.entry_list) if entry.visits else -1
            if entry.visits:
                self.entry_list.append(entry)
        return self._entry_of[key]

    def _day_cost(self, visits: tuple[Visit, ...]) -> int | None:
        """Preference cost of the waits of one day; None when a wait is forbidden."""
        day = tuple(sorted(visits, key=lambda v: v.span))
        if day not in self._days:
            self._days[day] = self._wait_cost(day)
        return self._days[day]

    def _wait_cost(self, day: tuple[Visit, ...]) -> int | None:
        cost = 0
        for site in {v.site for v in day if v.site is not None}:
            for a, b in pairwise([v for v in day if v.site == site]):
                for rule in self.following:
                    amount = rule.follows(self.lines.case, a, b)
                    if amount is None:
                        return None
                    if rule.level == "preference":
                        cost += amount * self.lines.multiplier(rule, self.participant)
        return cost

    def _is_clash(self, a: Visit, b: Visit) -> bool:
        if a.day != b.day:
            return False
        first, second = (a, b) if a.span.start <= b.span.start else (b, a)
        return any(rule.conflicts(self.lines.case, first, second) for rule in self.clashing)


def _stack(blocks: Sequence[Ints]) -> Ints:
    """Blocks of rows of different width under one another, padded with -1."""
    width = max((block.shape[1] for block in blocks), default=0)
    return np.concatenate([np.pad(b, ((0, 0), (0, width - b.shape[1])), constant_values=-1) for b in blocks])
