"""Tables end to end, by hand: numbers of the case, and padding that costs nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_table import ILLEGAL, WeekTable
from tests.weeks.made import entry, table

PADDING = 9
ANAS, BENS = [1, 2], [5, 7, 12]
"""The legal weeks: her group, her talk; his group with the second talk, both talks, both groups."""


def tables() -> list[WeekTable]:
    """Ana has two weeks and one kind of talk, Ben three weeks with up to two groups and two kinds of talk."""
    return [
        table("ana", {((), ()): (ILLEGAL, ILLEGAL), ((0,), ()): (0, 2), ((), (0,)): (60, 1)}, [entry([1, 2], [0, 5])]),
        table(
            "ben",
            {((), (1,)): (ILLEGAL, ILLEGAL), ((3,), (1,)): (10, 4), ((), (0, 1)): (20, 3), ((3, 4), ()): (30, 5)},
            [entry([5], [6]), entry([6, 7], [0, 7])],
        ),
    ]


def facts(weeks: WeekPool, numbers: list[int]) -> tuple[list[int], list[int], list[list[int]], list[list[int]]]:
    """What belongs to some weeks."""
    places = weeks.places[numbers][:, :2]  # the first day is the only one with groups
    return weeks.care[numbers].tolist(), weeks.preference[numbers].tolist(), places.tolist(), weeks.entries[numbers].tolist()


def test_weeks_are_numbered_through() -> None:
    """Ben's talks are numbered after Ana's; the fourth is that of nobody."""
    weeks = WeekPool(tables(), PADDING)
    assert (weeks.participants, weeks.first.tolist()) == (["ana", "ben"], [0, 4, 13])
    assert facts(weeks, [*ANAS, *BENS]) == (
        [0, 60, 10, 20, 30],
        [2, 1, 4, 3, 5],
        [[0, PADDING], [PADDING, PADDING], [3, PADDING], [PADDING, PADDING], [3, 4]],
        [[3, 3], [0, 3], [2, 3], [1, 2], [3, 3]],
    )
    assert weeks.participant_of(np.array([0, 3, 4, 12])).tolist() == [0, 0, 1, 1]
    assert weeks.entry_visits.tolist() == [1, 2, 5, 6, 7, PADDING]
    assert weeks.entry_waits.tolist() == [0, 5, 6, 0, 7, 0]
    assert weeks.entry_first.tolist() == [0, 2, 3, 5]
    assert weeks.entry_of.tolist() == [0, 0, 1, 2, 2, 3]


def test_one_week_by_itself() -> None:
    """As a row, not as a list of one."""
    weeks = WeekPool(tables(), PADDING)
    assert (weeks.care[12].tolist(), weeks.places[12][:2].tolist(), len(weeks.care)) == (30, [3, 4], 13)


def test_what_is_no_week_costs_too_much() -> None:
    """Nothing at all for Ana; her group and her talk."""
    weeks = WeekPool(tables(), PADDING)
    assert [n for n, care in enumerate(weeks.care[range(13)].tolist()) if care < ILLEGAL] == [1, 2, 5, 7, 12]


def test_nobody_has_no_weeks() -> None:
    """All participants may be without a table."""
    weeks = WeekPool([], PADDING)
    assert (weeks.first.tolist(), len(weeks.care)) == ([0], 0)
    assert (weeks.places[[]].tolist(), weeks.entries[[]].tolist()) == ([], [])
    assert (weeks.entry_visits.tolist(), weeks.entry_waits.tolist(), weeks.entry_first.tolist()) == ([PADDING], [0], [0])


def test_limits_are_read_week_by_week() -> None:
    """Ben's second week may not be chosen."""
    weeks = WeekPool(tables(), PADDING)
    assert weeks.allows(np.array([*ANAS, *BENS])).tolist() == [True] * 5
    ana, ben = weeks.tables
    is_allowed = np.ones((len(ben.ways), ben.num_sets), dtype=np.bool_)
    is_allowed[np.divmod(BENS[1] - 4, ben.num_sets)] = False
    limited = weeks.limit([ana, replace(ben, is_allowed=is_allowed)])
    assert limited.allows(np.array([*ANAS, *BENS])).tolist() == [True, True, True, False, True]
