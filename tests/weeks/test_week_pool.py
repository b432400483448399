"""Tables end to end, by hand: numbers of the case, and padding that costs nothing."""

from __future__ import annotations

import numpy as np

from scheduler.weeks.days import VisitClass
from scheduler.weeks.table import WeekTable
from scheduler.weeks.week_pool import WeekPool, join

PADDING = 9


def tables() -> list[WeekTable]:
    """Ana has two weeks and one kind of talk, Ben three weeks with up to two groups and two kinds of talk."""
    return [
        WeekTable("ana", np.array([60, 0]), np.array([1, 2]), np.array([[-1], [0]]), np.array([[0], [-1]]), [VisitClass([1, 2], [0, 5])]),
        WeekTable(
            "ben",
            np.array([20, 10, 30]),
            np.array([3, 4, 5]),
            np.array([[-1, -1], [3, -1], [3, 4]]),
            np.array([[0, 1], [-1, 1], [-1, -1]]),
            [VisitClass([5], [6]), VisitClass([6, 7], [0, 7])],
        ),
    ]


def facts(weeks: WeekPool) -> tuple[list[int], list[int], list[int], list[list[int]], list[list[int]]]:
    """What belongs to the rows."""
    return weeks.first.tolist(), weeks.care.tolist(), weeks.preference.tolist(), weeks.places.tolist(), weeks.entries.tolist()


def test_rows_follow_one_another() -> None:
    """Ben's talks are numbered after Ana's; the fourth is that of nobody."""
    weeks = join(tables(), PADDING)
    assert weeks.participants == ["ana", "ben"]
    assert facts(weeks) == (
        [0, 2, 5],
        [60, 0, 20, 10, 30],
        [1, 2, 3, 4, 5],
        [[PADDING, PADDING], [0, PADDING], [PADDING, PADDING], [3, PADDING], [3, 4]],
        [[0, 3], [3, 3], [1, 2], [3, 2], [3, 3]],
    )
    assert weeks.entry_visits.tolist() == [1, 2, 5, 6, 7, PADDING]
    assert weeks.entry_waits.tolist() == [0, 5, 6, 0, 7, 0]
    assert weeks.entry_first.tolist() == [0, 2, 3, 5]


def test_some_rows_are_kept() -> None:
    """One of Ana's, two of Ben's; everybody's least care changes with them."""
    weeks = join(tables(), PADDING)
    assert weeks.least_care().tolist() == [0, 10]
    kept = weeks.select(np.array([True, False, True, False, True]))
    assert facts(kept) == (
        [0, 1, 3],
        [60, 20, 30],
        [1, 3, 5],
        [[PADDING, PADDING], [PADDING, PADDING], [3, 4]],
        [[0, 3], [1, 2], [3, 3]],
    )
    assert kept.least_care().tolist() == [60, 20]
    assert kept.entry_visits.tolist() == weeks.entry_visits.tolist()


def test_nobody_has_no_weeks() -> None:
    """All participants may be without a table."""
    weeks = join([], PADDING)
    assert facts(weeks) == ([0], [], [], [], [])
    assert (weeks.places.shape, weeks.entries.shape) == ((0, 0), (0, 0))
    assert (weeks.entry_visits.tolist(), weeks.entry_waits.tolist(), weeks.entry_first.tolist()) == ([PADDING], [0], [0])
    assert weeks.least_care().tolist() == []
    assert facts(weeks.select(np.zeros(0, dtype=np.bool_))) == ([0], [], [], [], [])
