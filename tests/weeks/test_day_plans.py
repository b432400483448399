"""With the plans of its days a table has exactly the legal weeks, at exactly their cost; compare `test_all_weeks`."""

from __future__ import annotations

from itertools import chain, product

import numpy as np
import pytest

from scheduler.model.line_index import LineIndex
from scheduler.weeks import day_plans as module
from scheduler.weeks.day_plans import DayPlans, add_day_plans
from scheduler.weeks.group_sets import TooManyWeeksError
from scheduler.weeks.integer_solver import solve
from scheduler.weeks.ownership import Ownership, split
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Relaxation
from scheduler.weeks.table import TableBuilder
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_program import WeekProgram
from tests.weeks.made import legal_weeks
from tests.weeks.test_all_weeks import MANY, SEEDS, Costs, Reader, index_of

pytestmark = pytest.mark.unmeasured


def pool_of(index: LineIndex, participant: str) -> WeekPool:
    """The weeks of one participant."""
    return WeekPool([TableBuilder(index, participant, split(index).own[participant], MANY).build()], len(index.lines.handles))


def positions(weeks: WeekPool, entry: int) -> list[int]:
    """The positions of an entry."""
    return [n for n, of in enumerate(weeks.entry_of.tolist()) if of == entry]


def planned(index: LineIndex, weeks: WeekPool) -> Costs:
    """Every set of visits that rows stand for, with the times of each day chosen together; the least cost of each."""
    plans, found = DayPlans(index.lines, weeks), dict[frozenset[int], tuple[int, int]]()
    for row in legal_weeks(weeks.tables[0]).tolist():
        days = []
        for entries, beside in plans.days_of(row):
            times = {entry: positions(weeks, entry) for entry in entries}
            if len(entries) == 1:
                days.append([((time,), int(weeks.entry_waits[time])) for time in times[entries[0]]])
            else:
                options = [plans.options(times[entry]) for entry in entries]
                of_day = plans.of(options, beside, np.full([*map(len, options)], np.inf))
                assert of_day is not None
                days.append([(chosen, plan.waits) for plan in of_day for chosen in product(*plan.times)])
        places = [v for v in weeks.places[row].tolist() if v < len(index.lines.handles)]
        for chosen in product(*days):
            visits = frozenset([*places, *weeks.entry_visits[list(chain.from_iterable(times for times, _ in chosen))].tolist()])
            assert visits not in found
            found[visits] = int(weeks.care[row]), int(weeks.preference[row]) + sum(waits for _, waits in chosen)
    return found


@pytest.mark.parametrize("name", ["homes", *map(str, SEEDS)])
def test_the_legal_weeks_and_no_others(name: str) -> None:
    """Two or more appointments on a day included."""
    index = index_of(name)
    for participant in index.lines.candidates.visits:
        reader = Reader(index, participant)
        costs = {visits: reader.cost(visits) for visits in reader.sets()}
        try:
            weeks = pool_of(index, participant)
        except TooManyWeeksError:
            continue
        assert planned(index, weeks) == {visits: cost for visits, cost in costs.items() if cost is not None}


def test_a_day_with_too_many_plans_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is the number of combinations, within reach, of times that differ in more than the clinician."""
    index = index_of("homes")
    weeks = pool_of(index, "ana")
    plans = DayPlans(index.lines, weeks)
    entries, beside = next(day for row in legal_weeks(weeks.tables[0]).tolist() for day in plans.days_of(row) if len(day[0]) > 1)
    times = {entry: positions(weeks, entry) for entry in entries}
    options = [plans.options(times[entry]) for entry in entries]
    most = np.full([*map(len, options)], np.inf)
    monkeypatch.setattr(module, "MOST_PLANS", most.size)
    assert plans.of(options, beside, most) is not None
    monkeypatch.setattr(module, "MOST_PLANS", most.size - 1)
    assert plans.of(options, beside, most) is None
    most[-1, -1] = -1.0
    assert plans.of(options, beside, most) is not None
    assert plans.of([[], []], beside, np.zeros((0, 0))) == []


def program_of(name: str, upper: int) -> tuple[LineIndex, Reach, WeekProgram]:
    """What rosters of one person below a cost can contain, without prices."""
    index = index_of(name)
    weeks = pool_of(index, "ana")
    relaxation = Relaxation(index.lines, Ownership({}, [], []), weeks, "preference")
    reach, pricing = Reach(relaxation, upper), relaxation.relax(np.zeros(0))
    reach.add(pricing, pricing.bound)
    return index, reach, WeekProgram(relaxation, np.flatnonzero(reach.rows), np.flatnonzero(reach.times))


def num_plans(upper: int) -> int:
    """The number of plans in a program: what is added to it."""
    index, reach, program = program_of("homes", upper)
    before = len(program.program.costs)
    add_day_plans(index.lines, program, reach, [0])
    return len(program.program.costs) - before


def test_plans_out_of_reach_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The more a roster may cost, the more of them are within; a day with more than the limit has none."""
    counts = [num_plans(upper) for upper in range(0, 120, 5)]
    assert counts == sorted(counts)
    assert len({0, *counts}) > 3
    monkeypatch.setattr(module, "MOST_KEPT", 0)
    assert num_plans(120) == 0


def test_a_day_with_too_many_combinations_has_no_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not even looked at."""
    monkeypatch.setattr(module, "MOST_COMBINATIONS", 0)
    assert num_plans(120) == 0


def test_a_plan_is_within_reach_of_any_node() -> None:
    """What one node leaves out the next one may keep: at its bound all prices are the same, but it may cost as much as the root."""
    index, reach, program = program_of("homes", 60)
    nodes, pricing = Reach(reach.relaxation, 60), reach.relaxation.relax(np.zeros(0))
    nodes.add(pricing, 55.0)
    few = len(nodes.limits[0].rows)
    nodes.add(pricing, pricing.bound)
    assert few < len(nodes.limits[1].rows)
    assert nodes.rows.tolist() == reach.rows.tolist()
    other = WeekProgram(reach.relaxation, np.flatnonzero(nodes.rows), np.flatnonzero(nodes.times))
    add_day_plans(index.lines, program, reach, [0])
    add_day_plans(index.lines, other, nodes, [0])
    assert other.program == program.program


@pytest.mark.parametrize("kept", [0, module.MOST_KEPT])
def test_the_best_week_is_found_with_plans(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    """Without plans it may seem cheaper."""
    monkeypatch.setattr(module, "MOST_KEPT", kept)
    index, reach, program = program_of("homes", 10**6)
    add_day_plans(index.lines, program, reach, [0])
    reader, units = Reader(index, "ana"), index.lines.unit_costs["preference"]
    costs = [(cost, visits) for visits in reader.sets() if (cost := reader.cost(visits)) is not None]
    best = min(cost[1] + sum(units.get(visit, 0) for visit in visits) for cost, visits in costs)
    found = solve(program.program, 600.0, 1, 0.0).bound
    assert found <= best
    assert kept == 0 or found == best
