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
    program = WeekProgram(relaxation, np.array(rows), np.array(times, dtype=np.int64))
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


class TestShared:
    """The program of all weeks of two people; literals are numbered as they come."""

    NONE, GROUP, HER_TALK, HIS_NONE, HIS_GROUP, FIRST_TIME, LATER_TIME, ITS_RUN, BESIDE = range(9)

    def program(self, static: np.ndarray | None = None, rows: Sequence[int] = LEGAL) -> WeekProgram:
        """Within 50 minutes of care."""
        return WeekProgram(shared_group(budget=50), np.array(rows), np.array([0, 1]), static)

    def test_what_each_costs_and_misses(self) -> None:
        """9 and 60 minutes, 7, 1 and 10 minutes; 30 and 30 minutes, 4; 3, 4 and 6 minutes; 25, and twice 4 for what is beside."""
        program = self.program()
        assert program.program.costs == [9, 7, 1, 30, 4, 3, 4, 25, 4]
        assert program.care == {self.NONE: 60, self.HER_TALK: 10, self.HIS_NONE: 30, self.LATER_TIME: 6}
        assert program.program.most == [1, 1, 1, 1, 1, 1, 1, 1, 2]

    def test_without_a_budget_the_care_of_weeks_does_not_count(self) -> None:
        """Only 9."""
        program = WeekProgram(shared_group(), np.array(LEGAL), np.array([0, 1]))
        assert program.program.costs[self.NONE] == 9
        assert self.NONE not in program.care

    def test_what_is_chosen_together(self) -> None:
        """One week of each, one time of her talk, a run for two places, and not more than one of the three beside."""
        assert self.program().program.rows == [
            ([self.NONE, self.GROUP, self.HER_TALK], [1, 1, 1], 1, True),
            ([self.HIS_NONE, self.HIS_GROUP], [1, 1], 1, True),
            ([self.FIRST_TIME, self.LATER_TIME, self.HER_TALK], [1, 1, -1], 0, True),
            ([self.GROUP, self.HIS_GROUP, self.ITS_RUN], [1, 1, -2], 0, False),
            ([self.GROUP, self.FIRST_TIME, self.HIS_GROUP, self.BESIDE], [1, 1, 1, -1], 1, False),
        ]

    def test_what_cannot_be_true_is_left_out(self) -> None:
        """Without a run nobody has a place; without her talk no time is chosen, and the two places beside are one too many."""
        rows = self.program(np.zeros(0, dtype=np.int64)).program.rows
        assert rows[3] == ([self.GROUP, self.HIS_GROUP], [1, 1], 0, False)
        few = self.program(rows=[0, 1, 4, 5])
        assert (few.times, len(few.program.rows)) == ({}, 4)
        assert len(self.program(rows=[0, 1, 4]).program.rows) == 3

    def test_a_run_that_is_sure(self) -> None:
        """It is true whatever it costs."""
        program = self.program()
        program.fix(np.array([RUN]))
        assert program.program.rows[-1] == ([self.ITS_RUN], [-1], -1, False)


@pytest.mark.parametrize(("coefficient", "steps"), [(34, 1), (35, 1), (36, 2), (65, 2), (66, 3)])
def test_a_started_step_is_a_step(coefficient: int, steps: int) -> None:
    """Above 5, of 30 each, at 3 each; for the care of a budget, at 3 minutes each."""
    for tier, budget, cost, care in (("preference", None, 3, {}), ("care", 60, 0, {1: 3})):
        relaxation = forced(line([coefficient], 5, tier=tier, cost=3, step=30), budget=budget)
        program = WeekProgram(relaxation, np.array([0]), np.zeros(0, dtype=np.int64))
        assert (program.program.costs, program.program.most, program.care) == ([0, cost], [1, steps], care)
        assert program.program.rows[-1] == ([0, 1], [coefficient, -30], 5, False)


def test_a_line_that_always_holds_is_left_out() -> None:
    """40 of 40; the lines after it are not."""
    for bound, num_rows in ((39, 2), (40, 1), (41, 1)):
        program = WeekProgram(forced(line([40], bound)), np.array([0]), np.zeros(0, dtype=np.int64))
        assert len(program.program.rows) == num_rows
    both = WeekProgram(forced(line([40], 40), line([40], 39)), np.array([0]), np.zeros(0, dtype=np.int64))
    assert both.program.rows[1:] == [([0], [40], 39, False)]


def test_lines_may_have_variables_that_are_new() -> None:
    """Number 7, of which the relaxation knows nothing, costs nothing and may be true for visit 0."""
    relaxation = forced()
    assert picked(relaxation, [0], [], [Line("rule", (), [0, 7], [1, -1], 0)], 7) == (0, 7)
