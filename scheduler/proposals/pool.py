"""The weeks and times worth trying at some prices: those that cost little more than the cheapest ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from scheduler.terms import Handle, Visit
from scheduler.weeks.line_terms import Index, ranked
from scheduler.weeks.relaxation import Floats, Ints, Relaxation

TIMES_EACH = 20
"""Maximum number of visits of an entry, except those of couples: both partners need the same time."""
OF_COUPLES = 4
"""How many times as many weeks those have who share sessions with a partner: both need one with the same time."""


class Pool:
    """Some weeks of everyone, and some times of their entries.

    Attributes:
        rows: By participant, the weeks.
        above: By participant, how much more each of these costs than the cheapest one.
    """

    def __init__(self, relaxation: Relaxation, duals: Floats, handles: Sequence[Handle], weeks_each: int, close: float) -> None:
        """Look them up.

        Args:
            weeks_each: Maximum number of weeks of a participant.
            close: Maximum extra cost of a visit over the cheapest one of its entry.
        """
        self.weeks = weeks = relaxation.weeks
        pricing = relaxation.relax(duals)
        of_couple = np.array(
            [isinstance(handle, Visit) and handle.partner is not None for handle in handles[: weeks.num_variables]] + [False]
        )
        with_partner = np.zeros(len(weeks.tables), dtype=np.bool_)
        entries = weeks.entry_of[of_couple[weeks.entry_visits]]
        with_partner[np.searchsorted(weeks.first_entry, entries, side="right") - 1] = True
        each = np.where(with_partner, OF_COUPLES * weeks_each, weeks_each).tolist()
        nearest = [priced.nearest(most) for most, priced in zip(each, relaxation.priced(pricing), strict=True)]
        self.rows = [first + rows for first, (rows, _) in zip(weeks.first.tolist(), nearest, strict=False)]
        self.above = [prices - least for least, (_, prices) in zip(pricing.least.tolist(), nearest, strict=True)]
        above = relaxation.above_entries(pricing)
        near = np.flatnonzero(((above <= close) | of_couple[weeks.entry_visits]) & (weeks.entry_of < weeks.padding))
        order, rank = ranked(weeks.entry_of[near], above[near])
        near = near[order]
        self.times: Ints = near[(rank < TIMES_EACH) | of_couple[weeks.entry_visits[near]]]
        self._by_entry = Index.of(weeks.entry_of[self.times], len(weeks.entry_first))

    def rows_of(self, participants: Iterable[int], also: Ints) -> Ints:
        """The weeks of some participants, and some others."""
        return np.unique(np.concatenate([also, *(self.rows[participant] for participant in participants)]))

    def times_of(self, rows: Ints, also: Ints) -> Ints:
        """The times of the entries of some weeks, and some others as far as they are of such entries."""
        entries = np.unique(self.weeks.entries_in(rows)[1])
        also = also[np.isin(self.weeks.entry_of[also], entries)]
        return np.unique(np.concatenate([self.times[self._by_entry.at(entries)[1]], also]))
