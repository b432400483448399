"""References: every id that is named exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from scheduler.instance import Group, Instance, OrderSpec
from scheduler.roster import Roster
from scheduler.validation.issue import Issue, error, warning
from scheduler.validation.walk import specs


class Reference(NamedTuple):
    """A place that names an id.

    Attributes:
        kind: Of what is named, e.g. "site".
        id: None names nothing.
        is_history: What lies behind us may name what is gone: it is ignored.
    """

    path: str
    kind: str
    id: str | None
    is_history: bool = False


def unknown_ids(instance: Instance) -> Iterator[Issue]:
    """Every named id is one of this instance."""
    known = _known(instance)
    for path, kind, id, is_history in _references(instance):
        if id is None or id in known[kind]:
            continue
        if is_history:
            yield warning("history_ignored", path, f"ignored: this instance no longer has a {kind} {id}")
        else:
            yield error("unknown_id", path, f"unknown {kind} {id}: use the id of a {kind} in this instance, or add it")


def unknown_guests(instance: Instance) -> Iterator[Issue]:
    """Guests who take part are guests of that participant; a phase has none."""
    for path, owner, person, order in specs(instance):
        known = () if person is None else tuple(guest.id for guest in person.guests)
        for n, ordered in enumerate(order.services or ()):
            for k, guest in enumerate(ordered.guests):
                if guest not in known:
                    yield error(
                        "unknown_id", f"{path}.services[{n}].guests[{k}]", f"unknown guest {guest}: use the id of a guest of {owner}"
                    )


def unknown_modules(instance: Instance) -> Iterator[Issue]:
    """A group's module is one of its curriculum; so is a module done, or it is ignored."""
    modules = {curriculum.id: curriculum.modules for curriculum in instance.curricula}
    for n, group in enumerate(instance.groups):
        if group.module is not None and group.module not in modules.get(group.curriculum or "", ()):
            yield error("unknown_id", f"groups[{n}].module", f"unknown module {group.module}: use a module of the curriculum of {group.id}")
    for n, done in enumerate(instance.history.modules):
        if done.curriculum in modules and done.module not in modules[done.curriculum]:
            message = f"ignored: {done.curriculum} no longer has a module {done.module}"
            yield warning("history_ignored", f"history.modules[{n}].module", message)


def _known(instance: Instance) -> dict[str, set[str]]:
    """The ids that exist, by kind."""
    lists: dict[str, tuple[Any, ...]] = {
        "service": instance.services,
        "room": instance.rooms,
        "resource": instance.resources,
        "clinician": instance.clinicians,
        "track": instance.tracks,
        "cohort": instance.cohorts,
        "curriculum": instance.curricula,
        "group": instance.groups,
        "phase": instance.phases,
        "participant": instance.participants,
        "site": instance.program.sites,
    }
    return {kind: {entry.id for entry in entries} for kind, entries in lists.items()} | {
        "module": {module for curriculum in instance.curricula for module in curriculum.modules},
        "category": {service.category for service in instance.services},
    }


def _references(instance: Instance) -> Iterator[Reference]:
    """Every reference, area by area."""
    yield from _of_program(instance)
    for n, group in enumerate(instance.groups):
        yield from _of_group(f"groups[{n}]", group)
    for n, plan in enumerate(instance.plans):
        yield from _all(f"plans[{n}].phases", "phase", plan.phases)
    for path, _, _, order in specs(instance):
        yield from _of_order(path, order)
    yield from _of_people(instance)
    yield from _of_history(instance)
    if instance.published is not None:
        yield from _of_roster("published.roster", instance.published.roster, is_history=False)
    for n, pin in enumerate(instance.pins):
        for kind in ("group", "participant", "service", "clinician", "room"):
            yield Reference(f"pins[{n}].{kind}", kind, getattr(pin, kind))


def _all(path: str, kind: str, ids: tuple[str, ...], is_history: bool = False) -> Iterator[Reference]:
    """A list of ids of one kind."""
    return (Reference(f"{path}[{n}]", kind, id, is_history) for n, id in enumerate(ids))


def _of_program(instance: Instance) -> Iterator[Reference]:
    """Program, rooms, resources, clinicians, cohorts."""
    for n, travel in enumerate(instance.program.travel):
        yield Reference(f"program.travel[{n}].a", "site", travel.a)
        yield Reference(f"program.travel[{n}].b", "site", travel.b)
    for n, closure in enumerate(instance.program.closures):
        yield Reference(f"program.closures[{n}].site", "site", closure.site)
    for n, room in enumerate(instance.rooms):
        yield Reference(f"rooms[{n}].site", "site", room.site)
    for n, resource in enumerate(instance.resources):
        yield Reference(f"resources[{n}].site", "site", resource.site)
    for n, clinician in enumerate(instance.clinicians):
        for k, window in enumerate(clinician.hours):
            yield Reference(f"clinicians[{n}].hours[{k}].site", "site", window.site)
    for n, cohort in enumerate(instance.cohorts):
        yield Reference(f"cohorts[{n}].track", "track", cohort.track)


