"""The difference of two instances of one week."""

from __future__ import annotations

from typing import Any

from scheduler.instance import Instance

TABLES = ("participants", "clinicians", "groups", "rooms")
WITHOUT_ANSWERS = {*TABLES, "pins", "history"}
"""The parts of an instance that may differ for answers about other things to stay the same."""


def changed_ids(before: Instance, after: Instance) -> frozenset[str] | None:
    """The ids of the entries that only one of two instances has; None if more differs than single entries, pins and releases.

    An entry is the same if it is the same object, as in a copy of an instance.
    """
    if any(getattr(before, name) is not getattr(after, name) for name in Instance.model_fields.keys() - WITHOUT_ANSWERS):
        return None
    changed = {entry.id for name in TABLES for entry in _difference(getattr(before, name), getattr(after, name))}
    if before.history is not after.history:
        if before.history.model_copy(update={"released": after.history.released}) != after.history:
            return None
        changed |= {release.participant for release in _difference(before.history.released, after.history.released)}
    return frozenset(changed)


def _difference(one: tuple[Any, ...], other: tuple[Any, ...]) -> list[Any]:
    """The entries that only one of two lists has."""
    ours, theirs = set(map(id, one)), set(map(id, other))
    return [entry for entry in (*one, *other) if id(entry) not in ours or id(entry) not in theirs]
