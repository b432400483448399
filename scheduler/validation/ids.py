"""Checks for duplicate ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.instance import Instance
from scheduler.validation.issue import Issue, error
from scheduler.validation.walk import rosters


def duplicate_ids(instance: Instance) -> Iterator[Issue]:
    """Every id occurs only once in its list, whatever its capitals."""
    for path, ids in _lists(instance):
        earlier: set[str] = set()
        spelled: dict[str, str] = {}
        for n, id in enumerate(ids):
            other = spelled.setdefault(id.lower(), id)
            if id in earlier:
                yield error("duplicate_id", path.replace("*", str(n)), f"every entry of this list needs its own id: {id} appears twice")
            elif other != id:
                message = f"give {id} another id: {other} differs from it only in capitals"
                yield error("id_differs_in_case", path.replace("*", str(n)), message)
            earlier.add(id)


def duplicate_sessions(instance: Instance) -> Iterator[Issue]:
    """Every session of a roster has its own id, and no one is booked in it twice."""
    for path, roster in rosters(instance):
        earlier: set[str] = set()
        for n, session in enumerate(roster.sessions):
            if session.id in earlier:
                yield error("duplicate_id", f"{path}.sessions[{n}].id", "every session of a roster needs its own id")
            earlier.add(session.id)
            booked: set[str] = set()
            for k, booking in enumerate(session.bookings):
                if booking.participant in booked:
                    yield error("duplicate_id", f"{path}.sessions[{n}].bookings[{k}]", f"book {booking.participant} only once in a session")
                booked.add(booking.participant)


def _lists(instance: Instance) -> Iterator[tuple[str, Sequence[str]]]:
    """Every list with ids: the path of an id, with * for its position, and the ids."""
    for name in (
        "services",
        "rooms",
        "resources",
        "clinicians",
        "tracks",
        "cohorts",
        "curricula",
        "groups",
        "phases",
        "plans",
        "participants",
    ):
        yield f"{name}[*].id", [entry.id for entry in getattr(instance, name)]
    yield "program.sites[*].id", [site.id for site in instance.program.sites]
    yield "policy.overlays[*]", instance.policy.overlays
    for n, curriculum in enumerate(instance.curricula):
        yield f"curricula[{n}].modules[*]", curriculum.modules
    for n, plan in enumerate(instance.plans):
        yield f"plans[{n}].phases[*]", plan.phases
    for n, person in enumerate(instance.participants):
        yield f"participants[{n}].guests[*].id", [guest.id for guest in person.guests]
        yield f"participants[{n}].authorizations[*].id", [entry.id for entry in person.authorizations]
