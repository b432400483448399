"""Hard lines that the relaxation leaves out, in a program of weeks: see `forced` and `shared_group` in `test_relaxation`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from scheduler.model.line import Line
from scheduler.weeks.integer_solver import solve
from scheduler.weeks.relaxation import Relaxation
from scheduler.weeks.week_program import WeekProgram
from tests.weeks.test_relaxation import LEGAL, forced, line, shared_group

TALK, LATER_TALK, BENS, RUN = range(1, 5)


def picked(relaxation: Relaxation, rows: Sequence[int], times: Sequence[int], lines: Sequence[Line], *free: int) -> tuple[int, ...]:
    """The best roster of some weeks, with more lines."""
    program = WeekProgram(relaxation, np.array(rows), np.array(times, dtype=np.int64), 1, 0.0)
    program.add_hard(lines, free)
    return program.picked(solve(program.program, 60.0, 1, 0.0).values)


@pytest.mark.parametrize(
    ("forbidden", "best"),
    [([TALK], (LATER_TALK, BENS, RUN)), ([LATER_TALK, BENS], (TALK,)), ([TALK, LATER_TALK], (BENS, RUN))],
)
def test_the_best_roster_within_more_lines(forbidden: list[int], best: tuple[int, ...]) -> None:
    """4 + 30 with her talk, as much with the later one and his place: without one of them the other is the best, else only he comes."""
    lines = [Line("rule", (), [visit], [1], 0) for visit in forbidden]
    assert picked(shared_group(), LEGAL, [0, 1], lines) == best


@pytest.mark.parametrize("factor", [1, 2])
def test_what_is_no_visit_may_be_true_as_lines_need_it(factor: int) -> None:
    """Visit 0 needs variable 1, which belongs to nobody and is in no other line."""
    relaxation = forced()
    relaxation.static = np.zeros(0, dtype=np.int64)
    assert picked(relaxation, [0], [], [line([factor, -factor], 0)], 1) == (0, 1)
    assert picked(relaxation, [0], [], [line([factor], factor)], 1) == (0,)
