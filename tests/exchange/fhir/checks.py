"""What a resource has to keep to in R4, checked on its JSON: the official schema, and what a schema does not say.

Nothing here knows our models. The schema says nothing of required elements, of invariants, and of what references lead to; these are
written down once more, from the specification.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

Json = dict[str, Any]

SCHEMA = json.loads((Path(__file__).parent / "schema" / "r4.json").read_text(encoding="utf-8"))

REQUIRED: dict[str, tuple[str, ...]] = {
    "Appointment": ("status", "participant"),
    "Slot": ("schedule", "status", "start", "end"),
    "Schedule": ("actor",),
    "Bundle": ("type",),
    "OperationOutcome": ("issue",),
    "CapabilityStatement": ("status", "date", "kind", "fhirVersion", "format"),
}
ACTORS = {"Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Device", "HealthcareService", "Location"}
TARGETS: dict[tuple[str, str], set[str]] = {
    ("Appointment", "participant.actor"): ACTORS,
    ("Appointment", "slot"): {"Slot"},
    ("Slot", "schedule"): {"Schedule"},
    ("Schedule", "actor"): ACTORS,
    ("PractitionerRole", "practitioner"): {"Practitioner"},
    ("PractitionerRole", "location"): {"Location"},
    ("PractitionerRole", "healthcareService"): {"HealthcareService"},
    ("Location", "partOf"): {"Location"},
}
# Whatever could hold a name or a free text about somebody.
NAMELESS = {"name", "display", "text", "description", "comment", "alias", "telecom", "address", "photo", "contact", "note", "reason"}
CODE_TEXTS = {"coding", "security", "issue"}


@cache
def validator(type: str) -> jsonschema.Draft6Validator:
    """The schema of one resource type."""
    return jsonschema.Draft6Validator({"$ref": f"#/definitions/{type}", "definitions": SCHEMA["definitions"]})


def faults(resource: Json) -> list[str]:
    """Everything that is wrong with a resource."""
    type = resource.get("resourceType", "")
    if type not in SCHEMA["definitions"]:
        return [f"no resource type of ours: {type}"]
    found = [f"{type}.{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator(type).iter_errors(resource)]
    found += [f"{type}.{name} is missing" for name in REQUIRED.get(type, ()) if not resource.get(name)]
    found += [f"{path}: empty" for path, value in _parts(resource, type) if value in ([], {}, "")]
    found += _references(resource, type)
    more = {"Appointment": _appointment, "Slot": _slot, "Bundle": _bundle, "OperationOutcome": _outcome}.get(type, _fine)
    return found or more(resource)


def _fine(resource: Json) -> list[str]:
    return []


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _parts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner, path)


def references(resource: Json) -> Iterator[tuple[str, str]]:
    """Path and target of every reference."""
    for path, value in _parts(resource, ""):
        if isinstance(value, dict) and isinstance(value.get("reference"), str):
            yield path.removeprefix("."), value["reference"]


def _references(resource: Json, type: str) -> list[str]:
    if type == "Bundle":
        return []
    found = []
    for path, target in references(resource):
        allowed = TARGETS.get((type, path))
        if allowed is None or target.split("/")[-2:][0] not in allowed:
            found.append(f"{type}.{path}: may not lead to {target}")
    return found


def _appointment(resource: Json) -> list[str]:
    found, status = [], resource.get("status")
    people = resource.get("participant", [])
    found += ["app-1"] * any("type" not in p and "actor" not in p for p in people)
    found += ["app-2"] * (("start" in resource) != ("end" in resource))
    found += ["app-3"] * ("start" not in resource and status not in ("proposed", "cancelled", "waitlist"))
    found += ["app-4"] * ("cancelationReason" in resource and status not in ("cancelled", "noshow"))
    found += ["participant without a status"] * any("status" not in p for p in people)
    patients = [t for path, t in references(resource) if path == "participant.actor" and t.startswith("Patient/")]
    found += ["not exactly one patient"] * (len(patients) != 1)
    if "start" in resource and "end" in resource:
        start, end = (datetime.fromisoformat(resource[name]) for name in ("start", "end"))
        found += ["ends before it begins"] * (end <= start)
        found += ["minutes"] * ((end - start).total_seconds() != 60 * resource.get("minutesDuration", 0))
    return found


def _slot(resource: Json) -> list[str]:
    return ["ends before it begins"] * (datetime.fromisoformat(resource["end"]) <= datetime.fromisoformat(resource["start"]))


def _bundle(resource: Json) -> list[str]:
    entries = resource.get("entry", [])
    urls = [entry["fullUrl"] for entry in entries if "fullUrl" in entry]
    found = ["bdl-1"] * ("total" in resource and resource["type"] not in ("searchset", "history"))
    found += ["bdl-2"] * (resource["type"] != "searchset" and any("search" in entry for entry in entries))
    found += ["bdl-3/4"] * any("request" in entry or "response" in entry for entry in entries)
    found += ["bdl-5"] * any("resource" not in entry for entry in entries)
    found += ["bdl-7"] * (len(set(urls)) != len(urls))
    for entry in entries:
        inner = entry["resource"]
        found += faults(inner)
        if "fullUrl" in entry and not entry["fullUrl"].endswith(f"/{inner['resourceType']}/{inner['id']}"):
            found.append("fullUrl and id differ")
    return found


def _outcome(resource: Json) -> list[str]:
    return ["issue without severity or code"] * any(not {"severity", "code"} <= issue.keys() for issue in resource["issue"])


def dangling(resources: list[Json]) -> list[str]:
    """References that lead to none of the resources."""
    there = {f"{r['resourceType']}/{r['id']}" for r in resources}
    return [f"{r['resourceType']}/{r['id']}.{path}: {target}" for r in resources for path, target in references(r) if target not in there]


def nameable(value: Any, path: str = "") -> list[str]:
    """Elements that could hold a name; words of codes are no names."""
    if isinstance(value, dict):
        inner = [found for key, part in value.items() for found in nameable(part, f"{path}.{key}")]
        here = [f"{path}.{key}" for key in value if key in NAMELESS and not CODE_TEXTS & set(path.split("."))]
        return [*here, *inner]
    return [found for part in value for found in nameable(part, path)] if isinstance(value, list) else []
