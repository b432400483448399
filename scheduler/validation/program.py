"""Checks of sites, travel between them, and resources."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

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
    for a, b in combinations(_sites_in_use(instance), 2):
        if frozenset((a, b)) not in pairs:
            yield error("site_travel_missing", "program.travel", f"add the travel time in minutes between {a} and {b}")


def _sites_in_use(instance: Instance) -> list[str]:
    """The sites where groups meet, clinicians work, or published sessions are held."""
    used = {group.site for group in instance.groups if group.mode != "telehealth"}
    used |= {window.site for clinician in instance.clinicians for window in clinician.hours}
    if instance.published is not None:
        used |= {session.site for session in instance.published.roster.sessions}
    return [site.id for site in instance.program.sites if site.id in used]


def resources(instance: Instance) -> Iterator[Issue]:
    """A resource can be used at some time."""
    for n, resource in enumerate(instance.resources):
        if not (resource.runs if resource.kind == "van" else resource.windows):
            what = "runs" if resource.kind == "van" else "windows"
            yield warning("resource_empty", f"resources[{n}].{what}", f"give {resource.id} {what}, or no one who needs it can come")
