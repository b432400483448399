"""The terms of lines in columns: whatever is looked at together, the sums are the same."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.line import Line
from scheduler.weeks import line_terms
from scheduler.weeks.line_terms import Index, LineTerms

LINES = [
    Line("rule", (), [0, 2], [1, 2], 0),
    Line("rule", (), [1], [3], 0),
    Line("rule", (), [2, 3, 0, 1, 4], [4, -5, 6, 7, 8], 0),
    Line("rule", (), [4, 2], [9, 10], 0),
]


@pytest.mark.parametrize("part", [1, 2, 3, 4, 100])
class TestParts:
    @pytest.fixture(autouse=True)
    def parts(self, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
        """Look at few terms together."""
        monkeypatch.setattr(line_terms, "PART", part)

    def test_sums_by_variable(self) -> None:
        """Of prices 1, 10, 100 and 1000; the last of six variables is in no line."""
        prices = np.array([1.0, 10.0, 100.0, 1000.0])
        assert LineTerms.of(LINES, 6).by_variable(prices).tolist() == [601, 730, 10402, -500, 9800, 0]

    def test_sums_by_line(self) -> None:
        """Of values 1, 10, 100, 1000 and 10000; a line that is added is the last."""
        terms = LineTerms.of(LINES, 5).plus(LineTerms.of([Line("rule", (), [3], [2], 0)], 5))
        assert terms.by_line(10.0 ** np.arange(5)).tolist() == [201, 30, 75476, 91000, 2000]

    def test_positions_by_key(self) -> None:
        """In order; and the key of each, counted among those asked for."""
        index = Index.of(LineTerms.of(LINES, 6).variables, 6)
        which, positions = index.at(np.array([4, 5, 2]))
        assert (which.tolist(), positions.tolist()) == ([0, 0, 2, 2, 2], [7, 8, 1, 3, 9])
        which, positions = Index.of(LineTerms.of(LINES, 5).variables, 5).at(np.array([4]))
        assert (which.tolist(), positions.tolist()) == ([0, 0], [7, 8])


def test_the_line_of_a_term() -> None:
    """Two, one, five and two terms."""
    assert LineTerms.of(LINES, 5).line_of(np.arange(10)).tolist() == [0, 0, 1, 2, 2, 2, 2, 2, 3, 3]


def test_no_lines() -> None:
    """Nothing to sum."""
    none = LineTerms.of([], 2)
    assert (none.by_variable(np.zeros(0)).tolist(), none.by_line(np.zeros(2)).tolist()) == ([0, 0], [])
