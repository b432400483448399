"""Documents of earlier versions of the contract, in the form of the present one.

Version 2: a count or a minimum of one group no longer excludes others. Version 1 limited a participant to the groups ordered by count or
named in the service mix, where there were any; such orders say so now (`only`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def upgraded(document: Any) -> Any:
    """An instance as JSON in the present version; anything else, and what is not as it should be, is left to validation."""
    if not isinstance(document, Mapping) or document.get("version") != 1:
        return document
    people = {name: [_with_only(entry) for entry in document[name]] for name in ("phases", "participants") if _is_list(document.get(name))}
    return {**document, **people, "version": 2}


def with_only(order: Mapping[str, Any]) -> dict[str, Any]:
    """An order of version 1, as JSON."""
    names_groups = order.get("services") is not None or order.get("mix") is not None
    return {**order, "only": True} if names_groups else {**order}


def _with_only(entry: Any) -> Any:
    order = entry.get("order") if isinstance(entry, Mapping) else None
    return {**entry, "order": with_only(order)} if isinstance(order, Mapping) else entry


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)
