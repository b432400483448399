"""Who names whom: `REFERENCES` is the whole table, read forwards (does it exist?) and backwards (is it in use?).

A path leads through a document: ``[]`` goes through a list, ``{}`` names the keys of an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Reference(NamedTuple):
    """A place of a document that names something.

    Attributes:
        kind: Of what is named.
        is_owned: It belongs to what it names: an order to its participant. It goes with it and never holds it back.
    """

    path: str
    kind: str
    is_owned: bool = False


def _order(prefix: str) -> tuple[Reference, ...]:
    return (
        Reference(f"{prefix}services[].service", "services"),
        Reference(f"{prefix}services[].partner", "participants"),
        Reference(f"{prefix}services[].guests[]", "guests"),
        Reference(f"{prefix}mix[].category", "categories"),
        Reference(f"{prefix}modules[]", "modules"),
    )


REFERENCES: dict[str, tuple[Reference, ...]] = {
    "programs": (Reference("travel[].a", "sites"), Reference("travel[].b", "sites"), Reference("closures[].site", "sites")),
    "rooms": (Reference("site", "sites"),),
    "resources": (Reference("site", "sites"),),
    "phases": _order("order."),
    "plans": (Reference("phases[]", "phases"),),
    "cohorts": (Reference("track", "tracks"),),
    "groups": (
        Reference("service", "services"),
        Reference("segments[].service", "services"),
        Reference("site", "sites"),
        Reference("rooms[]", "rooms"),
        Reference("track", "tracks"),
        Reference("cohort", "cohorts"),
        Reference("facilitators[]", "clinicians"),
        Reference("eligibility.phases[]", "phases"),
        Reference("curriculum", "curricula"),
        Reference("module", "own_modules"),
    ),
    "clinicians": (Reference("hours[].site", "sites"),),
    "participants": (
        Reference("travel{}", "sites"),
        Reference("home_track", "tracks"),
        Reference("home_cohort", "cohorts"),
        Reference("primary_therapist", "clinicians"),
        Reference("phase", "phases"),
        *_order("order."),
        Reference("intake_done[]", "services"),
        Reference("authorizations[].services[]", "services"),
        Reference("resources[].resource", "resources"),
    ),
    "relations": (Reference("a", "participants", True), Reference("b", "participants", True)),
    "orders": (Reference("participant", "participants", True), *_order("order.")),
    "phase_decisions": (Reference("participant", "participants", True), Reference("phase", "phases")),
    "absences": (Reference("participant", "participants", True), Reference("clinician", "clinicians", True)),
}
"""By the kind of the document. Categories are those of services, modules those of all curricula or of the group's own, guests those of
the participant."""


class Named(NamedTuple):
    """An id that a document names, and where."""

    path: str
    reference: Reference
    id: str


def named(kind: str, document: Mapping[str, Any]) -> Iterator[Named]:
    """Everything a document names."""
    for reference in REFERENCES.get(kind, ()):
        for path, id in _follow(document, reference.path, ""):
            yield Named(path, reference, id)


def _follow(value: Any, pattern: str, path: str) -> Iterator[tuple[str, str]]:
    """The ids at the end of a pattern; what is null or left out names nothing."""
    if value is None:
        return
    if not pattern:
        yield path, str(value)
        return
    if pattern == "{}":
        yield from ((f"{path}.{key}", key) for key in value)
        return
    if pattern.startswith("[]"):
        for position, inner in enumerate(value):
            yield from _follow(inner, pattern[2:].removeprefix("."), f"{path}[{position}]")
        return
    step, rest = _step(pattern)
    yield from _follow(value.get(step), rest, f"{path}.{step}" if path else step)


def _step(pattern: str) -> tuple[str, str]:
    """The first field of a pattern and what comes after it."""
    end = min((at for mark in ".[{" if (at := pattern.find(mark)) >= 0), default=len(pattern))
    return pattern[:end], pattern[end:].removeprefix(".")
