"""The tables of all participants, concatenated in arrays for vectorized evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.weeks.table import WeekTable

Ints = NDArray[np.int64]


@dataclass(slots=True)
class WeekPool:
    """The weeks of everyone, one per row, grouped by participant.

    Attributes:
        first: First row of each participant, and the number of rows at the end.
        places, entries: As in the tables, with numbers of the whole case; padding refers to a zero.
        entry_visits, entry_waits, entry_first: Visits of all entries, concatenated.
        entry_of: By position in these, the entry.
    """

    participants: list[str]
    first: Ints
    care: Ints
    preference: Ints
    places: Ints
    entries: Ints
    entry_visits: Ints
    entry_waits: Ints
    entry_first: Ints
    entry_of: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.entry_of = np.repeat(np.arange(len(self.entry_first)), np.diff(np.append(self.entry_first, len(self.entry_visits))))

    @property
    def padding(self) -> int:
        """The last entry, which is none."""
        return len(self.entry_first) - 1

    def participant_of(self, rows: Ints) -> Ints:
        """The position of the participant whose weeks they are."""
        return np.searchsorted(self.first, rows, side="right") - 1

    def least_care(self) -> Ints:
        """The minimum care cost of everyone."""
        return np.minimum.reduceat(self.care, self.first[:-1]) if len(self.care) else self.care

    def select(self, rows: NDArray[np.bool_]) -> WeekPool:
        """The weeks of these rows only; everyone must keep at least one."""
        counts = np.add.reduceat(rows.astype(np.int64), self.first[:-1]) if len(rows) else np.zeros(0, dtype=np.int64)
        return WeekPool(
            self.participants,
            np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
            self.care[rows],
            self.preference[rows],
            self.places[rows],
            self.entries[rows],
            self.entry_visits,
            self.entry_waits,
            self.entry_first,
        )


def join(tables: Sequence[WeekTable], num_variables: int) -> WeekPool:
    """Concatenate tables. Visit number ``num_variables`` and the last entry are padding of price zero."""
    num_entries = sum(len(t.entry_list) for t in tables)
    offsets = np.cumsum([0, *(len(t.entry_list) for t in tables)])
    shifted = [np.where(t.entries >= 0, t.entries + offset, num_entries) for t, offset in zip(tables, offsets, strict=False)]
    listed = [entry for table in tables for entry in table.entry_list]
    lengths = [len(entry.visits) for entry in listed] + [1]
    return WeekPool(
        participants=[t.participant for t in tables],
        first=np.cumsum([0, *(len(t.care) for t in tables)]),
        care=_concatenated([t.care for t in tables]),
        preference=_concatenated([t.preference for t in tables]),
        places=_stacked([np.where(t.places >= 0, t.places, num_variables) for t in tables], num_variables),
        entries=_stacked(shifted, num_entries),
        entry_visits=np.array([*(v for e in listed for v in e.visits), num_variables], dtype=np.int64),
        entry_waits=np.array([*(w for e in listed for w in e.waits), 0], dtype=np.int64),
        entry_first=np.cumsum([0, *lengths])[:-1],
    )


def _concatenated(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _stacked(parts: Sequence[Ints], padding: int) -> Ints:
    """Stack blocks of rows of different widths."""
    width = max((p.shape[1] for p in parts), default=0)
    padded = [np.pad(p, ((0, 0), (0, width - p.shape[1])), constant_values=padding) for p in parts]
    return np.concatenate(padded) if padded else np.zeros((0, 0), dtype=np.int64)
