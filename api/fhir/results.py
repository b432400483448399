"""How the result of a search is told: its order, its total, and what comes with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import nlargest, nsmallest
from typing import NamedTuple

from api.fhir.items import Item
from api.fhir.parameters import TIMED, ResourceType, parameters_of
from api.kernel.errors import Place

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile(r"(\d{1,18})\.(\S{1,64})", re.ASCII)


class Cursor(NamedTuple):
    """Where a page ends: the sort key of its last resource, which is unique."""

    number: int
    id: str

    def __str__(self) -> str:
        """The cursor as written in a link."""
        return f"{self.number}.{self.id}"


@dataclass(frozen=True, slots=True)
class ResultOrder:
    """The order of the resources: by one parameter, then by id.

    Attributes:
        name: `_id`, `_lastUpdated`, or the start of appointments and slots; empty: by start where there is one.
    """

    name: str = ""
    is_descending: bool = False

    def key(self, item: Item) -> Cursor:
        """The sort key of an item."""
        if self.name == "_lastUpdated":
            return Cursor((item.last_updated - BEGINNING) // timedelta(microseconds=1), item.place.id)
        return Cursor(0 if self.name == "_id" else item.place.minute, item.place.id)

    def is_after(self, item: Item, cursor: Cursor) -> bool:
        """Whether an item comes after a cursor."""
        key = self.key(item)
        return key < cursor if self.is_descending else key > cursor

    def first(self, number: int, items: Iterable[Item]) -> list[Item]:
        """The first items in this order, never all in memory at once."""
        return (nlargest if self.is_descending else nsmallest)(number, items, key=self.key)


class Inclusion(NamedTuple):
    """What comes with the resources: those that a parameter of theirs refers to, of one type or of any."""

    parameter: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class ResultForm:
    """What the result contains.

    Attributes:
        has_entries: Whether the resources are wanted, and not only their number.
        has_total: Whether their number is.
    """

    order: ResultOrder = ResultOrder()
    inclusions: tuple[Inclusion, ...] = ()
    has_entries: bool = True
    has_total: bool = True


def read_result_form(type: ResourceType, texts: Mapping[str, list[str]], wrong: list[Place]) -> ResultForm:
    """Read how the result is told; mistakes are added to a list.

    Args:
        texts: The values of `_sort`, `_include`, `_summary` and `_total`, as sent.
    """
    summary, total = (texts.get(name, [""])[-1] for name in ("_summary", "_total"))
    for name, value, allowed in (("_summary", summary, ("count", "false")), ("_total", total, ("none", "estimate", "accurate"))):
        if value and value not in allowed:
            wrong.append(Place(code="value", path=name, message=f"write {' or '.join(allowed)}"))
    return ResultForm(
        order=_order(type, texts.get("_sort", []), wrong),
        inclusions=tuple(_inclusions(type, texts.get("_include", []), wrong)),
        has_entries=summary != "count",
        has_total=total != "none" or summary == "count",
    )


def orders_of(type: ResourceType) -> tuple[str, ...]:
    """The parameters that resources of a type can be sorted by."""
    return (*((TIMED[type],) if type in TIMED else ()), "_lastUpdated", "_id")


def inclusions_of(type: ResourceType) -> tuple[str, ...]:
    """The values of `_include` for a type."""
    return tuple(f"{type}:{name}" for name, parameter in parameters_of(type).items() if parameter.kind == "reference")


def _order(type: ResourceType, texts: list[str], wrong: list[Place]) -> ResultOrder:
    # The id decides in any case, so naming it last changes nothing.
    names = [name for text in texts for name in text.split(",")]
    if len(names) == 2 and names[1] == "_id":
        names.pop()
    name = names[0].removeprefix("-") if names else ""
    if len(names) > 1 or (names and name not in orders_of(type)):
        words = f"sort by one of {', '.join(orders_of(type))}, with - before it to begin at the end"
        wrong.append(Place(code="value", path="_sort", message=words))
    return ResultOrder(name, is_descending=bool(names) and names[0].startswith("-"))


def _inclusions(type: ResourceType, texts: list[str], wrong: list[Place]) -> Iterator[Inclusion]:
    for text in texts:
        source, _, rest = text.partition(":")
        name, _, target = rest.partition(":")
        allowed = inclusions_of(type)
        if text in ("*", f"{type}:*"):
            yield from (Inclusion(one.partition(":")[2]) for one in allowed)
        elif f"{source}:{name}" in allowed and (not target or target in parameters_of(type)[name].types):
            yield Inclusion(name, target)
        else:
            wrong.append(Place(code="value", path="_include", message=f"include one of {', '.join(allowed) or 'nothing'}"))


def read_cursor(text: str) -> Cursor | None:
    """A cursor as written in a link; None if it is not one."""
    match = CURSOR.fullmatch(text)
    return None if match is None else Cursor(int(match[1]), match[2])
