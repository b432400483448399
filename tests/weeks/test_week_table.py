"""Weeks at prices: the cheapest one, those near it and what is in them, compared with each week priced by itself."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.weeks import week_table
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_table import ILLEGAL, PricedWeeks, WeekTable
from tests.weeks.made import costs_of, entries_of, legal_weeks, places_of, table
from tests.weeks.test_table import VISITS, builder

TIERS = [(1.0, 0.0), (0.0, 1.0), (0.25, 1.0)]


def prices(made: WeekTable, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Of visits and of entries; nothing costs nothing."""
    drawn = np.random.default_rng(seed)
    visits, entries = drawn.integers(-20, 20, len(VISITS)), drawn.integers(-20, 20, len(made.entry_list))
    return np.append(visits, 0.0), np.append(entries, 0.0)


def at(made: WeekTable, tiers: tuple[float, float], visits: np.ndarray, entries: np.ndarray) -> PricedWeeks:
    """The weeks of one participant at some prices."""
    return next(WeekPool([made], len(VISITS)).priced(tiers, visits, entries))


def priced(made: WeekTable, tiers: tuple[float, float], seed: int) -> tuple[PricedWeeks, dict[int, float]]:
    """All weeks at once, and the legal ones one by one."""
    visits, entries = prices(made, seed)
    numbers = legal_weeks(made)
    costs = np.array(tiers) @ costs_of(made, numbers) + visits[places_of(made, numbers)].sum(axis=1)
    chosen = entries_of(made, numbers)
    costs += np.where(chosen >= 0, entries[chosen], 0.0).sum(axis=1)
    return at(made, tiers, visits, entries), dict(zip(numbers.tolist(), costs.tolist(), strict=True))


@pytest.mark.parametrize("tiers", TIERS)
@pytest.mark.parametrize("cells", [1, 300, 100_000])
def test_weeks_cost_what_is_in_them(monkeypatch: pytest.MonkeyPatch, tiers: tuple[float, float], cells: int) -> None:
    """However many are priced together: the cheapest, and all within some price, in order."""
    monkeypatch.setattr(week_table, "CELLS", cells)
    for seed in range(3):
        found, costs = priced(builder().build(), tiers, seed)
        least, week = found.cheapest()
        assert (least, costs[week]) == (pytest.approx(min(costs.values())), pytest.approx(min(costs.values())))
        most = sorted(costs.values())[len(costs) // 3]
        weeks, near = found.within(most + 1e-6)
        expected = {week: cost for week, cost in costs.items() if cost <= most + 1e-6}
        assert weeks.tolist() == sorted(expected)
        assert near.tolist() == pytest.approx([expected[week] for week in weeks.tolist()])


@pytest.mark.parametrize("tiers", TIERS)
def test_the_cheapest_week_with_each(tiers: tuple[float, float]) -> None:
    """Combination of groups and entry; some entries are in no legal week."""
    made = builder().build()
    found, costs = priced(made, tiers, 7)
    with_set, with_column = found.least_with()
    numbers = np.array(sorted(costs))
    for of_groups, least in enumerate(with_set.tolist()):
        assert least == pytest.approx(min((costs[n] for n in numbers.tolist() if n % made.num_sets == of_groups), default=np.inf))
    for entry in range(len(made.entry_list)):
        having = [costs[n] for n, chosen in zip(numbers.tolist(), entries_of(made, numbers).tolist(), strict=True) if entry in chosen]
        beside = made.beside[made.columns.day]
        is_here = np.take_along_axis(made.columns.entries, beside, axis=1) == entry
        assert np.array(with_column)[is_here].min(initial=np.inf) == pytest.approx(min(having, default=np.inf))


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_limit_leaves_the_others_out(share: float) -> None:
    """At other prices too; a table without any week says so."""
    made = builder().build()
    found, costs = priced(made, (1.0, 1.0), 3)
    most = sorted(costs.values())[int(share * (len(costs) - 1))]
    limited = found.limit(most + 1e-6)
    kept = [week for week, cost in costs.items() if cost <= most + 1e-6]
    visits, entries = prices(made, 4)
    again, _ = at(limited, (0.0, 1.0), visits, entries).within(ILLEGAL / 2)
    assert again.tolist() == kept
    assert limited.has_weeks()
    assert not found.limit(min(costs.values()) - 1).has_weeks()
    assert not WeekTable(
        "ana", made.places, made.beside[:, :0], made.own[:, :0], made.columns, made.ways, made.joint, made.kind[:0], made.entry_list
    ).has_weeks()


@pytest.mark.parametrize("cells", [1, 300, 100_000])
def test_the_nearest_weeks(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    """So many as are asked for, or all legal ones, with their prices."""
    monkeypatch.setattr(week_table, "CELLS", cells)
    found, costs = priced(builder().build(), (0.25, 1.0), 1)
    for most in (1, 5, len(costs), len(costs) + 1):
        weeks, near = found.nearest(most)
        assert sorted(near.tolist()) == pytest.approx(sorted(costs.values())[:most])
        assert near.tolist() == pytest.approx([costs[week] for week in weeks.tolist()])


def test_a_table_of_illegal_weeks_has_none() -> None:
    """A week may miss everything and still be one."""
    for cost, has_weeks in ((0, True), (10_000, True), (ILLEGAL, False)):
        assert table("ana", {((), ()): (cost, cost)}).has_weeks() is has_weeks
