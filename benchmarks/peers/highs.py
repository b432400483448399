"""HiGHS on our rows as a mixed-integer program, in two stages, with its own newest release."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import highspy
import numpy as np

from benchmarks.answer import Answer
from benchmarks.peers.mip import Minimize, MixedProgram, MixedSolution, in_stages
from scheduler.instance import Instance
from scheduler.model.line import Tier
from scheduler.result import SolveLimits


def solve(instance: Instance, limits: SolveLimits) -> Answer:
    """Care, then preferences."""
    return in_stages(instance, limits, _solver)


def _solver(program: MixedProgram, limits: SolveLimits) -> Minimize:
    highs = highspy.Highs()
    options = {"output_flag": False, "threads": limits.workers, "random_seed": limits.seed, "mip_rel_gap": 0.0, "mip_abs_gap": 0.999}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    count = len(program.uppers)
    columns = np.arange(count, dtype=np.int32)
    highs.addVars(count, np.zeros(count), np.array(program.uppers, dtype=np.float64))
    highs.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
    starts = np.array([0, *accumulate(len(variables) for variables, _, _ in program.rows)][:-1], dtype=np.int32)
    numbers = np.array([v for variables, _, _ in program.rows for v in variables], dtype=np.int32)
    values = np.array([c for _, coefficients, _ in program.rows for c in coefficients], dtype=np.float64)
    uppers = np.array([bound for _, _, bound in program.rows], dtype=np.float64)
    highs.addRows(len(uppers), np.full(len(uppers), -highspy.kHighsInf), uppers, len(values), starts, numbers, values)

    def minimize(tier: Tier, seconds: float, start: Sequence[float] | None) -> MixedSolution:
        costs = np.zeros(count)
        costs[list(program.costs[tier])] = list(program.costs[tier].values())
        highs.changeColsCost(count, columns, costs)
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = list(start)
            highs.setSolution(known)
        # Its limit counts from the first run of the object.
        highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
        highs.run()
        info = highs.getInfo()
        is_optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return MixedSolution(None, 0.0, 0.0, False)
        objective = info.objective_function_value
        held = np.array(list(program.costs[tier]), dtype=np.int32)
        highs.addRow(-highspy.kHighsInf, round(objective), len(held), held, costs[held])
        return MixedSolution(highs.getSolution().col_value, objective, info.mip_dual_bound, is_optimal)

    return minimize
