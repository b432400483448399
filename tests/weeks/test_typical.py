"""Rules about a week that do not see times are read for one visit of each look: the weeks of everyone are the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines, in_force
from scheduler.model.table_lines import TableLines
from scheduler.rules import RULES
from scheduler.weeks.ownership import split
from scheduler.weeks.table import TableBuilder
from scheduler.weeks.week_table import WeekTable
from tests.tiny import WEEKS, drawn, leaving
from tests.weeks.made import costs_of, entries_of, legal_weeks, places_of

PROGRAMS: dict[str, Callable[[], Instance]] = (
    WEEKS | {f"drawn {seed}": partial(drawn, seed) for seed in range(8)} | {f"leaving {seed}": partial(leaving, seed) for seed in range(4)}
)


def lines_of(make: Callable[[], Instance], kind: type[Lines] = TableLines) -> Lines:
    """All lines of a week, or those for tables."""
    case = Case(make())
    rules = in_force(case, RULES)
    return kind(case, enumerate_candidates(case, rules), rules)


def described(table: WeekTable) -> set[tuple[object, ...]]:
    """Every legal week with each of its visits: its costs, its groups, and the appointments with their waits."""
    numbers = legal_weeks(table)
    facts = costs_of(table, numbers).T.tolist(), places_of(table, numbers).tolist(), entries_of(table, numbers).tolist()
    weeks = set()
    for costs, places, entries in zip(*facts, strict=True):
        listed = [table.entry_list[n] for n in entries if n >= 0]
        times = (zip(entry.visits.tolist(), entry.waits.tolist(), strict=True) for entry in listed)
        weeks |= {(tuple(costs), frozenset(n for n in places if n >= 0), *chosen) for chosen in product(*times)}
    return weeks


def tables(lines: Lines) -> list[set[tuple[object, ...]]]:
    """The weeks of everyone."""
    index = LineIndex(lines)
    ownership = split(index)
    return [described(TableBuilder(index, who, ownership.own[who], 10**6).build()) for who in lines.candidates.visits]


@pytest.mark.parametrize("name", PROGRAMS)
def test_typical_visits_make_the_same_weeks_as_all(name: str) -> None:
    few, every = lines_of(PROGRAMS[name]), lines_of(PROGRAMS[name], Lines)
    assert tables(few) == tables(every)


def test_there_are_fewer_terms_and_all_come_back() -> None:
    """Typical visits are candidates, each its own; completed lines know no others."""
    lines = lines_of(WEEKS["new_term"])
    about_weeks = [line for line in lines.lines if line.source == "week"]
    assert about_weeks
    for who, visits in lines.candidates.visits.items():
        typical = lines.typical(who)
        assert typical[typical].tolist() == typical.tolist()
        for visit, at in zip(visits, typical.tolist(), strict=True):
            same = visits[at]
            assert (visit.item, visit.day, visit.mode, visit.site) == (same.item, same.day, same.mode, same.site)
    lines.complete()
    assert all(line.source != "week" for line in lines.lines)
    assert all(lines.typical(who).tolist() == np.arange(len(visits)).tolist() for who, visits in lines.candidates.visits.items())


def test_what_has_happened_is_not_typical_of_what_can_change() -> None:
    for seed in range(8):
        lines = lines_of(partial(drawn, seed))
        for who, visits in lines.candidates.visits.items():
            for visit, at in zip(visits, lines.typical(who).tolist(), strict=True):
                assert lines.case.time.is_past(visit.span.start) == lines.case.time.is_past(visits[at].span.start)
