"""What the lines about one week see and charge, worked by hand for every set of four visits."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from scheduler.model.line import Line
from scheduler.terms import AnyOf, FreeVariable
from scheduler.weeks.choices import distinct
from scheduler.weeks.totals import Sums, WeekTotals, _visits_in
from tests.weeks.made import index, visit

MON, TUE, WED = 0, 1, 2
GROUP, TALK, LATE_TALK, TEST, SECOND_TEST, BENS, ANY_TALK, ANY, HOME, MONDAY, BOTH_DAYS = range(11)
FIRST = [
    visit(MON, 540, 600, "g"),
    visit(MON, 600, 660),
    visit(TUE, 600, 660),
    visit(WED, 600, 660, service="test"),
    visit(TUE, 600, 660, service="test"),
    visit(MON, 600, 660, who="ben"),
]
TALKS = AnyOf(("talk",), (FIRST[TALK], FIRST[LATE_TALK]))
OTHERS = [
    TALKS,
    AnyOf(("any",), (FIRST[TEST], FIRST[SECOND_TEST], TALKS)),
    FreeVariable(("home",)),
    FreeVariable(("pattern", "ana", 1 << MON)),
    FreeVariable(("pattern", "ana", 1 << MON | 1 << TUE)),
    FreeVariable(("pattern", "ben", 1 << TUE)),
]
LINES = [
    Line("rule", (), [GROUP, TALK], [1, 1], 1),
    Line("rule", (), [GROUP, ANY_TALK], [1, -1], 0),
    Line("rule", (), [ANY_TALK, TEST, SECOND_TEST], [1, 1, 1], 1),
    Line("rule", (), [GROUP, TALK], [-30, -20], -50, "care", 4, 15, source="week"),
    Line("rule", (), [ANY, TALK, ANY, TALK], [2, 1, 3, 4], 4, "preference", 3),
    Line("rule", (), [LATE_TALK, HOME], [1, -1], 0),
    Line("rule", (), [HOME], [1], 0, "care", 2),
    Line("day", (), [GROUP], [1], 0, source="day"),
]
NO_TALK = Line("rule", (), [GROUP, ANY_TALK], [1, 1], 0)
DEAR = Line("rule", (), [GROUP, TALK, LATE_TALK], [3, 5, 1], 0, "preference", 2)
UNITS = {"care": {MONDAY: 6}, "preference": {HOME: 7, BOTH_DAYS: 11, BOTH_DAYS + 1: 99}}
VISITS = (GROUP, TALK, LATE_TALK, TEST)
SETS = np.array(list(product((False, True), repeat=4)))


def totals(lines: list[Line] = LINES) -> WeekTotals:
    """Of Ana's week; some of the lines cost nothing beside."""
    return WeekTotals(index([*FIRST, *OTHERS], lines, UNITS if lines is LINES else {}), "ana", lines)


def sums(made: WeekTotals) -> Sums:
    """Of every set."""
    return made.of_sets(SETS, np.array(VISITS))


def is_legal(group: bool, talk: bool, late: bool, test: bool) -> bool:
    """Group or early talk, no group without a talk, a talk or a test."""
    return not (group and talk) and (not group or talk or late) and not ((talk or late) and test)


