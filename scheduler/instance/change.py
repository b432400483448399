"""Changes to an instance as data: what a coordinator would enter to apply a fix."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from scheduler.fields import Model
from scheduler.instance.groups import Group
from scheduler.instance.instance import Instance

Change = dict[str, Any]
"""The new values of fields, by list of the instance and id: ``{"participants": {"ana": {"may_wait_longer": True}}}``.

A value ``{"add": [...]}`` adds to a list. An unknown id under ``groups`` is a new group. ``{"pins": {"remove": [0]}}`` and
``{"history": {"released": {"add": [...]}}}`` change lists whose entries have no id.
"""

CHANGEABLE = ("participants", "clinicians", "groups", "rooms")
"""The lists whose entries can get new values."""


def merged(changes: Sequence[Change]) -> Change | None:
    """All changes at once; None if two of them give a field different values."""
    together: Change = {}
    for change in changes:
        if not all(_is_merged(together, name, value) for name, value in change.items()):
            return None
    return together


def _is_merged(document: dict[str, Any], name: str, value: Any) -> bool:
    """Put a value into a document, joined with what is there; false if the two contradict each other."""
    old: Any = document.get(name)
    if name not in document:
        document[name] = deepcopy(value)
    elif isinstance(old, dict) and isinstance(value, dict):
        return all(_is_merged(old, inner, part) for inner, part in value.items())
    elif isinstance(old, list) and (name in ("add", "remove") or _is_addition(value)):
        more = value["add"] if _is_addition(value) else value
        document[name] = [*old, *(entry for entry in more if entry not in old)]
    elif isinstance(value, list) and _is_addition(old):
        document[name] = [*value, *old["add"]]
    else:
        return bool(old == value)
    return True


def _is_addition(value: Any) -> bool:
    """Whether a value adds to a list."""
    return isinstance(value, dict) and value.keys() == {"add"}


def applied(instance: Instance, change: Change) -> Instance:
    """The instance with a change applied; everything else stays the same."""
    update: dict[str, Any] = {}
    for name in CHANGEABLE:
        if name in change:
            update[name] = _changed_list(getattr(instance, name), change[name])
    if "pins" in change:
        removed = change["pins"]["remove"]
        update["pins"] = tuple(pin for position, pin in enumerate(instance.pins) if position not in removed)
    if "history" in change:
        update["history"] = changed(instance.history, change["history"])
    return instance.model_copy(update=update)


def _changed_list(entries: tuple[Any, ...], changes: dict[str, dict[str, Any]]) -> tuple[Any, ...]:
    ids = {entry.id for entry in entries}
    old_entries = tuple(changed(entry, changes[entry.id]) if entry.id in changes else entry for entry in entries)
    return old_entries + tuple(Group.model_validate({"id": id, **fields}) for id, fields in changes.items() if id not in ids)


def changed(entry: Model, fields: dict[str, Any]) -> Any:
    """A copy with new values.

    Raises:
        ValidationError: A new value is not valid.
    """
    document = dict(entry)
    for name, value in fields.items():
        document[name] = [*(document[name] or ()), *value["add"]] if _is_addition(value) else value
    return type(entry).model_validate(document)
