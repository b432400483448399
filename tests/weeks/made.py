"""A made-up case: visits, other variables and lines as a test gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np

from scheduler.looks import Looks
from scheduler.model.line import Line, Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.rule import Rule
from scheduler.terms import Handle, Visit
from scheduler.timegrid import Span
from scheduler.weeks.days import VisitClass
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_table import ILLEGAL, NeedColumns, WeekTable

DAY = 1440
Week = tuple[tuple[int, ...], tuple[int, ...]]
"""Visit numbers of group places, and entries."""


def visit(day: int, start: int, end: int, group: str | None = None, who: str = "ana", **more: object) -> Visit:
    """A visit in minutes of a day; without a group a talk."""
    facts = {"service": "talk", "ordinal": 1, "mode": "in_person", "site": "s1"} | more
    return Visit(who, facts.pop("service"), group, span=Span(DAY * day + start, DAY * day + end), **facts)  # type: ignore[arg-type]


def index(
    handles: Sequence[Handle], lines: Sequence[Line] = (), units: Mapping[Tier, dict[int, int]] | None = None, rules: Sequence[Rule] = ()
) -> LineIndex:
    """The variables are numbered as they come; a test has no service days."""
    people: dict[str, list[Visit]] = {}
    for handle in handles:
        if isinstance(handle, Visit):
            people.setdefault(handle.participant, []).append(handle)
    numbers = {id(handle): number for number, handle in enumerate(handles)}
    by_value = {handle: number for number, handle in enumerate(handles) if not isinstance(handle, Visit)}
    made = SimpleNamespace(
        case=SimpleNamespace(
            care=SimpleNamespace(is_counted=lambda service, group=None: service != "test"),
            time=SimpleNamespace(is_past=lambda start: False),
            week=SimpleNamespace(between=lambda start, end: end - start, seams=()),
        ),
        candidates=SimpleNamespace(visits=people, looks=lambda who: Looks(people[who])),
        typical=lambda who: np.arange(len(people[who])),
        rules=list(rules),
        handles=list(handles),
        lines=list(lines),
        unit_costs={"care": {}, "preference": {}} | dict(units or {}),
        numbered=lambda handle: numbers[id(handle)],
        number=lambda handle: numbers.get(id(handle), by_value.get(handle)),
        numbers_of=lambda some: [n for h in some if (n := numbers.get(id(h), by_value.get(h))) is not None],
        number_if_there=by_value.get,
        multiplier=lambda rule, participant: 1,
    )
    return LineIndex(cast(Lines, made))


def entry(visits: Sequence[int], waits: Sequence[int]) -> VisitClass:
    """Visits with their waits."""
    return VisitClass(np.array(visits, dtype=np.int64), np.array(waits, dtype=np.int64))


def table(who: str, weeks: Mapping[Week, tuple[int, int]], entries: Sequence[VisitClass] = ()) -> WeekTable:
    """A table of these weeks only: way by way, and set by set of groups, as they first occur."""
    sets, ways = list(dict.fromkeys(places for places, _ in weeks)), list(dict.fromkeys(chosen for _, chosen in weeks))
    places, columns = np.full((len(sets), max(map(len, sets))), -1), np.zeros((len(ways), max(map(len, ways))), dtype=np.int64)
    joint = np.full((2, len(ways), len(sets)), float(ILLEGAL))
    for row, numbers in zip(places, sets, strict=True):
        row[: len(numbers)] = numbers
    for way, chosen in zip(columns, ways, strict=True):
        way[: len(chosen)] = [one + 1 for one in chosen]
    for (of_week, chosen), costs in weeks.items():
        joint[:, ways.index(chosen), sets.index(of_week)] = costs
    each = np.repeat(np.arange(-1, len(entries))[:, None], len(sets), axis=1)
    needs = NeedColumns(np.zeros(len(each), dtype=np.int64), each, np.zeros((2, *each.shape), dtype=np.int64))
    beside = np.zeros((7, len(sets)), dtype=np.int64)
    beside[0] = kind = np.arange(len(sets))
    none = [np.full((1, 0), -1)] * 6
    return WeekTable(who, [places, *none], beside, np.zeros((2, len(sets))), needs, columns, joint, kind, list(entries))


def set_costs(weeks: WeekPool, costs: Mapping[int, float], tier: Tier = "preference") -> None:
    """Change what some weeks cost."""
    _, joint, *_ = weeks._parts(np.array(list(costs)))
    weeks._joint[int(tier == "preference"), joint] = list(costs.values())


def costs_of(made: WeekTable, weeks: Sequence[int] | np.ndarray) -> np.ndarray:
    """By tier and week, what some weeks of a table cost."""
    pool = WeekPool([made], DAY)
    return np.array([pool.care[weeks], pool.preference[weeks]])


def places_of(made: WeekTable, weeks: Sequence[int] | np.ndarray) -> np.ndarray:
    """The visit numbers of the group places, padded with -1."""
    places = WeekPool([made], DAY).places[weeks]
    return np.where(places < DAY, places, -1)


def entries_of(made: WeekTable, weeks: Sequence[int] | np.ndarray) -> np.ndarray:
    """The entries of the placed needs, padded with -1."""
    pool = WeekPool([made], DAY)
    return np.where(pool.entries[weeks] < pool.padding, pool.entries[weeks], -1)


def legal_weeks(made: WeekTable) -> np.ndarray:
    """The numbers of the weeks that are legal."""
    return np.flatnonzero(costs_of(made, np.arange(made.num_weeks))[0] < ILLEGAL / 2)