def cost(group: bool, talk: bool, late: bool, test: bool) -> tuple[int, int]:
    """Of 50 minutes that are missing 4 a started quarter, 3 each above 4 of the talks; home for the late one; patterns of both days."""
    care = 4 * -(-max(0, 50 - 30 * group - 20 * talk) // 15) + (6 if (group or talk) and not late else 0) + 2 * late
    liked = 3 * max(0, 5 * (talk or late or test) + 5 * talk - 4) + 7 * late + (11 if (group or talk) and late else 0)
    return care, liked


def test_every_set_costs_what_the_lines_charge() -> None:
    """Each tier; where a hard line is broken the week is out."""
    charges = totals().charges
    costs, legal = charges.costs(charges.view(sums(totals())))
    assert legal.tolist() == [is_legal(*row) for row in SETS.tolist()]
    found = [tuple(row) for row in costs.tolist()]
    expected = [cost(*row) for row in SETS.tolist()]
    assert [f for f, flag in zip(found, legal, strict=True) if flag] == [e for e, flag in zip(expected, legal, strict=True) if flag]


def test_lines_that_only_grow_are_kept_so_far() -> None:
    """A group without a talk may still get one; two that exclude each other stay together."""
    made = totals()
    assert made.may_grow(SETS, np.array(VISITS)).tolist() == [
        not (group and talk) and not ((talk or late) and test) for group, talk, late, test in SETS.tolist()
    ]


def test_a_line_of_no_coefficient_below_zero_grows_up_to_its_bound() -> None:
    """1, 2 and 3 of a bound of 2; 0 is no growth and no hindrance; priced lines may be exceeded."""
    lines = [Line("rule", (), [GROUP, TALK, LATE_TALK, TEST], [2, 0, 1, 0], 2), Line("rule", (), [TEST], [1], 0, "care", 1)]
    made = WeekTotals(index([*FIRST, *OTHERS], lines, UNITS), "ana", lines)
    assert made.growing.tolist() == [0]
    assert made.may_grow(SETS, np.array(VISITS)).tolist() == [not (group and late) for group, _, late, _ in SETS.tolist()]


@pytest.mark.parametrize("more", VISITS)
def test_one_visit_more_is_as_if_it_had_been_there(more: int) -> None:
    """To the weeks named, in their order."""
    made = totals()
    column = VISITS.index(more)
    without = np.flatnonzero(~SETS[:, column])[::-1]
    rows = SETS[without].copy()
    rows[:, column] = True
    alone = made.of_sets(np.ones((1, 1), dtype=np.bool_), np.array([more]))
    assert facts(sums(made).at(without).times(alone)) == facts(made.of_sets(rows, np.array(VISITS)))


@pytest.mark.parametrize("lines", [LINES, LINES[1:2], LINES[2:3], [NO_TALK], [DEAR]])
@pytest.mark.parametrize("first", [0, 1, 2, 3])
@pytest.mark.parametrize("turn", [1, -1])
def test_what_parts_cannot_change_is_charged_apart(turn: int, first: int, lines: list[Line]) -> None:
    """The sum is what all lines charge, for each set of the first visits with each of the others, or the last; so it is by kind."""
    made = totals(lines)
    before, after = SETS.copy(), SETS.copy()
    before[:, first:], after[:, :first] = False, False
    parts, others = (made.of_sets(np.unique(rows, axis=0), np.array(VISITS)) for rows in (before, after)[::turn])
    fixed, moved = made.charges.split(parts)
    whole, legal = made.charges.costs(others.times(parts))
    apart, is_kept = fixed.costs(fixed.view(others))
    first_of, kinds = distinct(moved.reduced(moved.view(others), moved.view(parts)))
    together, within = moved.costs(moved.view(others.at(first_of)).times(moved.view(parts)))
    size = len(parts.days)
    rows = (kinds[:, None] * size + np.arange(size)).ravel()
    both = within[rows] & np.repeat(is_kept, size)
    assert both.tolist() == legal.tolist()
    assert (together[rows] + np.repeat(apart, size, axis=0))[both].tolist() == whole[both].tolist()


def facts(sums: Sums) -> tuple[list[list[float]], list[list[bool]], list[int]]:
    """All of it."""
    return sums.left.tolist(), sums.true.tolist(), sums.days.tolist()


def test_days_of_service() -> None:
    """Monday by group or talk, Tuesday by the late talk; a test is no service."""
    assert sums(totals()).days.tolist() == [(group or talk) << MON | late << TUE for group, talk, late, _ in SETS.tolist()]


def test_what_is_true_of_some_weeks() -> None:
    """Any talk; any of all, through it."""
    assert sums(totals()).true.tolist() == [[talk or late, talk or late or test] for _, talk, late, test in SETS.tolist()]


def test_visits_that_look_alike() -> None:
    """Both tests, whenever they are; the talks differ in their lines, and without lines in their days."""
    looks = totals().looks()
    assert looks[TEST] == looks[SECOND_TEST]
    assert len({looks[TEST], looks[TALK], looks[LATE_TALK]}) == 3
    blank = WeekTotals(index([*FIRST, *OTHERS]), "ana", []).looks()
    assert blank[TALK] != blank[LATE_TALK]
    assert blank[GROUP] == blank[TALK]


def test_visits_that_stand_for_others_in_lines_of_the_week_do_not_in_all_lines() -> None:
    """The talk for the late one, a test for the other: the talks are in lines of their own."""
    of_lines = index([*FIRST, *OTHERS], LINES, UNITS)
    of_lines.lines.typical = lambda who: np.array([GROUP, TALK, TALK, TEST, TEST])
    made = WeekTotals(of_lines, "ana", LINES)
    looks = made.looks()
    assert looks[TEST] == looks[SECOND_TEST]
    assert len({looks[TEST], looks[TALK], looks[LATE_TALK]}) == 3
    assert made.column[:, 3].tolist() == [-30, -20, -20, 0, 0]
    assert made.column[:, 0].tolist() == [1, 1, 0, 0, 0]


def test_what_one_day_changes_costs_the_same_by_itself() -> None:
    """Monday's two and the others' days: each set costs what its days cost, and what they cost together."""
    made, monday = totals(), [VISITS.index(v) for v in (GROUP, TALK)]
    sets = [np.where(np.isin(np.arange(4), of_day), SETS, False) for of_day in (monday, [VISITS.index(LATE_TALK)], [VISITS.index(TEST)])]
    parts = [made.of_sets(of_day, np.array(VISITS)) for of_day in sets]
    of_days, together = made.charges.by_day(parts)
    assert {day: len(charges.lines) for day, charges in of_days.items()} == {0: 2}
    found = [charges.costs(charges.view(of_day)) for charges, of_day in [(charges, parts[day]) for day, charges in of_days.items()]]
    found.append(together.costs(together.view(sums(made))))
    costs, legal = made.charges.costs(made.charges.view(sums(made)))
    assert np.all([within for _, within in found], axis=0).tolist() == legal.tolist()
    assert sum(cost for cost, _ in found)[legal].tolist() == costs[legal].tolist()


def test_some_of_the_sums() -> None:
    """In the order asked for."""
    made = totals()
    assert facts(sums(made).at(np.array([3, 0, 15]))) == facts(made.of_sets(SETS[[3, 0, 15]], np.array(VISITS)))


def test_patterns() -> None:
    """Ana's only, each tier by itself."""
    found = totals().patterns
    assert found.shape == (128, 2)
    assert {days: found[days].tolist() for days in np.flatnonzero(found.any(axis=1)).tolist()} == {1: [6, 0], 3: [0, 11]}


def test_any_of_any_is_made_true_by_the_visits_inside() -> None:
    """8 is in 9."""
    assert _visits_in(9, {9: [1, 8], 8: [2, 3]}) == [1, 2, 3]


@pytest.mark.parametrize(("bound", "is_legal"), [(2, False), (3, True)])
def test_what_two_days_change_is_charged_together(bound: int, is_legal: bool) -> None:
    """The talk counts twice, by itself and as any talk; with the group it is 3."""
    made = totals([Line("rule", (), [GROUP, TALK, ANY_TALK], [1, 1, 1], bound)])
    days = [made.of_sets(np.array([[True]]), np.array([number])) for number in (TALK, GROUP)]
    alone, together = made.charges.by_day(days)
    within = [bool(of_day.costs(of_day.view(days[day]))[1][0]) for day, of_day in alone.items()]
    within.append(bool(together.costs(together.view(days[0].plus(days[1])))[1][0]))
    assert all(within) is is_legal


def test_what_two_days_make_true_counts_once() -> None:
    """Any talk for the early one, which takes it back, and the late one: 1 for both, although 2 for the late one alone."""
    made = totals([Line("rule", (), [TALK, ANY_TALK, LATE_TALK], [-1, 1, 1], 1)])
    days = [made.of_sets(np.array([[True]]), np.array([number])) for number in (TALK, LATE_TALK)]
    alone, together = made.charges.by_day(days)
    assert all(of_day.costs(of_day.view(days[day]))[1].all() for day, of_day in alone.items())
    assert together.costs(together.view(days[0].plus(days[1])))[1].tolist() == [True]
