"""Checks of references: every id named exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scheduler.instance import Instance
from scheduler.names import references
from scheduler.validation.issue import Issue, error, warning
from scheduler.validation.walk import specs


def unknown_ids(instance: Instance) -> Iterator[Issue]:
    """Every id named is in this instance; guests and modules of a group's own curriculum are checked separately."""
    ids = _ids_by_list(instance)
    for path, names, id, is_past in references(Instance, instance):
        if id in ids.get(names.kind, (id,)):
            continue
        if is_past:
            yield warning("history_ignored", path, f"ignored: this instance no longer has a {names.one} {id}")
        else:
            yield error("unknown_id", path, f"unknown {names.one} {id}: use the id of a {names.one} in this instance, or add it")


def unknown_guests(instance: Instance) -> Iterator[Issue]:
    """Guests in an order are guests of that participant; a phase has none."""
    for path, owner, person, order in specs(instance):
        guests = () if person is None else tuple(guest.id for guest in person.guests)
        for n, ordered in enumerate(order.services or ()):
            for k, guest in enumerate(ordered.guests):
                if guest not in guests:
                    yield error(
                        "unknown_id", f"{path}.services[{n}].guests[{k}]", f"unknown guest {guest}: use the id of a guest of {owner}"
                    )


def unknown_modules(instance: Instance) -> Iterator[Issue]:
    """A group's module belongs to its curriculum; a completed module that no longer does is ignored."""
    modules = {curriculum.id: curriculum.modules for curriculum in instance.curricula}
    for n, group in enumerate(instance.groups):
        if group.module is not None and group.module not in modules.get(group.curriculum or "", ()):
            yield error("unknown_id", f"groups[{n}].module", f"unknown module {group.module}: use a module of the curriculum of {group.id}")
    for n, done in enumerate(instance.history.modules):
        if done.curriculum in modules and done.module not in modules[done.curriculum]:
            message = f"ignored: {done.curriculum} no longer has a module {done.module}"
            yield warning("history_ignored", f"history.modules[{n}].module", message)


def _ids_by_list(instance: Instance) -> dict[str, set[str]]:
    """The ids that exist, by kind."""
    lists: dict[str, tuple[Any, ...]] = {
        "services": instance.services,
        "rooms": instance.rooms,
        "resources": instance.resources,
        "clinicians": instance.clinicians,
        "tracks": instance.tracks,
        "cohorts": instance.cohorts,
        "curricula": instance.curricula,
        "groups": instance.groups,
        "phases": instance.phases,
        "participants": instance.participants,
        "sites": instance.program.sites,
    }
    return {kind: {entry.id for entry in entries} for kind, entries in lists.items()} | {
        "modules": {module for curriculum in instance.curricula for module in curriculum.modules},
        "categories": {service.category for service in instance.services},
    }
