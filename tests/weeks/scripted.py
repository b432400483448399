"""Linear programs that a test gives, to see what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

NOW = 1000.0
"""What the clock says."""


@dataclass(frozen=True)
class Round:
    """One linear program: its value and price, the lines it breaks, and the columns that are new at each price tried then."""

    value: float = 30.0
    price: float = 16.0
    broken: tuple[int, ...] = ()
    new: tuple[int, ...] = (1, 1)


class Programs:
    """Programs in turn, and one price, whose bound is 20 less the distance from 10; it is the master program and its relaxation."""

    def __init__(self, *rounds: Round, is_budgeted: bool = False, num_lines: int = 1) -> None:
        self.relaxation, self.static, self.size, self.sizes, self.tier = self, np.array([0]), 1, np.zeros(1), "care"
        self.is_budgeted, self.num_lines = is_budgeted, num_lines
        self.rounds, self.new, self.program = iter(rounds), list[int](), SimpleNamespace(basis=None)
        self.tried, self.seconds, self.added = list[float](), list[float](), list[int]()

    def relax(self, duals: np.ndarray) -> Any:
        """The bound at a price."""
        self.tried.append(float(duals[0]))
        return SimpleNamespace(bound=20.0 - abs(float(duals[0]) - 10.0), reduced=np.zeros(2))

    def solve(self, seconds: float) -> bool:
        """The next one, if there is one."""
        if (following := next(self.rounds, None)) is None:
            return False
        self.seconds.append(seconds)
        self.round = following
        self.new = list(self.round.new)
        self.value = self.round.value
        return True

    def duals(self) -> np.ndarray:
        """Of the last program."""
        return np.array([self.round.price])

    def broken(self) -> np.ndarray:
        """Of the last program."""
        return np.array(self.round.broken, dtype=np.int64)

    def add_columns(self, columns: object) -> int:
        """How many are new."""
        return self.new.pop(0) if self.new else 0

    def add_lines(self, lines: np.ndarray) -> None:
        """Remember them."""
        self.added += lines.tolist()

    def static_values(self) -> np.ndarray:
        """It is half true."""
        return np.array([0.5])

    def cheapest(self, pricing: object) -> None:
        """Whatever."""

    def decide(self, lower: object, upper: object) -> None:
        """Whatever."""
