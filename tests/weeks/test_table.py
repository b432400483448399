"""One table, worked by hand: every set of groups with every class of talk and test beside it, at what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from scheduler.case import Case
from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.rule import Rule
from scheduler.terms import AnyOf, Visit
from scheduler.weeks import table
from scheduler.weeks.group_sets import TooManyWeeksError
from scheduler.weeks.table import TableBuilder
from scheduler.weeks.week_table import WeekTable
from tests.weeks.made import costs_of, entries_of, entry, index, legal_weeks, places_of, visit

MON, TUE, WED, THU, FRI, SUN = 0, 1, 2, 3, 4, 6
WAITS: dict[int, int | None] = {30: 5, 45: 7, 60: None, 120: None}


class Waits(Rule):
    """Half an hour costs 5, three quarters 7; one hour and two are forbidden."""

    level = "preference"

    def conflicts(self, case: Case, a: Visit, b: Visit) -> bool:
        """One at a time."""
        return b.span.start < a.span.end

    def follows(self, case: Case, a: Visit, b: Visit) -> int | None:
        """By minutes between them."""
        return WAITS.get(b.span.start - a.span.end, 0)


A, B, C, D, E, H, F, AGAIN, TALK, TALK_BETWEEN, TALK_AFTER, TEST, LATE_TEST = range(13)
VISITS = [
    visit(MON, 540, 600, "a"),
    visit(MON, 720, 780, "b"),
    visit(TUE, 540, 600, "c"),
    visit(TUE, 630, 690, "d"),
    visit(THU, 540, 600, "e"),
    visit(THU, 570, 630, "h"),
    visit(THU, 645, 705, "f"),
    visit(FRI, 540, 600, "a"),
    visit(MON, 600, 660),
    visit(TUE, 600, 630),
    visit(TUE, 690, 720),
    visit(MON, 660, 720, service="test"),
    visit(WED, 540, 600, service="test"),
]
OWN = [
    Line("rule", (), [C, D, E, F], [1, 1, 1, 1], 3),
    Line("rule", (), [H, B], [1, -1], 0),
    Line("rule", (), [C, E, AGAIN], [-20, -20, -20], -30, "care", 4, 15),
    Line("rule", (), [D, LATE_TEST], [1, 1], 1, "preference", 100),
]
"""Of four groups three at most; h with b only; 30 minutes of three groups, 4 a started quarter; d and the later test are too much."""


def own_index() -> LineIndex:
    """All of it."""
    return index(VISITS, OWN, rules=[Waits()])


def builder(most_weeks: int = 10_000) -> TableBuilder:
    """Of Ana's table."""
    return TableBuilder(own_index(), "ana", OWN, most_weeks)


def group_sets() -> set[frozenset[int]]:
    """The same group once, e and h never, and not all of c, d, e, f."""
    every = (frozenset(n for n, flag in enumerate(flags) if flag) for flags in product((0, 1), repeat=8))
    return {s for s in every if not {A, AGAIN} <= s and not {E, H} <= s and not {C, D, E, F} <= s}


TALKS: tuple[tuple[int, ...], ...] = ((), (TALK,), (TALK_BETWEEN, TALK_AFTER))
TESTS: tuple[tuple[int, ...], ...] = ((), (TEST,), (LATE_TEST,))
Row = tuple[frozenset[int], tuple[int, ...], tuple[int, ...]]


def is_allowed(groups: frozenset[int], talk: tuple[int, ...], test: tuple[int, ...]) -> bool:
    """h needs b; on Monday a test alone comes too long after a, a talk alone too long before b, and without either a too long before b."""
    monday = groups & {A, B}
    if TALK in talk and TEST in test:
        return H not in groups or B in groups
    without = monday != {A, B} and not (TALK in talk and B in monday) and not (TEST in test and A in monday)
    return without and (H not in groups or B in groups)


