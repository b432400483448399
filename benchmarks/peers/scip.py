"""SCIP on our rows as a mixed-integer program, in two stages. Needs the extra `peers`."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.answer import Answer, NotAvailableError
from benchmarks.peers.mip import Minimize, MixedProgram, MixedSolution, in_stages
from scheduler.instance import Instance
from scheduler.model.line import Tier
from scheduler.result import SolveLimits


def solve(instance: Instance, limits: SolveLimits) -> Answer:
    """Care, then preferences."""
    try:
        import pyscipopt
    except ImportError:
        raise NotAvailableError("install the extra `peers`") from None

    def solver(program: MixedProgram, limits: SolveLimits) -> Minimize:
        model = pyscipopt.Model()
        model.hideOutput()
        model.setParam("randomization/randomseedshift", limits.seed)
        variables = [model.addVar(vtype="B" if upper == 1 else "I", lb=0, ub=upper) for upper in program.uppers]
        for numbers, coefficients, bound in program.rows:
            terms = (coefficient * variables[n] for n, coefficient in zip(numbers, coefficients, strict=True))
            model.addCons(pyscipopt.quicksum(terms) <= bound)

        def minimize(tier: Tier, seconds: float, start: Sequence[float] | None) -> MixedSolution:
            model.freeTransform()
            cost = pyscipopt.quicksum(price * variables[n] for n, price in program.costs[tier].items())
            model.setObjective(cost, "minimize")
            if start is not None:
                known = model.createSol()
                for variable, value in zip(variables, start, strict=True):
                    model.setSolVal(known, variable, round(value))
                model.addSol(known)
            model.setParam("limits/time", seconds)
            model.optimize()
            if not model.getNSols():
                return MixedSolution(None, 0.0, 0.0, False)
            best = model.getBestSol()
            values = [best[variable] for variable in variables]
            objective, bound, is_optimal = model.getObjVal(), model.getDualbound(), model.getStatus() == "optimal"
            model.freeTransform()
            model.addCons(cost <= round(objective))
            return MixedSolution(values, objective, bound, is_optimal)

        return minimize

    return in_stages(instance, limits, solver)
