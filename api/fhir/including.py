"""The resources that those of a page refer to (`_include`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from api.fhir.items import Item
from api.fhir.parameters import RESOURCE_TYPES, TIMED, ResourceType
from api.fhir.results import Inclusion
from api.fhir.store.bookings import Weeks
from api.fhir.store.source import Source
from scheduler.exchange.fhir.bundles import AnyResource
from scheduler.exchange.fhir.ids import mark_of


def referred_resources(
    source: Source, type: ResourceType, page: Sequence[Item], resources: Sequence[AnyResource], inclusions: Sequence[Inclusion]
) -> list[AnyResource]:
    """The resources that those of a page refer to by the parameters asked for: each once, and none that is on the page itself.

    Args:
        resources: The items of the page, built.
    """
    if not inclusions:
        return []
    ids_of: dict[str, set[str]] = defaultdict(set)
    for item, resource in zip(page, resources, strict=True):
        own = set(_references(resource.model_dump(mode="json")))
        for inclusion in inclusions:
            for fact in item.has(inclusion.parameter):
                target, _, id = str(fact).partition("/")
                # A parameter may also find what the resource does not name, e.g. the person behind a role.
                if fact in own and inclusion.type in ("", target):
                    ids_of[target].add(id)
    ids_of[type] -= {item.place.id for item in page}
    return [resource for target in RESOURCE_TYPES if ids_of[target] for resource in _read(source, target, ids_of[target])]


def _read(source: Source, type: ResourceType, ids: set[str]) -> Iterator[AnyResource]:
    marks = frozenset(map(mark_of, ids)) if type in TIMED else None
    items = source.items(type, Weeks(date(1900, 1, 1), date(2999, 1, 1), marks))
    return (item.make() for item in sorted((item for item in items if item.place.id in ids), key=lambda item: item.place))


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("reference"), str):
            yield part["reference"]
        part = list(part.values())
    for one in part if isinstance(part, list) else ():
        yield from _references(one)
