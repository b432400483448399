"""The model of one participant's week, with those who may move for it: the best week, then the best that really differs, and so on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from scheduler.case import Case
from scheduler.model.clock import Clock
from scheduler.model.cp_sat import CostTerm, build_model
from scheduler.model.line import Line
from scheduler.model.solver_library import cp_model
from scheduler.offers.open_week import OpenWeek
from scheduler.rules.participant_preference import time_of_day
from scheduler.terms import FreeVariable, Handle, Visit

NEAR_SHARE = 10


class OfferModel:
    """Minimizes, in this order: what nobody can mend, the care missing, how many others move, and the preferences."""

    def __init__(self, week: OpenWeek, broken: Collection[str], moves: int = 0, missing: Mapping[str, int] | None = None) -> None:
        """Build the model.

        Args:
            broken: The rules that the open week breaks already; more of that is allowed at a price above everything.
            moves: How many of the week's movers may move.
            missing: By participant, the care that is missing in the roster; nobody who moves misses more.
        """
        self.week, self.local, self._missing_now = week, week.local, missing or {}
        self.free = [self.local.number(handle) for handle in dict.fromkeys(week.options())]
        self.cp_sat = build_model(self.local.index, self.free, self.local.values, relaxed=broken)
        model, moved = self.cp_sat.model, [self._moved(mover) for mover in week.movers]
        if moved:
            model.add(cp_model.LinearExpr.sum(moved) <= moves)
        model.add(cp_model.LinearExpr.sum([variable for variable, _ in self._ahead]) >= 1)
        care, preference = self.cp_sat.costs["care"], self.cp_sat.costs["preference"]
        move_price = int(preference.domain.max()) + 1
        care_price = move_price * (len(moved) + 1)
        slack_price = care_price * (int(care.domain.max()) + 1)
        others = [term for mover in week.movers for term in self._missing(mover)]
        own = [(care, 1), *((term.variable, -term.cost) for term in others)]
        self._care = cp_model.LinearExpr.weighted_sum([variable for variable, _ in own], [sign for _, sign in own])
        self._least: int | None = None
        terms = [*((variable, sign * care_price) for variable, sign in own), (preference, 1)]
        terms += [*((one, move_price) for one in moved), *((slack, slack_price) for _, slack in self.cp_sat.slacks)]
        model.minimize(cp_model.LinearExpr.weighted_sum([term for term, _ in terms], [price for _, price in terms]))

    def best(self, clock: Clock) -> list[Handle] | None:
        """What the best week has; None if there is no other, or none was found in time."""
        solver = clock.solver(clock.left(), workers=1)
        # One round of presolve settles most of these small models; more took up to twice as long (measured at 120 participants).
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        status = solver.solve(self.cp_sat.model)
        clock.spend(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        self._least = solver.value(self._care)
        handles = self.local.lines.handles
        return [handles[number] for number in self.free if solver.boolean_value(self.cp_sat.variables[number])]

    def stay_near(self) -> None:
        """Ask from now on for weeks in which the participant misses little more care than in the last one: a tenth of the order."""
        self.cp_sat.model.add(self._care <= (self._least or 0) + near(self.week.case, self.week.participant))

    def forbid(self, solution: Collection[Handle]) -> None:
        """Ask for anything but these sessions, which turned out to be impossible."""
        chosen = frozenset(solution)
        variables = [(self.cp_sat.variables[n], 1 if self.local.lines.handles[n] in chosen else -1) for n in self.free]
        expression = cp_model.LinearExpr.weighted_sum([variable for variable, _ in variables], [sign for _, sign in variables])
        self.cp_sat.model.add(expression <= len(chosen) - 1)

    def forbid_like(self, visits: Sequence[Visit]) -> None:
        """Ask for a week that really differs from one with these sessions to come."""
        case = self.week.case
        parts = {part_of_week(case, visit) for visit in visits}
        others = [1 if part_of_week(case, visit) in parts else -1 for _, visit in self._ahead]
        self.cp_sat.model.add(cp_model.LinearExpr.weighted_sum([variable for variable, _ in self._ahead], others) <= 0)

    @cached_property
    def _ahead(self) -> list[tuple[cp_model.IntVar, Visit]]:
        """The visits of the participant that are still to come, with their variables."""
        handles = ((number, self.local.lines.handles[number]) for number in self.free)
        return [(self.cp_sat.variables[n], handle) for n, handle in handles if isinstance(handle, Visit) and self.is_ahead(handle)]

    def is_ahead(self, visit: Visit) -> bool:
        """Whether a visit is one of the participant's that is still to come."""
        return visit.participant == self.week.participant and visit not in self.local.candidates.past

    def _moved(self, mover: str) -> cp_model.IntVar:
        """Whether someone moves: has a new session, or one of theirs no longer. Whoever moves misses no more of anything than before."""
        model, variables = self.cp_sat.model, self.cp_sat.variables
        moved = model.new_bool_var("")
        for number in self.free:
            handle = self.local.lines.handles[number]
            if isinstance(handle, Visit) and handle.participant == mover:
                model.add_implication(variables[number].Not() if self.local.values[number] else variables[number], moved)
        for line, steps in self.cp_sat.care:
            if line.participant == mover and not any(isinstance(self.local.lines.handles[n], FreeVariable) for n in line.variables):
                model.add(steps <= self._steps(line))
        if terms := self._missing(mover):
            expression = cp_model.LinearExpr.weighted_sum([term.variable for term in terms], [term.cost for term in terms])
            model.add(expression <= self._missing_now.get(mover, 0) - self._decided(mover))
        return moved

    def _missing(self, mover: str) -> list[CostTerm]:
        """What makes up the care that someone misses."""
        return [term for term in self.cp_sat.terms["care"] if term.participant == mover]

    def _decided(self, mover: str) -> int:
        """The part of the care that someone misses that no option of theirs can change."""
        open_lines = frozenset(self.cp_sat.positions)
        rest = (line for n, line in enumerate(self.local.lines.lines) if n not in open_lines and line.tier == "care")
        return sum(line.cost * self._steps(line) for line in rest if line.participant == mover)

    def _steps(self, line: Line) -> int:
        """By how many steps the roster is over the bound of a line."""
        left = sum(c for n, c in zip(line.variables, line.coefficients, strict=True) if self.local.values[n])
        return max(0, -(-(left - line.bound) // line.step))


def near(case: Case, participant: str) -> int:
    """How much more care an offer may miss than the best one, factor included: a tenth of the ordered minutes."""
    order = case.care.order(participant)
    return max(order.floor, order.target or 0) * case.care.factor(participant) // NEAR_SHARE


def part_of_week(case: Case, visit: Visit) -> tuple[int, str]:
    """The day of a visit, and the part of the day in which it begins."""
    return visit.day, time_of_day(case, visit.span.start)
