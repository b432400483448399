"""Instances in comparable form: without what a program does not store, and with unordered lists sorted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from api.weeks.store.restricted import InstanceIds, restrict_history, restrict_published
from scheduler.instance import Absence, Clinician, Instance, Participant, Relation
from scheduler.roster import Roster

LISTS = ("services", "rooms", "resources", "clinicians", "tracks", "cohorts", "curricula", "groups", "phases", "plans", "participants")


def in_own_zone(instance: Instance) -> Instance:
    """The instance with its time of publication in local time; databases store times in UTC."""
    published = instance.published
    if published is None or published.at is None:
        return instance
    at = published.at.astimezone(ZoneInfo(instance.program.zone))
    return instance.model_copy(update={"published": published.model_copy(update={"at": at})})


def comparable(instance: Instance) -> Instance:
    """The instance without its id, label and time, and with every list sorted."""
    instance = in_own_zone(instance)
    history, program, published = instance.history, instance.program, instance.published
    update: dict[str, Any] = {name: tuple(sorted(getattr(instance, name), key=lambda thing: thing.id)) for name in LISTS}
    update["clinicians"] = tuple(_clinician(c) for c in update["clinicians"])
    update["participants"] = tuple(_participant(p) for p in update["participants"])
    update |= {
        "id": "-",
        "label": "",
        "now": None,
        "program": program.model_copy(update={"id": "-", "sites": tuple(sorted(program.sites, key=lambda site: site.id))}),
        "relations": tuple(sorted(map(_relation, instance.relations), key=lambda r: (r.a, r.b, r.kind))),
        "weights": dict(sorted(instance.weights.items())),
        "pins": tuple(sorted(instance.pins, key=lambda pin: pin.model_dump_json())),
        "published": None if published is None else published.model_copy(update={"roster": _roster(published.roster)}),
        "history": history.model_copy(
            update={
                "last_week": None if history.last_week is None else _roster(history.last_week),
                "orders": tuple(sorted(history.orders, key=lambda o: o.participant)),
                "services": tuple(sorted(history.services, key=lambda s: (s.participant, s.service, s.date))),
                "modules": tuple(sorted(history.modules, key=lambda m: (m.participant, m.curriculum))),
                "released": tuple(sorted(history.released, key=lambda r: r.model_dump_json())),
            }
        ),
    }
    return instance.model_copy(update=update)


def _relation(relation: Relation) -> Relation:
    """A relation with the smaller id first: it is the same in both directions."""
    a, b = sorted((relation.a, relation.b))
    return Relation(a=a, b=b, kind=relation.kind)


def _clinician(clinician: Clinician) -> Clinician:
    return clinician.model_copy(update={"leave": in_order(clinician.leave)})


def _participant(person: Participant) -> Participant:
    return person.model_copy(
        update={"availability": person.availability.model_copy(update={"absences": in_order(person.availability.absences)})}
    )


def in_order(absences: Iterable[Absence]) -> tuple[Absence, ...]:
    """Absences by date."""

    def key(absence: Absence) -> tuple[date, date, int, int, str]:
        return absence.first, absence.last, absence.start, absence.end, absence.note or ""

    return tuple(sorted(absences, key=key))


def _roster(roster: Roster) -> Roster:
    sessions = tuple(sorted(roster.sessions, key=lambda s: (s.start, s.id)))
    return roster.model_copy(update={"sessions": sessions, "homes": tuple(sorted(roster.homes, key=lambda h: h.participant))})


def without_extras(current: Instance, target: Instance, removals: Collection[str]) -> Instance:
    """A built week without the entries that are missing from the target but were not to be archived.

    Args:
        current: In comparable form, as `target` is.
        removals: Entries missing from the target instance, as kind/id.
    """
    update: dict[str, Any] = {name: _of(getattr(current, name), {thing.id for thing in getattr(target, name)}) for name in LISTS}
    sites = _of(current.program.sites, {site.id for site in target.program.sites})
    update["program"] = current.program.model_copy(update={"sites": sites})
    for kind in ("relations", "pins"):
        if any(name.startswith(f"{kind}/") for name in removals):
            update[kind] = tuple(thing for thing in getattr(current, kind) if thing in getattr(target, kind))
    if any(name.startswith("absences/") for name in removals):
        update["participants"] = tuple(_with_absences_of(target, person) for person in update["participants"])
        update["clinicians"] = tuple(_with_leave_of(target, clinician) for clinician in update["clinicians"])
    ids = InstanceIds.of(target)
    people = ids.participant
    history = current.history
    update["history"] = history.model_copy(
        update={name: tuple(e for e in getattr(history, name) if e.participant in people) for name in ("orders", "services", "modules")}
        | {"last_week": None if history.last_week is None else restrict_history(history.last_week, ids)}
    )
    if current.published is not None:
        update["published"] = current.published.model_copy(update={"roster": restrict_published(current.published.roster, ids)[0]})
    return current.model_copy(update=update)


def _of(things: Iterable[Any], ids: Collection[str]) -> tuple[Any, ...]:
    return tuple(thing for thing in things if thing.id in ids)


def _with_absences_of(target: Instance, person: Participant) -> Participant:
    """A person without the absences that are recorded here but not in the target instance."""
    own = next(p for p in target.participants if p.id == person.id).availability.absences
    own_absences = tuple(a for a in person.availability.absences if a in own)
    return person.model_copy(update={"availability": person.availability.model_copy(update={"absences": own_absences})})


def _with_leave_of(target: Instance, clinician: Clinician) -> Clinician:
    own = next(c for c in target.clinicians if c.id == clinician.id).leave
    return clinician.model_copy(update={"leave": tuple(a for a in clinician.leave if a in own)})
