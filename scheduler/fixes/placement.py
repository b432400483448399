"""Placing some participants of a finished roster again, with everyone else held, so that less care is unmet."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.fixes.left_open import leave_out_excluded
from scheduler.model.clock import Clock
from scheduler.model.cp_sat import CpSatModel, build_model
from scheduler.model.extract import to_roster
from scheduler.model.lines import Lines
from scheduler.model.local_model import LocalModel, compiled, hold_others
from scheduler.model.sampling import AppointmentSampler
from scheduler.model.solver_library import cp_model
from scheduler.roster import Roster
from scheduler.rule import Rule
from scheduler.rules import RULES
from scheduler.terms import AnyOf, FreeVariable, Handle, Housing, Row, Run, Staffing, Visit, total
from scheduler.view import View

ABOUT_STAFF = ("clinician_conflict", "clinician_load", "clinician_qualification", "facilitator_ratio", "second_staff_on_site")
"""Rules about the time of clinicians; most attempts fail without them already, for want of places or of time."""
SELDOM_DECISIVE = ("clinician_availability", "room_conflict", "room_fit")
"""Rules whose rows (lunch and rest of clinicians, rooms) are half of a model, and seldom decide whether care is possible."""
FEW_PEOPLE = 3
MOST_TIMES = 60
"""The number of times of an appointment, with all clinicians, to choose from."""


Answer = list[bool] | Literal["none", "undecided"]
"""The values of a solution, or why there is none."""
Enumerate = Callable[[Case, Sequence[Rule], Sequence[str]], Candidates]
"""Returns the candidates of some participants of a case under some rules."""


def place_again(
    case: Case,
    roster: Roster,
    participants: Iterable[str],
    clock: Clock,
    share: float,
    enumerate_for: Enumerate = enumerate_candidates,
    joins: tuple[str, Sequence[str]] | None = None,
) -> Roster | None:
    """Place some participants again, with runs and staff: a roster with less unmet care, not judged yet, or None.

    Whether less unmet care is possible at all is asked first, of models with the decisive rules only, which refute most attempts.

    Args:
        clock: Limits the solves, and counts their deterministic time.
        share: The most time that one of them may take, in the unit of the clock.
        joins: A group, and participants of whom one at least has to join it.
    """
    people, rules = list(dict.fromkeys(participants)), [rule for rule in RULES if rule.applies_to(case)]
    local = _around(case, roster, people, rules, enumerate_for)
    if joins is not None:
        group, who = joins
        places = [visit for p in who for visit in local.candidates.visits[p] if visit.group == group]
        local.lines.add([Row("identity", ("joins", group), total(places, -1), -1)])
    local, possible = _by_decisive_rules(local, rules, clock, share, by_stages=joins is None)
    if not isinstance(possible, list):
        return None
    whole = _with_rules(local, [rule for rule in rules if rule not in local.lines.rules])
    needed = people if joins is None else [p for p in people if p in joins[1] or _is_moved(local, p, possible)]
    for some in dict.fromkeys((tuple(needed), tuple(people))):
        best = _with_less_care(replace(whole, people=some), clock, share, possible)
        if isinstance(best, list):
            return _roster(whole, best)
    return None


def can_have_more_care(
    case: Case, roster: Roster, people: Sequence[str], clock: Clock, share: float, enumerate_for: Enumerate = enumerate_candidates
) -> bool:
    """Whether some participants placed again may have more of their care; true as well if that was not decided in time."""
    rules = [rule for rule in RULES if rule.applies_to(case)]
    local = _around(case, roster, people, rules, enumerate_for, most_times=2 * MOST_TIMES)
    return _by_decisive_rules(local, rules, clock, share)[1] != "none"


def _by_decisive_rules(
    local: LocalModel, rules: Sequence[Rule], clock: Clock, share: float, by_stages: bool = True
) -> tuple[LocalModel, Answer]:
    """The values of a roster with less unmet care by the rules that mostly decide; what is impossible with them stays so with all.

    Args:
        by_stages: Whether to ask without rules about staff first.
    """
    decisive = [rule for rule in rules if rule.level != "preference" and rule.id not in SELDOM_DECISIVE]
    first = [rule for rule in decisive if rule.id not in ABOUT_STAFF]
    for stage in (first, [rule for rule in decisive if rule not in first]) if by_stages else (decisive,):
        local = _with_rules(local, stage)
        answer = _with_less_care(local, clock, share)
        if not isinstance(answer, list):
            break
    return local, answer


def _around(
    case: Case, roster: Roster, people: Sequence[str], rules: Sequence[Rule], enumerate_for: Enumerate, most_times: int = MOST_TIMES
) -> LocalModel:
    """The options of some participants near their bookings, and the bookings of everyone else, without lines of rules."""
    movable, view = case.care.together_with(people), View(case, roster)
    candidates = enumerate_for(case, rules, movable)
    leave_out_excluded(candidates, view, movable, {visit.group for p in movable for visit in candidates.visits[p]})
    there = frozenset(h for placed in view.placed for h in view.handles_of(placed))
    _thin(case, candidates, rules, there, movable, most_times)
    hold_others(candidates, view, movable)
    return compiled(view, people, Lines(case, candidates, (), moving=movable))


def _with_rules(local: LocalModel, rules: Sequence[Rule]) -> LocalModel:
    local.lines.include(rules)
    return local.with_new_lines()


def _with_less_care(local: LocalModel, clock: Clock, share: float, hint: Sequence[bool] = ()) -> Answer:
    """The values of a roster with less unmet care, unless there is none, or none was found in time.

    The model requires less unmet care from the start, so that the solver refutes most useless attempts without a search.

    Args:
        hint: The values of the candidates in a roster with less unmet care, if one is known: the best by its costs is then looked for.
    """
    free = [local.number(handle) for handle in _open(local)]
    cp_sat = build_model(local.index, free, local.values)
    care, preference = cp_sat.costs["care"], cp_sat.costs["preference"]
    cp_sat.model.add(care <= _care_of(local, cp_sat) - 1)
    if hint:
        cp_sat.model.minimize(care * (int(preference.domain.max()) + 1) + preference)
    cp_sat.hint(hint or local.values)
    return _solved(local, cp_sat, clock, share)


def _solved(local: LocalModel, cp_sat: CpSatModel, clock: Clock, share: float) -> Answer:
    """The values of the best solution found, unless there is none, or none was found in time."""
    solver = clock.solver(share, workers=1)
    status = solver.solve(cp_sat.model)
    clock.spend(solver)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "none" if status == cp_model.INFEASIBLE else "undecided"
    values = list(local.values)
    for number, variable in cp_sat.variables.items():
        values[number] = solver.boolean_value(variable)
    return values


def _is_moved(local: LocalModel, participant: str, values: Sequence[bool]) -> bool:
    """Whether a participant has other visits by some values."""
    return any(values[n] != local.values[n] for n in map(local.number, local.candidates.visits[participant]))


def _open(local: LocalModel) -> Iterator[Visit | Run | Staffing | Housing]:
    """What may change: the visits of the people to place, the runs they could join, and who leads a run together with others."""
    candidates, movable = local.candidates, local.case.care.together_with(local.people)
    yield from (visit for person in movable for visit in candidates.visits[person])
    groups = {visit.group for person in movable for visit in candidates.visits[person]}
    for run in candidates.runs:
        if run.group in groups:
            yield run
            yield from candidates.staffings[run]
            yield from candidates.housings[run]
        elif len(staffings := candidates.staffings[run]) > 1:
            yield from staffings


def _roster(local: LocalModel, values: Sequence[bool]) -> Roster | None:
    """The roster of some values, if it can be written down."""
    handles = zip(local.lines.handles, values, strict=True)
    solution: list[Handle] = [handle for handle, value in handles if value and not isinstance(handle, AnyOf | FreeVariable)]
    return to_roster(local.case, local.candidates, solution)


def _care_of(local: LocalModel, cp_sat: CpSatModel) -> int:
    """The current care cost of the lines of a model."""
    lines, unit = local.lines.lines, local.lines.unit_costs["care"]
    priced = ((lines[position], position) for position in cp_sat.positions if lines[position].tier == "care")
    steps = sum(line.cost * max(0, -(-(local.left(position) - line.bound) // line.step)) for line, position in priced)
    return steps + sum(cost for number, cost in unit.items() if number in cp_sat.variables and local.values[number])


def _thin(
    case: Case, candidates: Candidates, rules: Sequence[Rule], there: frozenset[Handle], movable: Sequence[str], most_times: int
) -> None:
    """Keep only so many times of an appointment as a small model can choose from: the cheapest, near the group places.

    Args:
        most_times: How many, for as many people as are mostly placed; fewer for each of more people.
    """
    most_times = most_times * FEW_PEOPLE // max(FEW_PEOPLE, len(movable))
    sampler = AppointmentSampler(case, candidates.part({p: candidates.visits[p] for p in movable}, {}, {}), rules, random.Random(1))
    for person in movable:
        places = sampler.places[person]
        choice = {*places, *sampler.choose(person, most_times, there, places)}
        candidates.visits[person] = tuple(v for v in candidates.visits[person] if v in choice)
