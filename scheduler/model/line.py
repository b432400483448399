"""A line: a rule's row over numbered variables."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, MutableSequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tier = Literal["hard", "care", "preference"]
Source = Literal["rule", "week", "identity", "day", "pattern"]
Numbers = MutableSequence[int]
"""Of large cases, arrays: there are millions."""


FEW = 100
"""Number of terms below which Python adds them up sooner than numpy."""


@dataclass(slots=True)
class Line:
    """``sum(coefficient * variable) <= bound``; if priced, ``cost`` per ``step`` over the bound, rounded up.

    Attributes:
        tier: `hard`, or the tier of its cost.
        cost: Cost per step: amount times care factor or weight; 0 for hard lines.
        source: Declared by a rule, by one about weeks over typical visits only, or created here: identity, conflicts and waits of a day,
            patterns of a week.
        participant: Whose care it prices; None for other lines.
    """

    rule: str
    key: tuple[object, ...]
    variables: Numbers
    coefficients: Numbers
    bound: int
    tier: Tier = "hard"
    cost: int = 0
    step: int = 1
    source: Source = "rule"
    participant: str | None = None


def joined(parts: Iterable[Numbers]) -> NDArray[np.int32]:
    """The variables, or coefficients, of many lines in one column."""
    column = array("i")
    for part in parts:
        column.extend(part)
    return np.frombuffer(column, dtype=np.int32) if column else np.zeros(0, dtype=np.int32)


def most(coefficients: Numbers) -> int:
    """The largest left side of a line with these coefficients."""
    if len(coefficients) < FEW:
        return sum(c for c in coefficients if c > 0)
    column = np.asarray(coefficients, dtype=np.int64)
    return int(column[column > 0].sum())
