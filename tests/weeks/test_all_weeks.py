"""The weeks of a table are those that the lines allow, at what the lines charge: each tried visit by visit, without the table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import by_item
from scheduler.terms import FreeVariable, Visit
from scheduler.weeks.group_sets import TooManyWeeksError
from scheduler.weeks.ownership import split
from scheduler.weeks.table import TableBuilder
from scheduler.weeks.week_table import WeekTable
from tests.build import clinician, free, group, instance, participant, windows
from tests.small import small
from tests.test_proofs import compiled
from tests.weeks.made import costs_of, entries_of, legal_weeks, places_of

pytestmark = pytest.mark.unmeasured

MANY = 10**6
Costs = dict[frozenset[int], tuple[int, int]]
TIERS = ("care", "preference")


class Reader:
    """The lines about one participant, read for one set of visits at a time."""

    def __init__(self, index: LineIndex, participant: str) -> None:
        self.index, self.participant = index, participant
        self.handles, self.units = index.lines.handles, index.lines.unit_costs
        self.lines = [line for line in split(index).own[participant] if line.source in ("rule", "day")]
        visits = index.lines.candidates.visits[participant]
        self.items = [[index.lines.numbered(v) for v in options] for options in by_item(visits).values()]
        self.parts: list[list[Line]] = []
        for line in self.lines:
            mine = self._choices([line])
            tied = [part for part in self.parts if mine and mine & self._choices(part)]
            self.parts = [part for part in self.parts if part not in tied] + [[line, *(other for part in tied for other in part)]]

    def _choices(self, lines: list[Line]) -> set[int]:
        return {v for line in lines for v in line.variables if self.index.is_choice[v]}

    def visit(self, number: int) -> Visit:
        """The visit of a number."""
        handle = self.handles[number]
        assert isinstance(handle, Visit)
        return handle

    def sets(self) -> Iterator[frozenset[int]]:
        """Every way to serve every item or not."""
        for picked in product(*((None, *options) for options in self.items)):
            yield frozenset(n for n in picked if n is not None)

    def cost(self, visits: frozenset[int]) -> tuple[int, int] | None:
        """Care and preference cost, prices of visits not included; None where a hard line is broken."""
        true = set(visits)
        for number, members in self.index.members:
            if true.intersection(members):
                true.add(number)
        found = list(self._pattern(visits))
        for part in self.parts:
            choices = sorted(self._choices(part))
            ways = [true | {c for c, flag in zip(choices, way, strict=True) if flag} for way in product((0, 1), repeat=len(choices))]
            costs = [cost for way in ways if (cost := self._charged(part, way, way - true)) is not None]
            if not costs:
                return None
            found = [total + min(cost[n] for cost in costs) for n, total in enumerate(found)]
        return found[0], found[1]

    def _charged(self, lines: list[Line], true: set[int], chosen: set[int]) -> tuple[int, int] | None:
        costs = {tier: sum(self.units[tier].get(choice, 0) for choice in chosen) for tier in TIERS}
        for line in lines:
            over = sum(c for v, c in zip(line.variables, line.coefficients, strict=True) if v in true) - line.bound
            if over > 0 and line.tier == "hard":
                return None
            if over > 0:
                costs[line.tier] += -(-over // line.step) * line.cost
        return costs["care"], costs["preference"]

    def _pattern(self, visits: frozenset[int]) -> tuple[int, int]:
        counted = self.index.lines.case.care.is_counted
        days = {v.day for v in map(self.visit, visits) if counted(v.service)}
        number = self.index.lines.number_if_there(FreeVariable(("pattern", self.participant, sum(1 << day for day in days))))
        return (0, 0) if number is None else (self.units["care"].get(number, 0), self.units["preference"].get(number, 0))

    def is_met_alone(self, visits: frozenset[int]) -> bool:
        """Whether no day has two appointments."""
        days = [v.day for v in map(self.visit, visits) if v.group is None]
        return len(days) == len(set(days))


def expanded(table: WeekTable) -> Costs:
    """Every set of visits that rows stand for, at the least cost of such a row."""
    found: Costs = {}
    numbers = legal_weeks(table)
    facts = costs_of(table, numbers).T.tolist(), places_of(table, numbers).tolist(), entries_of(table, numbers).tolist()
    for (care, preference), places, entries in zip(*facts, strict=True):
        listed = [table.entry_list[n] for n in entries if n >= 0]
        for picked in product(*(zip(entry.visits.tolist(), entry.waits.tolist(), strict=True) for entry in listed)):
            visits = frozenset([*(n for n in places if n >= 0), *(visit for visit, _ in picked)])
            cost = care, preference + sum(wait for _, wait in picked)
            assert visits not in found
            found[visits] = cost
    return found


def week_of_homes() -> LineIndex:
    """Two cohorts and two tracks to choose from, groups on days that meet or leave a wait, talks between them or by telehealth."""
    made = [
        group("g1", "mon", "09:00", minutes=60, service="skills", cohort="c1", track="t1"),
        group("g2", "mon", "11:00", minutes=60, service="skills", cohort="c2", track="t1"),
        group("g3", "tue", "09:00", minutes=60, service="skills", cohort="c1", track="t2"),
        group("g5", "wed", "09:00", minutes=60, service="peer"),
        group("g4", "tue", "09:30", minutes=60, service="skills", cohort="c2", track="t2"),
    ]
    order = {
        "minutes": {"floor": 100, "target": 130, "ceiling": 200},
        "sessions": {"floor": 1, "ceiling": 3},
        "days": {"floor": 2, "ceiling": 3},
        "services": [{"service": "individual", "per_week": 2}],
    }
    hours = [*windows("09:00", "13:00", ("mon", "tue"), site="s1"), *windows("08:00", "10:00", ("wed",), site="s1")]
    week = instance(
        policy={"values": {"second_staff_required": False, "start_grain": 60, "longest_wait": 90}},
        cohorts=[{"id": "c1"}, {"id": "c2"}],
        tracks=[{"id": "t1"}, {"id": "t2"}],
        groups=made,
        clinicians=[clinician("cora", hours=hours)],
        weights={"idle_gap": 3},
        participants=[
            participant("ana", order=order, availability=free("09:00", "13:00", ("mon", "tue", "wed")), modes=["in_person", "telehealth"]),
            participant("ben", order=order | {"services": []}, may_change_track=True),
        ],
    )
    return compiled(week)[1]


SEEDS = (10, 17, 24, 30, 31, 36)


@cache
def index_of(name: str) -> LineIndex:
    """The lines of a week."""
    return week_of_homes() if name == "homes" else compiled(small(int(name), 60))[1]


@pytest.mark.parametrize("name", ["homes", *map(str, SEEDS)])
def test_a_table_has_every_legal_week_at_its_cost(name: str) -> None:
    """Where two appointments are on one day, their waits are left out: such a week may be there cheaper, or be there and be illegal."""
    index = index_of(name)
    for each in index.lines.candidates.visits:
        compare(index, each)


def compare(index: LineIndex, participant: str) -> None:
    """A table with all that is legal."""
    reader = Reader(index, participant)
    costs = {visits: reader.cost(visits) for visits in reader.sets()}
    legal = {visits: cost for visits, cost in costs.items() if cost is not None}
    try:
        found = expanded(TableBuilder(index, participant, split(index).own[participant], MANY).build())
    except TooManyWeeksError:
        assert not legal
        return
    assert {v: c for v, c in found.items() if reader.is_met_alone(v)} == {v: c for v, c in legal.items() if reader.is_met_alone(v)}
    assert found.keys() >= legal.keys()
    for visits, (care, preference) in legal.items():
        assert found[visits][0] == care
        assert found[visits][1] <= preference


def test_beside_another_appointment_waits_are_left_out() -> None:
    """The other one may come between, so nothing is charged and nothing forbidden; alone on its day, both."""
    index = index_of("homes")
    builder = TableBuilder(index, "ana", split(index).own["ana"], MANY)
    classes = [found for need in builder.needs for found in need]
    alone, beside = ([entry for found in classes for entry in entries(found)] for entries in (lambda c: c.exact, lambda c: c.loose))
    assert any(any(entry.waits) for entry in alone)
    assert not any(any(entry.waits) for entry in beside)
    assert sum(len(entry.visits) for entry in alone) < sum(len(entry.visits) for entry in beside)