def weeks() -> Iterator[tuple[Row, tuple[int, int]]]:
    """Every week with its care and preference cost."""
    for groups, talk, test in product(group_sets(), TALKS, TESTS):
        if is_allowed(groups, talk, test):
            care = 4 * max(0, (30 - 20 * len(groups & {C, E, AGAIN}) + 14) // 15)
            tuesday = 5 if {C, D} <= groups and TALK_BETWEEN not in talk else 0
            thursday = 7 if {E, F} <= groups else 0
            too_much = 100 if D in groups and LATE_TEST in test else 0
            yield (groups, talk, test), (care, tuesday + thursday + too_much)


def read(made: WeekTable) -> list[tuple[Row, tuple[int, int]]]:
    """The legal weeks of a table, padding left out."""
    found, numbers = [], legal_weeks(made)
    facts = costs_of(made, numbers).T.tolist(), places_of(made, numbers).tolist(), entries_of(made, numbers).tolist()
    for (care, preference), places, entries in zip(*facts, strict=True):
        talk, test = (tuple(made.entry_list[n].visits.tolist()) if n >= 0 else () for n in entries)
        found.append(((frozenset(n for n in places if n >= 0), talk, test), (care, preference)))
    return found


@pytest.mark.parametrize("chunk", [1, 100, 40_000])
def test_every_week_is_there_once_at_its_cost(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """However many are looked at together."""
    monkeypatch.setattr(table, "CHUNK", chunk)
    found = read(builder().build())
    assert len(found) == 720
    assert sorted(found, key=str) == sorted(weeks(), key=str)


def test_waits_of_a_day_with_a_talk_depend_on_when_it_is() -> None:
    """Between c and d nobody waits; after d there is the half hour between them."""
    made, days = builder().build(), dict[frozenset[int], tuple[list[int], list[int]]]()
    numbers = legal_weeks(made)
    for places, (talk, _) in zip(places_of(made, numbers).tolist(), entries_of(made, numbers).tolist(), strict=True):
        if talk >= 0 and TALK_AFTER in made.entry_list[talk].visits:
            found = made.entry_list[talk]
            days[frozenset(n for n in places if n in (C, D))] = found.visits.tolist(), found.waits.tolist()
    assert days == {frozenset(s): ([9, 10], [0, 5] if s == {C, D} else [0, 0]) for s in (set(), {C}, {D}, {C, D})}


def test_days_without_groups_have_one_combination() -> None:
    """The empty one, which comes first everywhere."""
    made = builder()
    assert made.sets.combinations[SUN] == [[]]
    assert all(combinations[0] == [] for combinations in made.sets.combinations)
    assert places_of(made.build(), legal_weeks(made.build())[:1]).tolist() == [[-1] * places_of(made.build(), np.array([0])).shape[1]]


def test_as_many_weeks_as_allowed_are_looked_at() -> None:
    """Sets of groups that keep the lines about groups, with 3 ways to talk and 3 to test: legal or not."""
    num_sets = len([groups for groups in group_sets() if H not in groups or B in groups])
    assert len(legal_weeks(builder(num_sets * 9).build())) == 720
    with pytest.raises(TooManyWeeksError):
        builder(num_sets * 9 - 1).build()


def test_as_many_sets_of_groups_as_allowed_are_looked_at() -> None:
    """Of two groups; with three, the sets are too many before any week is."""
    two = index(VISITS[:2])
    assert TableBuilder(two, "ana", [], 4).build().num_weeks == 4
    with pytest.raises(TooManyWeeksError):
        TableBuilder(two, "ana", [], 3)


def test_sets_of_groups_have_a_limit_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many weeks are allowed: weeks need no memory, sets do."""
    monkeypatch.setattr(table, "MOST_SETS", 4)
    assert TableBuilder(index(VISITS[:2]), "ana", [], 10**6).build().num_weeks == 4
    monkeypatch.setattr(table, "MOST_SETS", 3)
    with pytest.raises(TooManyWeeksError):
        TableBuilder(index(VISITS[:2]), "ana", [], 10**6)


def test_who_may_be_in_no_group_has_a_week_without() -> None:
    """There is no place to write down; where nothing is to happen there is one week, and where something must, none."""
    none = Line("rule", (), [0], [1], 0)
    made = TableBuilder(index(VISITS[:1], [none]), "ana", [none], 9).build()
    assert (made.num_weeks, places_of(made, np.array([0])).tolist(), costs_of(made, np.array([0])).tolist()) == (1, [[]], [[0], [0]])
    some = Line("rule", (), [0], [-1], -2)
    with pytest.raises(TooManyWeeksError):
        TableBuilder(index(VISITS[:1], [some]), "ana", [some], 9).build()


def test_an_entry_of_no_visit_is_none() -> None:
    """The others are numbered as they come."""
    made = TableBuilder(index(VISITS[:1]), "ana", [], 9)
    assert [made._add(one) for one in (entry([1], [0]), entry([], []), entry([2], [0]))] == [0, -1, 1]


@pytest.mark.parametrize("one_each", [TALK, LATE_TEST])
def test_lines_over_any_of_some_visits_see_every_need(one_each: int) -> None:
    """Any of both talks or tests, or the one of the other, but not all: three single appointments, and nothing."""
    both = (TEST, LATE_TEST) if one_each == TALK else (TALK, TALK_AFTER)
    visits = sorted([one_each, *both])
    of_both = AnyOf(("any",), tuple(VISITS[number] for number in both))
    one = Line("rule", (), [visits.index(one_each), 3], [1, 1], 1)
    made = TableBuilder(index([*(VISITS[number] for number in visits), of_both], [one]), "ana", [one], 100).build()
    entries = entries_of(made, legal_weeks(made))
    assert (len(entries), (entries >= 0).sum(axis=1).max()) == (4, 1)


def test_lines_about_one_day_count_with_those_about_several() -> None:
    """c with d only, which costs 3 beside the wait of 5; h with b only; a and b are never alone together."""
    lines = [OWN[1], Line("rule", (), [C, D], [1, -1], 0), Line("rule", (), [C], [1], 0, "preference", 3)]
    made = TableBuilder(index(VISITS[:8], lines, rules=[Waits()]), "ana", lines, 10_000).build()
    numbers = legal_weeks(made)
    sets = [frozenset(n for n in places if n >= 0) for places in places_of(made, numbers).tolist()]
    every = (frozenset(n for n, flag in enumerate(flags) if flag) for flags in product((0, 1), repeat=8))
    apart = [s for s in every if not {A, B} <= s and not {A, AGAIN} <= s and not {E, H} <= s]
    legal = [s for s in apart if (H not in s or B in s) and (C not in s or D in s)]
    assert dict(zip(sets, costs_of(made, numbers)[1].tolist(), strict=True)) == {s: 8 * (C in s) + 7 * ({E, F} <= s) for s in legal}
