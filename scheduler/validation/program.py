"""Checks of sites, travel between them, and resources."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from scheduler.case.times import sites_in_use
from scheduler.instance import Instance
from scheduler.validation.issue import Issue, error, warning


def site_travel(instance: Instance) -> Iterator[Issue]:
    """Travel is given once for each pair of sites in use: someone may have to travel between them."""
    pairs: set[frozenset[str]] = set()
    for n, entry in enumerate(instance.program.travel):
        pair = frozenset((entry.a, entry.b))
        if entry.a == entry.b or pair in pairs:
            yield error(
                "duplicate_travel",
                f"program.travel[{n}]",
                f"give the travel time between {entry.a} and {entry.b} only once, for two different sites",
            )
        pairs.add(pair)
    for a, b in combinations(sites_in_use(instance), 2):
        if frozenset((a, b)) not in pairs:
            message = f"add the travel time in minutes between {a} and {b}; without it, nobody goes from one to the other on the same day"
            yield warning("site_travel_missing", "program.travel", message)


def resources(instance: Instance) -> Iterator[Issue]:
    """A resource can be used at some time."""
    for n, resource in enumerate(instance.resources):
        if not (resource.runs if resource.kind == "van" else resource.windows):
            what = "runs" if resource.kind == "van" else "windows"
            yield warning("resource_empty", f"resources[{n}].{what}", f"give {resource.id} {what}, or no one who needs it can come")


def appointments_only(instance: Instance) -> Iterator[Issue]:
    """Group services have no settings that are for appointments."""
    for n, service in enumerate(instance.services):
        if service.kind == "group" and not (service.standing and service.without_trip is None):
            field = "without_trip" if service.standing else "standing"
            yield warning(
                "appointments_only", f"services[{n}].{field}", f"leave {field} out: {service.id} is given in groups, at their times"
            )
