"""Rules included in compiled lines later mean the same as all at once."""

from __future__ import annotations

import weakref

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.fixes.placement import ABOUT_STAFF
from scheduler.imports import uncollected
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines, in_force
from scheduler.model.table_lines import TableLines
from scheduler.rule import overriding
from scheduler.rules import RULES
from scheduler.terms import AnyOf
from tests.tiny import WEEKS


def meaning(lines: Lines) -> tuple[object, object, object]:
    """Every line over handles instead of numbers, what each choice costs, and what each `AnyOf` stands for."""
    handles = lines.handles
    found = {
        (li.rule, li.key, frozenset(zip(map(handles.__getitem__, li.variables), li.coefficients, strict=True)), *_price(li))
        for li in lines.lines
    }
    costs = {(tier, handles[number]): cost for tier, unit in lines.unit_costs.items() for number, cost in unit.items()}
    return found, costs, {(handle.key, frozenset(handle.members)) for handle in handles if isinstance(handle, AnyOf)}


def _price(line: object) -> tuple[object, ...]:
    return tuple(getattr(line, name) for name in ("bound", "tier", "cost", "step", "source"))


@pytest.mark.parametrize("kind", [Lines, TableLines])
@pytest.mark.parametrize("week", WEEKS)
def test_rules_included_later_mean_the_same(week: str, kind: type[Lines]) -> None:
    """People and groups, then staff, then preferences, as placing people again asks; for tables of weeks as well."""
    case = Case(WEEKS[week]())
    rules = [rule for rule in RULES if rule.applies_to(case)]
    candidates = enumerate_candidates(case, rules)
    whole, parts = kind(case, candidates, rules), kind(case, candidates, ())
    first = [rule for rule in rules if rule.level != "preference" and rule.id not in ABOUT_STAFF]
    second = [rule for rule in rules if rule.level != "preference" and rule.id in ABOUT_STAFF]
    for some in (first, second, [rule for rule in rules if rule.level == "preference"]):
        parts.include(some)
    for lines in (whole, parts):
        lines.complete()
    assert meaning(parts) == meaning(whole)
    assert set(parts.rules) == set(whole.rules)


@pytest.mark.parametrize("week", WEEKS)
def test_prices_asked_once_for_what_looks_alike_are_those_of_each_visit(week: str) -> None:
    case = Case(WEEKS[week]())
    for rule in overriding(in_force(case, RULES), "price"):
        candidates = enumerate_candidates(case, [r for r in RULES if r.applies_to(case)])
        lines = Lines(case, candidates, [rule])
        visits = [visit for of_one in candidates.visits.values() for visit in of_one]
        prices = [rule.price(case, visit) * lines.multiplier(rule, visit.participant) for visit in visits]
        found = lines.unit_costs[lines.tier(rule)]
        assert [found.get(number, 0) for number in range(len(visits))] == prices


def test_an_index_of_lines_is_freed_with_its_last_use() -> None:
    """It holds a whole model; while garbage is not searched for, those of hundreds of ideas would stay in memory."""
    case = Case(next(iter(WEEKS.values()))())
    rules = [rule for rule in RULES if rule.applies_to(case)]
    index = LineIndex(Lines(case, enumerate_candidates(case, rules), rules))
    assert index.members
    left = weakref.ref(index)
    with uncollected():
        del index
        assert left() is None
