"""Branch and price: what the linear program splits between yes and no is decided, first one way, then the other.

What the root loses is mostly who facilitates: two halves of a clinician cost less than one whole. So runs and staffing are decided first,
then evenings; :mod:`scheduler.weeks.pseudo_costs` says which one. Each node is bounded by prices, as the root is; its columns and lines
serve all others, and its linear program begins where that of its parent ended.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.model.rounding import rounded_up
from scheduler.terms import AnyOf, Handle, Run, Staffing
from scheduler.weeks.linear_program import Basis, Floats
from scheduler.weeks.master import Master
from scheduler.weeks.pseudo_costs import PseudoCosts, Trial
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Pricing

ROUNDS = 8
"""Linear programs for one node: a node need not be worked to the end, since its children go on from there."""
SMOOTHED = 3
"""Rounds of a node in which prices between the best and the last ones are tried too."""
ENOUGH = 0.3
"""Amount that the bound of a node may stay below its linear program."""
WHOLE = 1e-4
"""Amount by which a value may differ from 0 or 1."""
PIVOTS = 30
"""Maximum number of pivots in which a decision is tried out."""
EVENINGS = "clinician_balance"
"""The rule whose yes/no variables, the evenings of a clinician, are decided when runs and facilitators are."""


@dataclass(order=True, slots=True)
class Node:
    """Rosters in which some shared variables are decided.

    Attributes:
        bound: No such roster costs less.
        lower, upper: Least and largest value of each shared variable.
        duals: The prices that gave the bound.
        values: The value of each shared variable in the last linear program.
        is_open: Whether further rounds could raise the bound.
        basis: Where its last linear program, or that of its parent, ended.
    """

    bound: float
    number: int
    lower: Floats = field(compare=False)
    upper: Floats = field(compare=False)
    duals: Floats = field(compare=False)
    values: Floats = field(compare=False)
    is_open: bool = field(compare=False, default=True)
    basis: Basis | None = field(compare=False, default=None)


class Tree:
    """The open nodes of one relaxation, and the *leaves*, in which there is nothing left to decide.

    Attributes:
        upper: Nodes whose rosters cost as much are not worth deciding; it may rise, and then some of them are.
        bound: No roster costs less, unless it costs as much as the best one known.
        leaves: The nodes in which all of these are decided. Their weeks and times may still be fractions.
    """

    def __init__(self, master: Master, handles: Sequence[Handle], duals: Floats, upper: int) -> None:
        """Start with the root.

        Args:
            duals: Good prices of the root.
        """
        self.master, self.relaxation, self.upper = master, master.relaxation, upper
        static = [handles[v] for v in self.relaxation.static]
        sessions = np.array([isinstance(h, Run | Staffing) for h in static], dtype=np.bool_)
        evenings = np.array([isinstance(h, AnyOf) and h.key[0] == EVENINGS for h in static], dtype=np.bool_)
        self.priorities = (sessions, evenings)
        size = len(static)
        self.pseudo_costs = PseudoCosts(size)
        pricing = self.relaxation.relax(duals)
        self.num_nodes, self.leaves = 1, list[Node]()
        self.open = [Node(pricing.bound, 0, np.zeros(size), np.ones(size), duals, np.full(size, 0.5))]
        self._is_new = True

    @property
    def bound(self) -> float:
        """The least bound of all nodes."""
        return min([node.bound for node in (*self.open[:1], *self.leaves)], default=math.inf)

    @property
    def is_complete(self) -> bool:
        """Whether every roster that costs less than the limit is in one of the leaves."""
        return not self._is_new and (not self.open or rounded_up(self.open[0].bound) >= self.upper)

    def least_with(self) -> Floats:
        """By variable, the bound of all rosters of the leaves in which it is true."""
        least = np.full(self.relaxation.size + 1, np.inf)
        for leaf in self.leaves:
            pricing, bound = self._bound(leaf, leaf.duals)
            least = np.minimum(least, self.relaxation.least_with(pricing) - pricing.bound + bound)
        return least

    def reach(self) -> Reach:
        """What rosters below the limit can contain, wherever they are in the tree."""
        reach = Reach(self.relaxation, self.upper)
        for node in (*self.open, *self.leaves):
            if rounded_up(node.bound) < self.upper:
                reach.add(*self._bound(node, node.duals), node.lower, node.upper)
        return reach

    def grow(self, ends: float) -> bool:
        """Decide the node of the least bound, if it can contain a roster below the limit; return whether there was one."""
        if self._is_new:
            self._is_new = False
            self._work(self.open[0], ends)
        if self.is_complete:
            return False
        node = heapq.heappop(self.open)
        if (position := self._undecided(node, ends)) is None:
            if node.is_open:  # nothing else can raise the bound of what is decided
                self._work(node, ends)
                heapq.heappush(self.open, node)
            else:
                self.leaves.append(node)
            return True
        for value in (0.0, 1.0):
            lower, upper = _with(node, position, value)
            child = Node(node.bound, self.num_nodes, lower, upper, node.duals, node.values, basis=node.basis)
            self.num_nodes += 1
            self._work(child, ends)
            self.pseudo_costs.record(position, value, float(node.values[position]), child.bound - node.bound)
            heapq.heappush(self.open, child)
        return True

    def _undecided(self, node: Node, ends: float) -> int | None:
        """The position of the variable to decide next."""
        fraction = np.where(node.lower < node.upper, np.minimum(node.values, 1.0 - node.values), 0.0)
        for is_of_these in self.priorities:
            positions = np.flatnonzero(is_of_these & (fraction > WHOLE))
            if len(positions) > 1:
                halves_first = positions[np.argsort(-fraction[positions], kind="stable")]
                return self.pseudo_costs.best(halves_first, node.values, self._trial(node, ends))
            if len(positions):
                return int(positions[0])
        return None

    def _trial(self, node: Node, ends: float) -> Trial:
        """Tries out decisions at a node."""
        program = self.master.program
        self._begin(node)
        self.master.solve(ends - time.monotonic())
        level, basis = program.value, program.basis

        def gain(position: int, value: float) -> float:
            self.master.decide(*_with(node, position, value))
            program.resume(basis)
            return program.estimate(ends - time.monotonic(), PIVOTS) - level

        return gain

    def _begin(self, node: Node) -> None:
        """Let the linear program be that of a node."""
        self.master.decide(node.lower, node.upper)
        if node.basis is not None:
            self.master.program.resume(node.basis)

    def _work(self, node: Node, ends: float) -> None:
        """Raise the bound of a node."""
        master = self.master
        self._begin(node)
        self._price(node, node.duals)
        for number in range(ROUNDS):
            if rounded_up(node.bound) >= self.upper or (left := ends - time.monotonic()) <= 0 or not master.solve(left):
                return
            level, duals, broken = master.value, master.duals(), master.broken()
            node.values, node.basis = master.static_values(), master.program.basis
            added = self._price(node, 0.5 * (node.duals + duals)) if number < SMOOTHED else 0
            added += self._price(node, duals)
            master.add_lines(broken)
            is_level = level - node.bound < ENOUGH
            # While lines are missing, the program may rise further.
            node.is_open = bool(len(broken)) or (added > 0 and not is_level)
            if is_level or not node.is_open:
                return

    def _price(self, node: Node, duals: Floats) -> int:
        """Bound a node at some prices and add the columns; return how many were new."""
        pricing, bound = self._bound(node, duals)
        if bound > node.bound:
            node.bound, node.duals = bound, duals
        return self.master.add_columns(self.relaxation.cheapest(pricing))

    def _bound(self, node: Node, duals: Floats) -> tuple[Pricing, float]:
        """The relaxed problem at some prices, and the bound of a node there."""
        pricing = self.relaxation.relax(duals)
        reduced = pricing.reduced[self.relaxation.static]
        decided = np.minimum(reduced * node.lower, reduced * node.upper).sum()
        return pricing, float(pricing.bound - np.minimum(0.0, reduced).sum() + decided)


def _with(node: Node, position: int, value: float) -> tuple[Floats, Floats]:
    """The least and largest values in a node with one more variable decided."""
    lower, upper = node.lower.copy(), node.upper.copy()
    lower[position] = upper[position] = value
    return lower, upper