def _of_group(path: str, group: Group) -> Iterator[Reference]:
    """A group."""
    for kind in ("service", "site", "track", "cohort", "curriculum"):
        yield Reference(f"{path}.{kind}", kind, getattr(group, kind))
    for n, segment in enumerate(group.segments):
        yield Reference(f"{path}.segments[{n}].service", "service", segment.service)
    yield from _all(f"{path}.rooms", "room", group.rooms)
    yield from _all(f"{path}.facilitators", "clinician", group.facilitators)
    yield from _all(f"{path}.eligibility.phases", "phase", group.eligibility.phases)


def _of_order(path: str, order: OrderSpec) -> Iterator[Reference]:
    """An order; guests belong to participants, see :func:`unknown_guests`."""
    for n, ordered in enumerate(order.services or ()):
        yield Reference(f"{path}.services[{n}].service", "service", ordered.service)
        yield Reference(f"{path}.services[{n}].partner", "participant", ordered.partner)
    for n, mix in enumerate(order.mix or ()):
        yield Reference(f"{path}.mix[{n}].category", "category", mix.category)
    yield from _all(f"{path}.modules", "module", order.modules or ())


def _of_people(instance: Instance) -> Iterator[Reference]:
    """Participants and relations; their orders are elsewhere."""
    for n, person in enumerate(instance.participants):
        path = f"participants[{n}]"
        yield from (Reference(f"{path}.travel.{site}", "site", site) for site in person.travel)
        yield Reference(f"{path}.home_track", "track", person.home_track)
        yield Reference(f"{path}.home_cohort", "cohort", person.home_cohort)
        yield Reference(f"{path}.primary_therapist", "clinician", person.primary_therapist)
        yield Reference(f"{path}.phase", "phase", person.phase)
        yield from _all(f"{path}.intake_done", "service", person.intake_done)
        for k, entry in enumerate(person.authorizations):
            yield from _all(f"{path}.authorizations[{k}].services", "service", entry.services)
        for k, use in enumerate(person.resources):
            yield Reference(f"{path}.resources[{k}].resource", "resource", use.resource)
    for n, relation in enumerate(instance.relations):
        yield Reference(f"relations[{n}].a", "participant", relation.a)
        yield Reference(f"relations[{n}].b", "participant", relation.b)


def _of_history(instance: Instance) -> Iterator[Reference]:
    """What the week before left behind."""
    history = instance.history
    for n, order in enumerate(history.orders):
        yield Reference(f"history.orders[{n}].participant", "participant", order.participant, True)
        yield Reference(f"history.orders[{n}].phase", "phase", order.phase, True)
    for n, last in enumerate(history.services):
        yield Reference(f"history.services[{n}].participant", "participant", last.participant, True)
        yield Reference(f"history.services[{n}].service", "service", last.service, True)
    for n, done in enumerate(history.modules):
        yield Reference(f"history.modules[{n}].participant", "participant", done.participant, True)
        yield Reference(f"history.modules[{n}].curriculum", "curriculum", done.curriculum, True)
    for n, released in enumerate(history.released):
        for kind in ("participant", "group", "service"):
            yield Reference(f"history.released[{n}].{kind}", kind, getattr(released, kind))
    if history.last_week is not None:
        yield from _of_roster("history.last_week", history.last_week, is_history=True)


def _of_roster(path: str, roster: Roster, is_history: bool) -> Iterator[Reference]:
    """A roster's sessions and homes."""
    for n, session in enumerate(roster.sessions):
        inside = f"{path}.sessions[{n}]"
        for kind in ("group", "service", "site", "room"):
            yield Reference(f"{inside}.{kind}", kind, getattr(session, kind), is_history)
        yield from _all(f"{inside}.facilitators", "clinician", session.facilitators, is_history)
        for k, booking in enumerate(session.bookings):
            yield Reference(f"{inside}.bookings[{k}].participant", "participant", booking.participant, is_history)
    for n, home in enumerate(roster.homes):
        yield Reference(f"{path}.homes[{n}].participant", "participant", home.participant, is_history)
        for prefix in ("", "given_"):
            for kind in ("track", "cohort"):
                yield Reference(f"{path}.homes[{n}].{prefix}{kind}", kind, getattr(home, prefix + kind), is_history)
