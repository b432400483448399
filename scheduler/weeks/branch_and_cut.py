"""Solves integer programs with HiGHS, in the process that has it.

Its cuts settle at once some programs in which CP-SAT would try without end: with everything else decided, several amounts that are rounded
up each. Most others take it longer.
"""

from __future__ import annotations

import math

import highspy
import numpy as np

from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution
from scheduler.weeks.relaxation import Ints

OPTIONS: dict[str, bool | int | float] = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}


def solve(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
    """A solution within a gap, or the best one in time.

    Values are found in floats, so a solution is one only if its whole numbers keep every row.
    """
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves its constructor without types
    for option, value in (OPTIONS | {"random_seed": seed, "time_limit": max(0.0, seconds), "mip_abs_gap": gap}).items():
        highs.setOptionValue(option, value)
    highs.passModel(_model(program))
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return IntegerSolution((), math.inf)
    bound = float(highs.getInfo().mip_dual_bound)
    values = np.rint(np.array(highs.getSolution().col_value)).astype(np.int64)
    return IntegerSolution(tuple(values.tolist()) if _is_solution(program, values) else (), bound)


def _model(program: IntegerProgram) -> highspy.HighsLp:
    """The program in the form that HiGHS reads."""
    model, lengths = highspy.HighsLp(), [len(numbers) for numbers, _, _, _ in program.rows]
    model.num_col_, model.num_row_ = len(program.costs), len(program.rows)
    model.col_cost_, model.col_upper_ = np.array(program.costs, dtype=np.float64), np.array(program.most, dtype=np.float64)
    model.col_lower_ = np.zeros(len(program.costs))
    model.row_upper_ = np.array([most for _, _, most, _ in program.rows], dtype=np.float64)
    model.row_lower_ = np.array([most if is_equal else -highspy.kHighsInf for _, _, most, is_equal in program.rows], dtype=np.float64)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(program.costs)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *lengths], dtype=np.int32)
    model.a_matrix_.index_ = np.array([number for numbers, _, _, _ in program.rows for number in numbers], dtype=np.int32)
    model.a_matrix_.value_ = np.array([value for _, values, _, _ in program.rows for value in values], dtype=np.float64)
    return model


def _is_solution(program: IntegerProgram, values: Ints) -> bool:
    """Whether whole numbers keep every row."""
    if len(values) != len(program.costs) or (values < 0).any() or (values > program.most).any():
        return False
    for numbers, coefficients, most, is_equal in program.rows:
        total = int(values[numbers] @ np.array(coefficients, dtype=np.int64)) if numbers else 0
        if total > most or (is_equal and total < most):
            return False
    return True
