"""Every bound is at most what every valid roster costs, in both tiers, and what survives it contains an optimal roster.

The rosters are those of the compact model solved to the end, which shares no code with the weeks beyond the lines, and are judged by the
rules' check faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest
from ortools.sat.python import cp_model

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.generate import generate
from scheduler.greedy.place import place
from scheduler.instance import Instance, Published
from scheduler.model.cp_sat import build_model
from scheduler.model.extract import to_roster
from scheduler.model.line import Line, Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.table_lines import TableLines
from scheduler.rules import RULES
from scheduler.terms import AnyOf, FreeVariable, Visit
from scheduler.verify import judge
from scheduler.weeks.bound import WeekBound, Wider
from scheduler.weeks.ownership import split
from tests.build import clinician, free, group, instance, participant

pytestmark = pytest.mark.unmeasured

NEVER = 10**9
SECONDS = 600.0
"""More than any bound here needs, on any machine."""
INDIVIDUAL = {"order": {"services": [{"service": "individual", "per_week": 1}]}}


def toy(size: int, starts: tuple[str, ...], **more: object) -> Instance:
    """A few people who want a block on some mornings and an appointment each."""
    people = [
        participant(
            f"p{n}",
            primary_therapist="cora" if n % 2 else "dan",
            travel={"s1": 20},
            availability=free("08:00", "13:00") if n % 3 else free("09:00", "20:00"),
            **INDIVIDUAL,
        )
        for n in range(size)
    ]
    groups = [group(f"g{day}{start[:2]}", day, start, maximum=4, **more) for day in ("mon", "tue", "thu") for start in starts]
    return instance(participants=people, groups=groups, clinicians=[clinician("cora"), clinician("dan")])


def published(week: Instance) -> Instance:
    """A week whose greedy roster is published, with every second session in another room than the greedy one."""
    known = place(week)
    moved = tuple(s.model_copy(update={"room": "r3"}) if n % 2 else s for n, s in enumerate(known.sessions))
    return week.model_copy(update={"published": Published(roster=known.model_copy(update={"sessions": moved}))})


INSTANCES = {
    "roomy": lambda: toy(3, ("09:00",)),
    "tight": lambda: toy(6, ("09:00",)),
    "choice": lambda: toy(5, ("09:00", "14:00")),
    "optional": lambda: toy(4, ("09:00", "14:00"), is_standing=False),
    "published": lambda: published(toy(4, ("09:00",))),
    "generated": lambda: generate(8, 2),
}
TOYS = [name for name in INSTANCES if name not in ("choice", "generated")]
"""What is looked at in every run; a choice of two times is in `optional`, too."""
NAMES = [*TOYS, *(pytest.param(name, marks=pytest.mark.proof) for name in ("choice", "generated"))]
FEW = ["roomy", "tight", *(pytest.param(name, marks=pytest.mark.proof) for name in ("choice", "optional", "published", "generated"))]


@dataclass
class Solved:
    """An index with the cost of its best roster, and whether that is known to be the best."""

    index: LineIndex
    care: int
    preference: int
    is_proven: bool


def is_never() -> bool:
    """Time is never up."""
    return False


def minimised(index: LineIndex, tier: Tier, care: int | None, allowed: set[int] | None = None) -> tuple[cp_model.CpSolverStatus, int, int]:
    """Status, and the care and preference cost the checks give the roster."""
    cp_sat = build_model(index)
    if care is not None:
        cp_sat.model.add(cp_sat.costs["care"] <= care)
    if allowed is not None:
        cp_sat.model.add(sum(v for n, v in cp_sat.variables.items() if n not in allowed) == 0)
    cp_sat.model.minimize(cp_sat.costs[tier])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 8
    status = solver.solve(cp_sat.model)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    lines = index.lines
    chosen = [
        h for n, h in enumerate(lines.handles) if not isinstance(h, AnyOf | FreeVariable) and solver.boolean_value(cp_sat.variables[n])
    ]
    roster = to_roster(lines.case, lines.candidates, chosen)
    assert roster is not None
    score = judge(lines.case, roster, lines.rules).score
    return status, score.care, score.preference


@cache
def solved(name: str) -> Solved:
    """An instance solved by the compact model."""
    case = Case(INSTANCES[name]())
    rules = [rule for rule in RULES if rule.applies_to(case)]
    index = LineIndex(Lines(case, enumerate_candidates(case, rules), rules))
    first, care, _ = minimised(index, "care", None)
    second, _, preference = minimised(index, "preference", care)
    return Solved(index, care, preference, first == second == cp_model.OPTIMAL)


@pytest.mark.parametrize("most_weeks", [10**6, 300, 0])
@pytest.mark.parametrize("name", NAMES)
def test_no_roster_costs_less_than_the_bounds(name: str, most_weeks: int) -> None:
    found = solved(name)
    bound = WeekBound(found.index, most_weeks)
    assert bound.care(NEVER, SECONDS, is_never) <= found.care
    root = bound.preference(found.care, NEVER, SECONDS, is_never)
    assert root <= bound.branch(found.preference + 1, SECONDS, is_never) <= found.preference


@pytest.mark.parametrize("most_weeks", [10**6, 300])
@pytest.mark.parametrize("name", ["tight", "optional"])
def test_tables_know_the_days_themselves(name: str, most_weeks: int) -> None:
    """Lines without days give the same bounds, also for those without a table: what is left out is added."""
    whole = solved(name).index.lines
    lines = TableLines(whole.case, whole.candidates, whole.rules)
    assert all(line.source != "day" for line in lines.lines)
    cares, preferences = set(), set()
    for index in (LineIndex(Lines(whole.case, whole.candidates, whole.rules)), LineIndex(lines)):
        bound = WeekBound(index, most_weeks)
        cares.add(care := bound.care(NEVER, SECONDS, is_never))
        preferences.add(bound.preference(care, NEVER, SECONDS, is_never))
    assert (len(cares), len(preferences)) == (1, 1)


@pytest.mark.parametrize("name", ["tight", "optional"])
def test_only_lines_about_one_week_and_of_no_use_to_bounds_are_left_out(name: str) -> None:
    """What is shared is the same without them; with all added, nothing is missing."""
    whole = solved(name).index.lines
    lines, again = (kind(whole.case, whole.candidates, whole.rules) for kind in (TableLines, Lines))
    assert shared_of(lines) == shared_of(again)
    assert len(lines.lines) < len(again.lines)
    number = len(again.lines)
    again.complete()
    assert len(again.lines) == number, "nothing is counted twice"
    lines.complete()
    assert all(rule.raises_bounds for rule in whole.rules if rule.id in {line.rule for line in lines.lines})
    lines.add_later()
    assert described(lines, lines.lines) == described(again, again.lines)


def shared_of(lines: Lines) -> list[str]:
    """The lines of what people share."""
    return described(lines, split(LineIndex(lines)).shared)


def described(lines: Lines, some: list[Line]) -> list[str]:
    """Lines by what is in them, in any order."""
    terms = ([(lines.handles[v], c) for v, c in zip(line.variables, line.coefficients, strict=True)] for line in some)
    return sorted(repr((line.rule, line.key, of_line, line.bound, line.cost)) for line, of_line in zip(some, terms, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_bounds_hold_with_room_in_the_care_budget(name: str) -> None:
    found = solved(name)
    bound = WeekBound(found.index)
    tight = bound.preference(found.care, NEVER, SECONDS, is_never)
    assert bound.preference(found.care + 600, NEVER, SECONDS, is_never) <= tight


@pytest.mark.parametrize("name", FEW)
def test_the_bound_of_a_wider_budget_holds_for_rosters_with_more_unmet_care(name: str) -> None:
    """Asked about the least care; told as well what holds with 200 more. Four larger weeks under `make proof`."""
    found = solved(name)
    told: list[int] = []
    bound = WeekBound(found.index)
    tight = bound.preference(found.care, NEVER, SECONDS, is_never, wider=Wider(found.care + 200, told.append))
    _, _, preference = minimised(found.index, "preference", found.care + 200)
    assert told == sorted(told)
    assert max(told, default=0) <= min(tight, preference)
    # Asked about directly it is 154; the price of care alone, halved until it helps no more, comes near.
    assert name != "generated" or told[-1] >= 145


@pytest.mark.parametrize(
    ("name", "branches"),
    [*((name, False) for name in TOYS), ("tight", True), ("optional", True), pytest.param("choice", False, marks=pytest.mark.proof)],
)
def test_survivors_contain_an_optimal_roster(name: str, branches: bool) -> None:
    found = solved(name)
    assert found.is_proven
    bound = WeekBound(found.index)
    bound.care(NEVER, SECONDS, is_never)
    bound.preference(found.care, NEVER, SECONDS, is_never)
    if branches:
        bound.branch(found.preference + 1, SECONDS, is_never)
    allowed = bound.survivors(found.preference + 1)
    assert allowed is not None
    status, _, preference = minimised(found.index, "preference", found.care, allowed)
    assert status == cp_model.OPTIMAL
    assert preference == found.preference


@pytest.mark.proof
def test_reduced_costs_leave_out_visits() -> None:
    found = solved("generated")
    bound = WeekBound(found.index)
    bound.care(NEVER, SECONDS, is_never)
    bound.preference(found.care, NEVER, SECONDS, is_never)
    allowed = bound.survivors(found.preference + 1)
    assert allowed is not None
    handles = found.index.lines.handles
    assert sum(isinstance(handles[n], Visit) for n in allowed) < 0.9 * sum(isinstance(h, Visit) for h in handles)


def test_interrupted_work_proves_nothing_wrong() -> None:
    found = solved("tight")
    bound = WeekBound(found.index)
    assert bound.care(NEVER, SECONDS, lambda: True) == 0
    assert bound.preference(found.care, NEVER, 0, is_never) == 0
    assert bound.survivors(found.preference) is None


def test_reports_rise_to_the_value() -> None:
    found = solved("choice")
    reported: list[int] = []
    value = WeekBound(found.index).preference(found.care, NEVER, SECONDS, is_never, reported.append)
    assert reported == sorted(reported)
    assert reported[-1] == value
