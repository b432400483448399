"""A few of the weeks in tables, by their numbers: once only some thousand matter, these are priced sooner than whole tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from scheduler.weeks.week_table import Floats, Ints, PricedWeeks


class PricedFew(PricedWeeks):
    """Some weeks of one participant: their numbers in the table, and their prices."""

    def __init__(self, weeks: Ints, prices: Floats) -> None:
        self.weeks, self.prices = weeks, prices

    def numbers(self, positions: Ints) -> Ints:
        """The numbers of the weeks at some positions."""
        return self.weeks[positions]

    def blocks(self) -> Iterator[tuple[int, Floats]]:
        """All of them, with their prices."""
        yield 0, self.prices


@dataclass(frozen=True, slots=True)
class FewWeeks:
    """Some weeks of everyone, by participant.

    Attributes:
        numbers: Their numbers in the tables.
        care, preference: Their own costs.
        groups: By week and day, the combination of groups.
        entries: By week, the entries of the placed needs, with padding.
        first: The position of each participant's first week, and the number of weeks at the end.
    """

    numbers: Ints
    care: Ints
    preference: Ints
    groups: Ints
    entries: Ints
    first: Ints

    def priced(self, tiers: tuple[float, float], groups: Floats, entries: Floats) -> Iterator[PricedWeeks]:
        """The weeks of each participant at the prices of tiers, of combinations of groups, and of entries."""
        prices = tiers[0] * self.care + tiers[1] * self.preference + groups[self.groups].sum(axis=1) + entries[self.entries].sum(axis=1)
        for start, end in pairwise(self.first.tolist()):
            yield PricedFew(self.numbers[start:end], prices[start:end])
