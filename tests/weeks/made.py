"""A made-up case: visits, other variables and lines as a test gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast

from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Line, Lines, Tier
from scheduler.rule import Rule
from scheduler.terms import Handle, Visit
from scheduler.timegrid import Span

DAY = 1440


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
        case=SimpleNamespace(care=SimpleNamespace(is_counted=lambda service, group=None: service != "test")),
        candidates=SimpleNamespace(visits=people),
        rules=list(rules),
        handles=list(handles),
        lines=list(lines),
        unit_costs={"care": {}, "preference": {}} | dict(units or {}),
        numbered=lambda handle: numbers[id(handle)],
        number=lambda handle: numbers.get(id(handle), by_value.get(handle)),
        number_if_there=by_value.get,
        multiplier=lambda rule, participant: 1,
    )
    return LineIndex(cast(Lines, made))
