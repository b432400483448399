"""What goes together on a day, asked of made-up rules."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from scheduler.case import Case
from scheduler.model.lines import Lines
from scheduler.rule import Rule
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.weeks.days import Days, Spots

WEEK = SimpleNamespace(between=lambda start, end: end - start, seams=())


class OfTheCase(Rule):
    """What the case says of waits and clashes."""

    level = "preference"

    def conflicts(self, case: Case, a: Visit, b: Visit) -> bool:
        """All or none."""
        return cast(Any, case).is_closed

    def follows(self, case: Case, a: Visit, b: Visit) -> int | None:
        """Always the same."""
        return cast(Any, case).wait


def visit(start: int, end: int, site: str | None = "s1") -> Visit:
    """A visit on Monday, in minutes."""
    return Visit("ana", "talk", None, 1, Span(start, end), "in_person", site)


def rule(level: str = "preference", amounts: dict[int, int | None] | None = None, **more: Any) -> Any:
    """A rule that charges waits by their length."""
    found = amounts or {}
    return SimpleNamespace(level=level, follows=lambda case, a, b: found.get(b.span.start - a.span.end, 0), **more)


def days(*following: tuple[Any, int], clashing: Any = (), now: int = 0) -> Days:
    """Waits charged by these rules at these multipliers."""
    case = SimpleNamespace(time=SimpleNamespace(is_past=lambda start: start < now), week=WEEK)
    made = Days(cast(Lines, SimpleNamespace(case=case, rules=[])), "ana")
    made.following, made.clashing = list(following), list(clashing)
    return made


EARLY, LATE, HOME = visit(540, 600), visit(630, 690), visit(600, 630, None)


def test_waits_cost_what_all_rules_say() -> None:
    """Half an hour: 2 x 5 and 3 x 1; a care rule says nothing about it."""
    asked = days((rule(amounts={30: 5}), 2), (rule(amounts={30: 1}), 3), (rule("care", {30: 100}), 1))
    assert asked.wait_cost([LATE, EARLY]) == 13
    assert asked.wait_cost([LATE, HOME, EARLY]) == 13
    assert asked.wait_cost([EARLY]) == 0
    assert days((rule(amounts={30: 5}), 2), (rule("hard", {30: None}), 1)).wait_cost([EARLY, LATE]) is None


@pytest.mark.parametrize(("now", "cost"), [(540, None), (541, None), (630, None), (631, 10)])
def test_a_wait_that_has_happened_was_possible_and_costs(now: int, cost: int | None) -> None:
    """It has happened once both visits have begun."""
    assert days((rule("hard", {30: None}), 1), (rule(amounts={30: 5}), 2), now=now).wait_cost([EARLY, LATE]) == cost


@pytest.mark.parametrize("is_closed", [False, True])
def test_rules_are_asked_about_the_case(is_closed: bool) -> None:
    """Those in force, at what they count for her."""
    case = SimpleNamespace(wait=5, is_closed=is_closed, week=WEEK)
    made = Days(cast(Lines, SimpleNamespace(case=case, rules=[OfTheCase(), Rule()], multiplier=lambda rule, who: len(who))), "ana")
    assert made.wait_cost([EARLY, LATE]) == 15
    assert made.is_clash(EARLY, LATE) is is_closed


def test_an_appointment_for_which_a_group_is_left_is_no_part_of_the_waits() -> None:
    """Out of the group from 9:00 to 9:10: it ends at 10:00, half an hour before the next session."""
    leaving = replace(visit(540, 550), out_of=("g", 540))
    assert days((rule(amounts={30: 5, 80: 100, -10: 100, -60: 100}), 1)).wait_cost([EARLY, leaving, LATE]) == 5


def test_stays_on_other_sites_are_other_stays() -> None:
    """Two on one site, two on the other, in turn: 120 minutes between, twice."""
    turns = [visit(540, 600), visit(630, 690, "s2"), visit(720, 780), visit(810, 870, "s2")]
    assert days((rule(amounts={120: 7, 30: 100}), 1)).wait_cost(turns) == 14


@pytest.mark.parametrize(("a", "b"), [(EARLY, LATE), (LATE, EARLY)])
def test_the_earlier_visit_is_asked_about_first(a: Visit, b: Visit) -> None:
    """Rules are told the order."""
    asked = days(clashing=[SimpleNamespace(conflicts=lambda case, first, second: (first, second) == (EARLY, LATE))])
    assert asked.is_clash(a, b)


def test_visits_that_begin_together_are_asked_about_as_they_come() -> None:
    """Neither is earlier; visits of other days are not asked about."""
    a, b = visit(540, 600), visit(540, 570)
    asked = days(clashing=[SimpleNamespace(conflicts=lambda case, first, second: first is a)])
    assert (asked.is_clash(a, b), asked.is_clash(b, a)) == (True, False)
    assert not days(clashing=[SimpleNamespace(conflicts=lambda *_: True)]).is_clash(a, visit(540 + 1440, 600 + 1440))


def test_an_entry_has_what_fits_and_its_waits_only_when_alone() -> None:
    """Beside the early one: at once, after half an hour for 5, after an hour forbidden; the same time clashes."""
    both = [visit(start, start + 30) for start in (540, 600, 630, 660) for _ in range(2)]
    numbers = np.array([v.span.start + n % 2 for n, v in enumerate(both)])
    spots = Spots.of(both, numbers, np.array([v.span.start for v in both]))
    clash = SimpleNamespace(
        conflicts=lambda case, first, second: second.span.start < first.span.end, conflicts_times=Rule().conflicts_times
    )
    asked = days((rule(amounts={30: 5, 60: None}), 1), clashing=[clash])
    (none, alone), (free, beside) = asked.entries(spots, [[], [EARLY]])
    assert (none.visits.tolist(), none.waits.tolist()) == (free.visits.tolist(), free.waits.tolist())
    assert free.visits.tolist() == [540, 541, 600, 601, 630, 631, 660, 661]
    assert (alone.visits.tolist(), alone.waits.tolist()) == ([600, 601, 630, 631], [0, 0, 5, 5])
    assert (beside.visits.tolist(), beside.waits.tolist()) == ([600, 601, 630, 631, 660, 661], [0] * 6)


@pytest.mark.parametrize("site", ["s1", "s2", None])
@pytest.mark.parametrize("out_of", [None, ("g", 540)])
def test_an_entry_costs_what_the_day_with_it_costs(site: str | None, out_of: tuple[str, int] | None) -> None:
    """Before, between and after groups of two sites and at home, by the cost of each whole day."""
    groups = [EARLY, visit(660, 690), visit(720, 750, "s2"), visit(690, 720, None), visit(780, 840), visit(810, 870, "s2")]
    starts = np.array([480, 540, 600, 630, 750, 840, 900])
    spots = Spots.of([replace(visit(start, start + 30, site), out_of=out_of) for start in starts.tolist()], starts, starts)
    asked = days((rule(amounts={0: 1, 30: 5, 60: 7, 90: 11, 120: 13, 150: None, 180: 17, -30: 19, -60: 23}), 2))
    combinations = [[group for n, group in enumerate(groups) if picked >> n & 1] for picked in range(64)]
    alone, _ = asked.entries(spots, combinations)
    for combination, found in zip(combinations, alone, strict=True):
        costs = {v.span.start: asked.wait_cost([*combination, v]) for v in spots.firsts}
        assert dict(zip(found.visits.tolist(), found.waits.tolist(), strict=True)) == {n: c for n, c in costs.items() if c is not None}


def test_spots_are_in_order_of_their_first_visit() -> None:
    """With all visits of each: the second and fourth look alike."""
    visits = [visit(540, 570), visit(480, 510), visit(600, 630), visit(480, 510)]
    spots = Spots.of(visits, np.array([7, 8, 9, 10]), np.array([5, 9, 2, 9]))
    assert [v is visits[n] for n, v in enumerate(spots.firsts)] == [True] * 3
    assert (spots.numbers.tolist(), spots.spot_of.tolist()) == ([7, 8, 10, 9], [0, 1, 1, 2])


@pytest.mark.parametrize("out_of", [None, ("g", 540)])
def test_rules_are_asked_about_all_times_at_once(out_of: tuple[str, int] | None) -> None:
    """Beside the early one: one rule refuses 10:00, another 10:30; what leaves a group is asked about one by one."""
    starts = np.array([600, 630, 660])
    refusing = [
        SimpleNamespace(
            conflicts=lambda case, first, second, late=late: (first.span.start, second.span.start) == (540, 660 + late),
            conflicts_times=lambda case, place, visit, times, late=late: times == 600 + late,
        )
        for late in (0, 30)
    ]
    asked = days(clashing=refusing)
    spots = Spots.of([replace(visit(start, start + 30), out_of=out_of) for start in starts.tolist()], starts, starts)
    _, (beside,) = asked.entries(spots, [[EARLY]])
    assert beside.visits.tolist() == ([660] if out_of is None else [600, 630])


def test_waits_that_have_happened_are_told_apart_from_others() -> None:
    """Half an hour before now costs 5, and one minute more after it 7."""
    groups, starts = [EARLY, visit(800, 860)], np.array([630, 891])
    spots = Spots.of([visit(start, start + 30) for start in starts.tolist()], starts, starts)
    alone, _ = days((rule(amounts={30: 5, 31: 7}), 1), now=700).entries(spots, [[group] for group in groups])
    assert [of_group.waits[at] for at, of_group in enumerate(alone)] == [5, 7]


def test_waits_are_as_long_as_they_really_are_where_clocks_change() -> None:
    """At 11:50 the clock is put back: half an hour by the clock is 90 minutes."""
    asked = days()
    back = SimpleNamespace(seams=(710,), between=lambda start, end: end - start + 60 * (start <= 710 < end))
    asked.case = cast(Case, SimpleNamespace(time=asked.case.time, week=back))
    asked.following = [(SimpleNamespace(level="preference", follows=lambda case, a, b: back.between(a.span.end, b.span.start)), 1)]
    groups, starts = [EARLY, visit(640, 700)], np.array([630, 730])
    alone, _ = asked.entries(Spots.of([visit(n, n + 30) for n in starts.tolist()], starts, starts), [[group] for group in groups])
    assert [of_group.waits[at] for at, of_group in enumerate(alone)] == [30, 90]


def test_what_overlaps_has_no_part_in_what_others_cost() -> None:
    """Begun before the group, which has not; the other begins an hour and a half after it."""
    starts = np.array([520, 690])
    spots = Spots.of([visit(start, start + 30) for start in starts.tolist()], starts, starts)
    (alone,), _ = days((rule(amounts={90: 7}), 1), now=530).entries(spots, [[EARLY]])
    assert dict(zip(alone.visits.tolist(), alone.waits.tolist(), strict=True))[690] == 7
