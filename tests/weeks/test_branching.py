"""Two people who share a group, with the run decided: see `shared_group` in `test_relaxation`. The best roster costs 34."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scheduler.model.line import Line
from scheduler.terms import AnyOf, FreeVariable, Handle, Run, Staffing
from scheduler.timegrid import Span
from scheduler.weeks import column_generation
from scheduler.weeks.branching import Node, Tree
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.line_terms import LineTerms
from scheduler.weeks.relaxation import Columns, Relaxation
from scheduler.weeks.week_pool import WeekPool
from tests.weeks.test_relaxation import NEVER, forced, line, shared_group

RUN = Run("group", Span(540, 600), "in_person", "s1")
STAFFING = Staffing(RUN, "cora")
EVENING = AnyOf(("clinician_balance", "cora", 0), ())
OTHER = FreeVariable(("other",))
BEST = 34


def is_never() -> bool:
    """Time is never up."""
    return False


def soon() -> float:
    """When a test is over at the latest."""
    return time.monotonic() + 600.0


def root(relaxation: Relaxation, *told: int) -> ColumnGeneration:
    """The prices that no linear program improves."""
    found = ColumnGeneration(relaxation, 60.0, list(told).append)
    found.improve(NEVER, soon(), is_never)
    return found


def grown(relaxation: Relaxation, shared: Handle, upper: int) -> Tree:
    """A tree that is complete, with the shared variable being that."""
    found = root(relaxation)
    tree = Tree(found.master, [OTHER] * (relaxation.size - 1) + [shared], found.duals, upper)
    assert any(not tree.grow(soon()) for _ in range(20))
    assert tree.is_complete
    return tree


@pytest.mark.parametrize("shared", [RUN, STAFFING, EVENING])
def test_half_a_run_is_none(shared: Handle) -> None:
    """21.5 with half a run. Without it her talk and nothing for him, 4 + 30; with it 25 + 5 + 4: both are leaves."""
    tree = grown(shared_group(), shared, BEST + 1)
    assert tree.bound == pytest.approx(BEST, abs=0.05)
    assert (tree.num_nodes, len(tree.leaves)) == (3, 2)


@pytest.mark.parametrize(("cost", "best", "is_run"), [(27, 34, False), (20, 29, True)])
def test_both_ways_are_looked_at(cost: float, best: float, is_run: bool) -> None:
    """Without a run 4 + 30; with it her later talk, 5 + 4, and what it costs: either way may be the better one."""
    relaxation = shared_group()
    relaxation.unit[4] = cost
    tree = grown(relaxation, RUN, 40)
    assert tree.bound == pytest.approx(best, abs=0.05)
    assert min(tree.leaves).lower.tolist() == min(tree.leaves).upper.tolist() == [float(is_run)]


def test_what_is_neither_is_not_decided() -> None:
    """The root is the only leaf."""
    tree = grown(shared_group(), OTHER, BEST + 1)
    assert tree.bound == pytest.approx(21.5, abs=0.05)
    assert (tree.num_nodes, len(tree.leaves)) == (1, 1)


def test_nodes_that_cost_as_much_as_the_best_roster_are_left_alone() -> None:
    """Where 34 is known, nothing below it is left; where 20 is known, the root need not be decided."""
    tree = grown(shared_group(), RUN, BEST)
    assert (len(tree.leaves), tree.num_nodes) == (0, 3)
    assert np.isinf(tree.least_with()).all()
    assert grown(shared_group(), RUN, 20).num_nodes == 1


def test_a_tree_is_not_complete_before_it_has_grown() -> None:
    """Even if its prices alone prove enough."""
    found = root(shared_group())
    tree = Tree(found.master, [RUN] * 5, found.duals, 1)
    assert not tree.is_complete
    assert tree.bound == pytest.approx(21.5, abs=0.05)
    assert not tree.grow(soon())
    assert tree.is_complete


def test_what_each_costs_in_the_leaves() -> None:
    """Her place costs 40 with his: 25 + 7 + 4 + 4. Each talk is in one of the leaves, his place in one."""
    least = grown(shared_group(), RUN, BEST + 1).least_with()
    assert least[:4].tolist() == pytest.approx([40, 34, 34, 34], abs=4.1)
    assert (least[:4] <= np.array([40, 34, 34, 34]) + 1e-6).all()
    assert least[0] > 36.0


def test_sessions_are_decided_before_evenings() -> None:
    """All are half true. Of a run and a facilitator, the one is decided first that gains more with both values: it costs more."""
    halves = [Line("rule", (), [0, number], [1, -2], 0) for number in (1, 2, 3)]
    for handles, costs, order in (
        ([OTHER, STAFFING, RUN, EVENING], (5.0, 6.0, 7.0), [2, 1, 3]),
        ([OTHER, STAFFING, RUN, EVENING], (6.0, 5.0, 7.0), [1, 2, 3]),
        ([OTHER, EVENING, STAFFING, RUN], (7.0, 5.0, 6.0), [3, 2, 1]),
    ):
        relaxation = forced(*halves)
        relaxation.static, relaxation.size = np.array([1, 2, 3]), 4
        relaxation.unit, relaxation.unit_care = np.array([0.0, *costs, 0.0]), np.zeros(5)
        relaxation.weeks = WeekPool(relaxation.weeks.tables, 4)
        relaxation.own = relaxation.weeks.preference
        relaxation.terms = LineTerms.of(halves, 5)
        found = root(relaxation)
        tree = Tree(found.master, handles, found.duals, NEVER)
        decided: list[int] = []
        while len(decided) < 4 and tree.grow(soon()):
            newest = max(tree.open, key=lambda node: node.number, default=None)
            if newest is not None:
                decided += [n for n in (np.flatnonzero(newest.lower == newest.upper) + 1).tolist() if n not in decided]
        assert decided == order
        assert tree.bound == pytest.approx(18.0, abs=0.35)


def test_a_node_begins_where_its_parent_ended() -> None:
    """A program that has grown since then, and was last solved for another node, comes to the same value."""
    found = root(shared_group())
    tree = Tree(found.master, [OTHER] * 4 + [RUN], found.duals, BEST + 1)
    tree.grow(soon())
    open_run, closed = sorted(tree.open, key=lambda node: node.lower.tolist(), reverse=True)
    assert open_run.basis is not None
    for node in (closed, open_run, closed):
        tree._begin(node)
        assert tree.master.solve(600.0)
        assert tree.master.value == pytest.approx(node.bound, abs=0.35)
        assert tree.master.static_values().tolist() == pytest.approx(node.lower.tolist())


@pytest.mark.parametrize(
    ("lower", "upper", "value", "position"),
    [(0.0, 1.0, 0.5, 0), (0.0, 1.0, 0.001, 0), (0.0, 1.0, 0.999, 0), (0.0, 1.0, 0.0, None), (0.0, 1.0, 1.0, None), (1.0, 1.0, 0.5, None)],
)
def test_what_is_whole_or_decided_is_not_decided_again(lower: float, upper: float, value: float, position: int | None) -> None:
    """Whatever the last linear program says of what is decided."""
    tree = grown(shared_group(), RUN, 20)
    node = Node(0.0, 1, np.array([lower]), np.array([upper]), np.zeros(2), np.array([value]))
    assert tree._undecided(node, soon()) == position


def test_time_that_is_over_leaves_the_bound_of_the_parent() -> None:
    """Nothing is proven wrong."""
    found = root(shared_group())
    tree = Tree(found.master, [RUN] * 5, found.duals, BEST + 1)
    assert tree.grow(time.monotonic() - 1.0)
    assert tree.bound <= BEST


class TestColumnGeneration:
    """The bound rises with the tree."""

    def test_it_is_reported_as_it_rises(self) -> None:
        """22, and 34 in the end; a second call has nothing left to do."""
        told: list[int] = []
        found = ColumnGeneration(shared_group(), 60.0, told.append)
        found.improve(NEVER, soon(), is_never)
        assert found.value == 22
        for _ in range(2):
            found.branch([RUN] * 5, BEST + 1, soon(), is_never)
            assert (found.value, told[-1]) == (BEST, BEST)
        assert found.least_with[0] > 36.0

    def test_a_complete_tree_proves_nothing_of_rosters_above_its_limit(self) -> None:
        """Nothing below 34 has her talk or his place, and what has them may cost just that."""
        found = root(shared_group())
        found.branch([RUN] * 5, BEST, soon(), is_never)
        assert found.tree is not None
        assert found.tree.leaves == []
        assert found.least_with[1:4].tolist() == [BEST] * 3

    def test_it_is_at_most_the_best_roster(self) -> None:
        """Without leaves, all that is known is that nothing is better."""
        found = root(shared_group())
        found.branch([RUN] * 5, 30, soon(), is_never)
        assert found.value == 30

    def test_a_tree_goes_on_a_little_above_its_limit(self) -> None:
        """It leaves out what costs as much as its limit, and decides that when the limit rises."""
        found = root(shared_group())
        found.branch([RUN] * 5, BEST, soon(), is_never)
        assert found.tree is not None
        low, leaves = found.tree, len(found.tree.leaves)
        found.branch([RUN] * 5, BEST + 1, soon(), is_never)
        assert found.tree is low
        assert (found.value, leaves, len(low.leaves)) == (BEST, 0, 2)
        assert found.reach(BEST + 1).rows.any()
        assert found.reach(BEST + 1).relaxation is low.relaxation
        assert (found.reach(BEST + 5).relaxation, found.reach(BEST + 5).upper) == (found.relaxation, BEST + 5)

    def test_a_much_higher_limit_starts_another_tree(self) -> None:
        """Its list would not have all weeks: 30 and a tenth of 22."""
        found = root(shared_group())
        found.branch([RUN] * 5, 30, soon(), is_never)
        low = found.tree
        found.branch([RUN] * 5, 34, soon(), is_never)
        assert found.tree is not low
        found = root(shared_group())
        found.branch([RUN] * 5, 30, soon(), is_never)
        low = found.tree
        found.branch([RUN] * 5, 33, soon(), is_never)
        assert found.tree is low

    def test_what_is_proven_needs_no_tree(self) -> None:
        """Not even one of nothing."""
        found = root(shared_group())
        found.branch([RUN] * 5, 22, soon(), is_never)
        assert found.tree is None

    def test_many_weeks_are_not_listed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The bound is the same; a list proves nothing about what is not on it, but that it costs too much."""
        listed = root(shared_group())
        listed.branch([RUN] * 5, BEST + 1, soon(), is_never)
        monkeypatch.setattr(column_generation, "MOST_LISTED", 1)
        found = root(shared_group())
        found.branch([RUN] * 5, BEST + 1, soon(), is_never)
        assert listed.tree is not None
        assert found.tree is not None
        assert found.tree.master is found.master
        assert found.value == listed.value == BEST
        assert (listed.least_with[:-1] >= found.least_with[:-1] - 0.5).all()
        assert listed.least_with[0] == found.least_with[0] > 36.0

    @pytest.mark.parametrize("above", [0, 1])
    def test_as_many_as_fit_are_listed(self, monkeypatch: pytest.MonkeyPatch, above: int) -> None:
        """And no more."""
        found = root(shared_group())
        monkeypatch.setattr(column_generation, "MOST_LISTED", found.reach(BEST + 1).size - above)
        assert (found._near(BEST + 1) is found) == bool(above)

    @pytest.mark.parametrize("seconds", [0.0, 600.0])
    def test_a_list_starts_with_the_lines_that_are_in_the_program(self, seconds: float) -> None:
        """And with no others."""
        found = ColumnGeneration(shared_group(), 60.0, [].append)
        found.improve(NEVER, time.monotonic() + seconds, is_never)
        near = found._near(BEST + 1).master
        assert near is not found.master
        assert (near.row_of_line >= 0).tolist() == (found.master.row_of_line >= 0).tolist() == [seconds > 0] * 2
        assert near.num_lines == found.master.num_lines

    def test_a_list_starts_with_the_weeks_and_times_that_are_in_the_program(self) -> None:
        """As far as they are within reach: a week that was of use before may be out of it."""
        for upper in (24, BEST + 1):
            found = root(shared_group())
            found.master.add_columns(Columns(np.arange(len(found.master.has_week)), np.arange(len(found.master.has_time))))
            reach, near = found.reach(upper), found._near(upper).master
            assert (near.has_week >= found.master.has_week & reach.rows).all()
            assert (near.has_time >= found.master.has_time & reach.times).all()
            assert not (near.has_week & ~reach.rows).any()
            assert not (near.has_time & ~reach.times).any()
            assert near.has_week.sum() == reach.rows.sum() < len(reach.rows)

    def test_it_can_be_interrupted(self) -> None:
        """The value and what each costs stay as they are."""
        found = root(shared_group())
        before = found.least_with.copy()
        found.branch([RUN] * 5, BEST, soon(), lambda: True)
        found.branch([RUN] * 5, BEST, time.monotonic() - 1.0, is_never)
        assert (found.value, found.least_with.tolist()) == (22, before.tolist())


def test_a_decided_variable_keeps_its_value_when_it_enters_the_program() -> None:
    """Decided before a line with it is there."""
    found = root(forced(line([2, -1], 0)))
    master = type(found.master)(found.relaxation, 60.0)
    master.decide(np.array([1.0]), np.array([1.0]))
    master.add_columns(found.relaxation.cheapest(found.relaxation.relax(np.zeros(1))))
    assert master.solve(20.0)
    assert master.static_values().tolist() == [1.0]
    master.add_lines(np.array([0]))
    assert master.solve(20.0)
    assert (master.static_values().tolist(), master.value) == ([1.0], pytest.approx(60.0))
    master.decide(np.array([0.0]), np.array([0.0]))
    assert master.solve(20.0)
    assert (master.static_values().tolist(), master.value) == ([0.0], pytest.approx(120.0))
