"""Sets of groups, compared with every subset of the places tried by itself."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from scheduler.case import Case
from scheduler.model.line import Line
from scheduler.rule import Rule
from scheduler.terms import AnyOf, Visit
from scheduler.weeks import group_sets as module
from scheduler.weeks.days import Days
from scheduler.weeks.group_sets import GroupSets, TooManyWeeksError, group_sets
from scheduler.weeks.totals import WeekTotals
from tests.weeks.made import index, visit

PLACES = [
    visit(0, 540, 600, "a"),
    visit(0, 570, 630, "b"),
    visit(0, 700, 760, "c"),
    visit(1, 540, 600, "a"),
    visit(1, 600, 660, "d"),
    visit(3, 540, 600, "e"),
    visit(3, 540, 600, "f"),
]
A, B, C, AGAIN, D, E, F = range(7)
TRACK = AnyOf(("track",), (PLACES[C], PLACES[D]))
OTHER = AnyOf(("other",), (PLACES[E], PLACES[B]))
LINES = [
    Line("rule", (), [A, C, D, F], [1, 2, 2, 0], 4),
    Line("rule", (), [7, 8, F], [1, 1, 1], 1),
    Line("rule", (), [E, A], [1, -1], 0),
    Line("rule", (), [B], [60], 20, "care", 1),
]


class Apart(Rule):
    """One at a time."""

    def conflicts(self, case: Case, a: Visit, b: Visit) -> bool:
        """Those that overlap."""
        return b.span.start < a.span.end


def found(lines: list[Line], most: int = 1000) -> GroupSets:
    """The sets of all places under some lines."""
    made = index([*PLACES, TRACK, OTHER], lines, rules=[Apart()])
    return group_sets(Days(made.lines, "ana"), WeekTotals(made, "ana", lines), PLACES, np.arange(7), most)


def expected(lines: list[Line]) -> set[frozenset[int]]:
    """Every subset whose pairs go together, within the hard lines of no coefficient below zero."""
    subsets = (frozenset(n for n, flag in enumerate(flags) if flag) for flags in product((0, 1), repeat=7))
    return {s for s in subsets if all(map(is_compatible, combinations(sorted(s), 2))) and all(is_within(line, s) for line in lines)}


def is_compatible(pair: tuple[int, int]) -> bool:
    """Of different groups, and not at once."""
    a, b = PLACES[pair[0]], PLACES[pair[1]]
    return a.group != b.group and (a.span.end <= b.span.start or b.span.end <= a.span.start)


def is_within(line: Line, places: frozenset[int]) -> bool:
    """Whether a set keeps a line that only gets tighter; others are not asked yet."""
    true = places | ({7} if places & {C, D} else set()) | ({8} if places & {E, B} else set())
    left = sum(c for v, c in zip(line.variables, line.coefficients, strict=True) if v in true)
    return line.tier != "hard" or min(line.coefficients) < 0 or left <= line.bound


@pytest.mark.parametrize("cells", [1, 20, 1_000_000])
@pytest.mark.parametrize("lines", [[], LINES[:1], LINES[1:2], LINES])
def test_every_set_is_there_once(monkeypatch: pytest.MonkeyPatch, lines: list[Line], cells: int) -> None:
    """However many are looked at together."""
    monkeypatch.setattr(module, "CELLS", cells)
    sets = found(lines)
    chosen = [[PLACES.index(v) for day, n in enumerate(row) for v in sets.combinations[day][n]] for row in sets.beside.T.tolist()]
    assert len(chosen) == len(expected(lines))
    assert set(map(frozenset, chosen)) == expected(lines)


def test_as_many_sets_as_allowed_are_made() -> None:
    """Of one day, and of all."""
    number = len(expected(LINES))
    assert found(LINES, number).beside.shape == (7, number)
    with pytest.raises(TooManyWeeksError):
        found(LINES, number - 1)
    with pytest.raises(TooManyWeeksError):
        found(LINES, 4)
    assert [len(day) for day in found([]).combinations] == [6, 4, 1, 3, 1, 1, 1]


def test_sums_of_combinations() -> None:
    """Of Thursday: nothing, e, f."""
    sums = found(LINES).sums[3]
    assert sums.left.tolist() == [[0, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]
    assert sums.true.tolist() == [[False, False], [False, True], [False, False]]


def test_parts_may_count_twice_in_one_line_and_not_at_all_in_another() -> None:
    """Any of c and d twice and any of e and b not at all, or the other way round."""
    for seven, eight in ((2, 0), (0, 2), (2, 2)):
        lines = [Line("rule", (), [7, 8, 0], [seven, eight, 1], 2), Line("rule", (), [7, 8], [1, 1], 1)]
        sets = found(lines)
        assert sets.beside.shape[1] == len(expected(lines))


@pytest.mark.proof
def test_a_day_can_have_more_combinations_than_two_bytes_can_count() -> None:
    """Of seventeen groups that all go together: each combination is a set of its own."""
    places = [visit(0, 60 * hour, 60 * hour + 30, f"g{hour}") for hour in range(17)]
    made = index(places)
    sets = group_sets(Days(made.lines, "ana"), WeekTotals(made, "ana", []), places, np.arange(17), 1 << 17)
    assert np.array_equal(sets.beside[0], np.arange(1 << 17))
