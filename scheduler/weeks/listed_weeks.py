"""The weeks that rosters below some cost can contain, as a list: once they are few, that is much quicker than tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_table import Flags, Floats, Integers, Ints


@dataclass(frozen=True, slots=True)
class PricedList:
    """The prices of one participant's weeks."""

    prices: Floats

    def cheapest(self) -> tuple[float, int]:
        """The price of the cheapest week, and its number."""
        week = int(self.prices.argmin())
        return float(self.prices[week]), week

    def within(self, most: float) -> tuple[Ints, Floats]:
        """The weeks that cost at most so much, and their prices."""
        weeks = np.flatnonzero(self.prices <= most)
        return weeks, self.prices[weeks]


@dataclass(slots=True)
class ListedWeeks:
    """Some weeks of everyone, grouped by participant; what is in them is numbered as in :class:`WeekPool`.

    Attributes:
        care, preference: Own costs of each week.
        places: Visit numbers of the group places of each week, with padding.
        entries: Entries of the placed needs of each week, with padding.
        visits: The visits of all weeks of the pool, also of those not listed.
    """

    participants: list[str]
    first: Ints
    care: Ints
    preference: Ints
    places: Ints
    entries: Ints
    entry_visits: Integers
    entry_waits: Integers
    entry_first: Ints
    visits: Ints
    entry_of: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.entry_of = np.repeat(np.arange(len(self.entry_first)), np.diff(np.append(self.entry_first, len(self.entry_visits))))

    @classmethod
    def of(cls, weeks: WeekPool, rows: Flags, times: Flags) -> ListedWeeks:
        """List some weeks, with some visits of their entries."""
        numbers = np.flatnonzero(rows)
        entries = weeks.entries[numbers]
        used = np.unique(np.append(entries, weeks.padding))
        times = times & np.isin(weeks.entry_of, used)
        times[-1] = True  # the padding
        owners = weeks.entry_of[times]
        return cls(
            participants=list(weeks.participants),
            first=np.searchsorted(numbers, weeks.first),
            care=weeks.care[numbers],
            preference=weeks.preference[numbers],
            places=weeks.places[numbers],
            entries=np.searchsorted(used, entries),
            entry_visits=weeks.entry_visits[times],
            entry_waits=weeks.entry_waits[times],
            entry_first=np.searchsorted(owners, used),
            visits=weeks.visits,
        )

    @property
    def padding(self) -> int:
        """The last entry, which is none."""
        return len(self.entry_first) - 1

    @property
    def num_variables(self) -> int:
        """The padding of visits, which the visit of the last entry is; variables that are numbered later come after it."""
        return int(self.entry_visits[-1])

    def participant_of(self, weeks: Ints) -> Ints:
        """The position of the participant whose weeks they are."""
        return np.searchsorted(self.first, weeks, side="right") - 1

    def priced(self, tiers: tuple[float, float], visits: Floats, entries: Floats) -> Iterator[PricedList]:
        """The weeks of each participant at some prices: those of the tiers, of visits and of entries, each with a zero at the end."""
        prices = tiers[0] * self.care + tiers[1] * self.preference
        for places in self.places.T:
            prices += visits[places]
        for of_need in self.entries.T:
            prices += entries[of_need]
        yield from (PricedList(prices[first:last]) for first, last in pairwise(self.first.tolist()))

    def above(self, least: Floats, priced: Iterable[PricedList]) -> tuple[Floats, Floats]:
        """By number of a place, and by entry: how much more the cheapest week with it costs than the cheapest one."""
        prices = np.concatenate([np.zeros(0), *(of_one.prices for of_one in priced)]) - np.repeat(least, np.diff(self.first))
        with_place = np.full(int(self.entry_visits[-1]) + 1, np.inf)
        with_entry = np.full(len(self.entry_first), np.inf)
        for places in self.places.T:
            np.minimum.at(with_place, places, prices)
        for of_need in self.entries.T:
            np.minimum.at(with_entry, of_need, prices)
        return with_place, with_entry
