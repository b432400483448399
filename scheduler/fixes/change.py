"""Changes to an instance as data: what a coordinator would enter to apply a fix."""

from __future__ import annotations

from typing import Any

from scheduler.fields import Model
from scheduler.instance import Group, Instance

Change = dict[str, Any]
"""The new values of fields, by list of the instance and id: ``{"participants": {"ana": {"may_wait_longer": True}}}``.

A value ``{"add": [...]}`` adds to a list. An unknown id under ``groups`` is a new group. ``{"pins": {"remove": [0]}}`` and
``{"history": {"released": {"add": [...]}}}`` change lists whose entries have no id.
"""


def applied(instance: Instance, change: Change) -> Instance:
    """The instance with a change applied; everything else stays the same."""
    update: dict[str, Any] = {}
    for name in ("participants", "clinicians", "groups", "rooms"):
        if name in change:
            update[name] = _changed_list(getattr(instance, name), change[name])
    if "pins" in change:
        removed = change["pins"]["remove"]
        update["pins"] = tuple(pin for position, pin in enumerate(instance.pins) if position not in removed)
    if "history" in change:
        update["history"] = _changed(instance.history, change["history"])
    return instance.model_copy(update=update)


def _changed_list(entries: tuple[Any, ...], changes: dict[str, dict[str, Any]]) -> tuple[Any, ...]:
    ids = {entry.id for entry in entries}
    old_entries = tuple(_changed(entry, changes[entry.id]) if entry.id in changes else entry for entry in entries)
    return old_entries + tuple(Group.model_validate({"id": id, **fields}) for id, fields in changes.items() if id not in ids)


def _changed(entry: Model, fields: dict[str, Any]) -> Any:
    """A validated copy with new values."""
    document = entry.model_dump()
    for name, value in fields.items():
        adds = isinstance(value, dict) and value.keys() == {"add"}
        document[name] = [*(document[name] or ()), *value["add"]] if adds else value
    return type(entry).model_validate(document)
