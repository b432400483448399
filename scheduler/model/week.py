"""Patterns of service days: one choice per set of days, so that any amount that a rule assigns to a pattern is linear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.rule import Rule, overriding
from scheduler.terms import FreeVariable, Row, total


def pattern_rows(case: Case, candidates: Candidates, rules: Sequence[Rule], participants: Sequence[str]) -> Iterator[tuple[Rule, Row]]:
    """Tie the choice of a pattern to the service days, and price the choice, for participants whose patterns have a cost."""
    pricing = overriding(rules, "pattern")
    for participant in participants:
        masks = possible_patterns(case, candidates, participant)
        amounts = {rule: [rule.pattern(case, participant, days) for days in masks] for rule in pricing}
        if not any(amount for row in amounts.values() for amount in row):
            continue
        choices = [FreeVariable(("pattern", participant, days)) for days in masks]
        tied = pricing[0]
        yield tied, Row("identity", (participant, "pattern"), total(choices), 1)
        yield tied, Row("identity", (participant, "pattern"), total(choices, -1), -1)
        for day in range(7):
            with_day = [c for c, days in zip(choices, masks, strict=True) if days >> day & 1]
            if with_day:
                service_day = candidates.service_day(participant, day)
                yield tied, Row("identity", (participant, "pattern", day), (*total(with_day), (service_day, -1)), 0)
                yield tied, Row("identity", (participant, "pattern", day), ((service_day, 1), *total(with_day, -1)), 0)
        for rule, row in amounts.items():
            for choice, amount in zip(choices, row, strict=True):
                if amount:
                    yield rule, Row(rule.id, (participant, "pattern"), ((choice, 1),), 0, price=amount, participant=participant)


def possible_patterns(case: Case, candidates: Candidates, participant: str) -> list[int]:
    """Every set of weekdays on which the participant could have counted sessions, as masks, the empty one first."""
    possible = sorted({v.day for v in candidates.visits[participant] if case.care.is_counted(v.service, v.group)})
    masks = [0]
    for day in possible:
        masks += [days | 1 << day for days in masks]
    return masks
