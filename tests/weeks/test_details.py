"""What exact programs have to know besides the shared lines: breaks of clinicians, and days with several appointments."""

from __future__ import annotations

from functools import cache

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import in_force
from scheduler.model.table_lines import TableLines
from scheduler.rules import RULES
from scheduler.terms import AnyOf, Visit
from scheduler.weeks.breaks import BreakLines
from scheduler.weeks.details import Details, duties_without_breaks
from scheduler.weeks.finish import finish
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution
from scheduler.weeks.integer_solver import solve
from tests.build import clinician, free, instance, participant
from tests.weeks.test_all_weeks import Reader
from tests.weeks.test_day_plans import program_of

HOUR = 60


@cache
def day_of_cora() -> LineIndex:
    """Eight people who want an hour of Cora on Monday, from 9 to 18."""
    order = {"order": {"services": [{"service": "individual", "per_week": 1}]}}
    people = [participant(f"p{n}", availability=free("09:00", "18:00"), primary_therapist="cora", **order) for n in range(8)]
    case = Case(instance(participants=people, clinicians=[clinician("cora")]))
    rules = in_force(case, RULES)
    return LineIndex(TableLines(case, enumerate_candidates(case, rules), rules))


def at(*hours: int) -> list[int]:
    """A visit on Monday for each of so many people, at these hours."""
    lines = day_of_cora().lines
    return [
        next(n for n, v in enumerate(lines.handles) if isinstance(v, Visit) and v.participant == f"p{who}" and v.span.start == HOUR * hour)
        for who, hour in enumerate(hours)
    ]


def test_a_long_duty_without_lunch_is_named() -> None:
    lines = day_of_cora().lines
    assert duties_without_breaks(lines, at(9, 10, 11, 12, 13, 14, 15, 16)) == {("cora", "mon")}
    assert duties_without_breaks(lines, at(9, 10, 11, 13, 14, 15, 16)) == set()
    assert duties_without_breaks(lines, at(9, 10, 11, 12, 13)) == set()


def test_only_the_lines_of_a_duty_are_added_with_what_defines_them() -> None:
    index = day_of_cora()
    lines = BreakLines(index, ())
    mondays, both = lines.of({("cora", "mon")}), lines.of({("cora", "mon"), ("cora", "tue")})
    assert ("cora", "mon") in lines.duties
    assert lines.of(set()) == lines.of({("dan", "mon")}) == []
    assert 0 < len(mondays) < len(both)
    assert len({id(line) for line in both}) == len(both)
    used = {v for line in mondays for v in line.variables if isinstance(index.lines.handles[v], AnyOf)}
    defined = {index.lines.handles[v].key for v in used if isinstance(index.lines.handles[v], AnyOf)}
    assert defined <= {line.key for line in mondays if line.source == "identity"}


def test_lines_that_are_there_are_left_out() -> None:
    """Here those that define what other lines use, too."""
    index = day_of_cora()
    every = BreakLines(index, ()).of({("cora", "mon")})
    definitions = [line for line in every if line.source == "identity"]
    assert [id(line) for line in BreakLines(index, definitions).of({("cora", "mon")})] == [id(li) for li in every if li not in definitions]


def test_days_are_exact_where_a_solution_had_them_wrong() -> None:
    """With each appointment by itself the best week seems cheaper than it is."""
    index, reach, _ = program_of("30", 10**6)
    reader, units = Reader(index, "ana"), index.lines.unit_costs["preference"]
    costs = [(cost, visits) for visits in reader.sets() if (cost := reader.cost(visits)) is not None]
    best = min(cost[1] + sum(units.get(visit, 0) for visit in visits) for cost, visits in costs)
    details, bounds, values, hints = Details(index), list[float](), list[list[int]](), list[list[int]]()

    def solve_and_note(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
        solution = solve(program, seconds, seed, gap)
        bounds.append(solution.bound)
        values.append(list(solution.values))
        hints.append(program.hint)
        return solution

    found = finish(index, reach, 600.0, solve_and_note, details)
    assert (found.bound, found.is_best) == (best, True)
    assert (details.people, details.duties) == ({0}, set())
    assert bounds[0] < bounds[-1] == best
    assert hints == [[], *values[:-1]]  # each begins with the solution before it
