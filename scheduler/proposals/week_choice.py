"""A whole roster in terms of week tables: a week for everyone, a time for each of its appointments, and what people share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scheduler.weeks.relaxation import Ints
from scheduler.weeks.week_pool import WeekPool


@dataclass(frozen=True, slots=True)
class WeekChoice:
    """A roster; it may break rules.

    Attributes:
        rows: By participant, the week.
        times: By participant, the positions of the visits in the entries.
        shared: The shared variables that are true.
    """

    rows: Ints
    times: tuple[Ints, ...]
    shared: frozenset[int]

    def visits(self, weeks: WeekPool, participants: Iterable[int]) -> Ints:
        """The numbers of the visits of some participants."""
        chosen = list(participants)
        _, places = weeks.places_in(self.rows[chosen])
        times = [weeks.entry_visits[self.times[participant]] for participant in chosen]
        return np.concatenate([places, *times]).astype(np.int64)

    def numbers(self, weeks: WeekPool) -> list[int]:
        """All variables of the case that are true."""
        return sorted({*self.visits(weeks, range(len(self.rows))).tolist(), *self.shared})
