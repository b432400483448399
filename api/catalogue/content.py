"""Public reference data, encoded once: rules, policies, schemas, examples. It contains no personal data."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from api.catalogue.models import Example, Examples, Parameter, Policies, PolicyPack, PolicyValue, RuleBook, RuleEntry
from scheduler import policies
from scheduler.generate import generate
from scheduler.instance import Instance, Policy, PolicyValues
from scheduler.reading import dump_json, json_schema
from scheduler.result import SolveResult
from scheduler.rule import Rule
from scheduler.rules import RULES

SCHEMAS = ("instance", "roster", "result")
CHECKOUT = Path(__file__).parents[2] / "instances"
"""The folder of instances, if the service was installed from a checkout."""

EXAMPLES = {
    "demo": "A small sample program: mornings and evenings, families, a couple, a wheelchair user.",
    "unchanged_week": "A routine week in which nothing changed, so no one moves.",
    "deaconess_evenings": "Three long evenings a week, then one; no care is unmet.",
    "holiday_monday": "A routine week with Monday closed: a partial week and a make-up group.",
    "choc_teens": "Adolescents in a closed group, with a parallel parents' group.",
    "dbt_individuals": "Two individual sessions a week around fixed groups.",
    "matrix_blocks": "Evening blocks of three hours, each hour with its own leader, attended as a whole.",
    "busy_leader": "The only leader of a group has individual sessions, which give way to it.",
    "matrix_weeks": "Sixteen weeks in which groups and individual sessions depend on the week of the stay.",
    "day_and_evening": "A day program for adolescents beside evenings for adults: two levels of care.",
    "eating_disorder_evenings": "A first week of evenings hour by hour: meals, groups, and a dietitian, for 14 people.",
    "youth_day": "A first week of a day program for adolescents, hour by hour, with an intensive outpatient program beside it.",
    "multi_family": "Parents and partners come to a weekly multi-family group, with seats and hours of their own.",
    "first_workbook": "A workbook as a person typed it: adults, teens, guests, a couple, two people without contact.",
    "wednesday_changes": "Wednesday noon in full tracks: two admissions, a discharge, a step-up.",
    "evening_bottleneck": "55 people who can only come in the evening, for 48 seats.",
    "monday_740": "Monday, 7:40: the only leader of the evening group is sick, and the week is published.",
    "couple_and_no_contact": "A couple session, and people who are kept apart.",
    "access_mix": "Van, interpreter, a telehealth day, two authorized days left until Wednesday, rotating shifts.",
    "short_visits": "Two buildings: drug screens at random times and short visits without a trip, home sites required or preferred.",
    "php_step_down": "Six arrivals from partial hospitalization against the intake limit.",
    "dst_spring": "The week in which the clocks go forward.",
    "dst_autumn": "The week after the clocks went back.",
    "over_constrained": "Half the groups that the people need, and fewer staff.",
    "two_sites": "Two buildings with travel between them, and clinicians at both.",
    "rebuild_24": "Size: 24 participants, a new term.",
    "rebuild_60": "Size: 60 participants, a new term.",
    "rebuild_120": "Size: 120 participants, a new term.",
    "rebuild_240": "Size: 240 participants, a new term.",
    "hold_24": "Size: 24 participants, a routine week.",
    "hold_60": "Size: 60 participants, a routine week.",
    "hold_120": "Size: 120 participants, a routine week.",
    "hold_240": "Size: 240 participants, a routine week.",
    "routine_60": "Size: 60 participants, a routine week in which everyone can get what is ordered.",
    "routine_120": "Size: 120 participants, a routine week in which everyone can get what is ordered.",
}
"""The example instances, with a sentence about each."""

GENERATED: dict[str, Callable[[], Instance]] = {
    "demo": partial(generate, 28, 7),
    **{f"rebuild_{n}": partial(generate, n, 1) for n in (24, 60, 120, 240)},
}
"""Examples that can be generated without the files of a checkout."""


@dataclass(frozen=True, slots=True)
class CachedBody:
    """A body that is the same for everyone until the next release, with its ETag."""

    content: bytes
    etag: str

    @classmethod
    def of(cls, content: str | bytes) -> CachedBody:
        """Create a page from its content."""
        data = content.encode() if isinstance(content, str) else content
        return cls(data, f'"{hashlib.sha256(data).hexdigest()[:32]}"')


@cache
def rules_body() -> CachedBody:
    """The rule book."""
    return CachedBody.of(RuleBook(rules=tuple(map(_rule, RULES))).model_dump_json())


@cache
def policies_body() -> CachedBody:
    """Policy packs and overlays."""
    return CachedBody.of(Policies(policies=tuple(map(_pack, policies.PACKS.values()))).model_dump_json())


@cache
def schema_body(document: Literal["instance", "roster", "result"] | None) -> CachedBody:
    """The JSON Schema of a document; without one, of all three by name."""
    if document is None:
        return CachedBody.of(json.dumps({name: _schema(name) for name in SCHEMAS}))
    return CachedBody.of(json.dumps(_schema(document)))


@cache
def example_names() -> tuple[str, ...]:
    """The names of the available examples."""
    return tuple(name for name in EXAMPLES if name in GENERATED or _file(name).is_file())


@cache
def example_body(name: str) -> CachedBody:
    """An example.

    Raises:
        KeyError: No such example.
    """
    if name not in example_names():
        raise KeyError(name)
    path = _file(name)
    if path.is_file():
        return CachedBody.of(path.read_bytes())
    return CachedBody.of(dump_json(GENERATED[name]().model_copy(update={"id": name})))


@cache
def examples_body() -> CachedBody:
    """The list of examples."""
    return CachedBody.of(Examples(examples=tuple(map(_example, example_names()))).model_dump_json())


def _file(name: str) -> Path:
    return CHECKOUT / f"{name}.json"


def _example(name: str) -> Example:
    content = example_body(name).content
    instance: dict[str, Any] = json.loads(content)
    return Example(
        name=name,
        about=EXAMPLES[name],
        participants=len(instance["participants"]),
        monday=date.fromisoformat(instance["monday"]),
        mode=instance.get("mode", "rebuild"),
        bytes=len(content),
        href=f"/v1/examples/{name}",
    )


def _schema(document: str) -> dict[str, Any]:
    if document == "result":
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        return head | SolveResult.model_json_schema(mode="serialization") | {"title": "Stepdown result"}
    return json_schema("instance" if document == "instance" else "roster")


def _rule(rule: Rule) -> RuleEntry:
    """A rule's entry, in the words of its docstring, which are written for coordinators."""
    sections = _sections(_doc_of(rule))
    return RuleEntry(
        id=rule.id,
        title=rule.title,
        level=rule.level,
        scope=rule.scope,
        words=sections["Rule"],
        math=sections["Math"],
        unit=rule.unit,
        weight=rule.weight if rule.level == "preference" else None,
        source=rule.source,
        parameters=tuple(map(_parameter, rule.parameters)),
    )


def _doc_of(rule: Rule) -> str:
    return sys.modules[type(rule).__module__].__doc__ or ""


def _sections(doc: str) -> dict[str, str]:
    """The sections of a rule's docstring by name, each on one line."""
    parts = re.split(r"^(Rule|Math|Amount|Source): ", doc, flags=re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _parameter(name: str) -> Parameter:
    return Parameter(
        name=name,
        default=_defaults()[name],
        unit=policies.note(name, "unit"),
        source=policies.note(name),
        description=PolicyValues.model_fields[name].description or "",
    )


@cache
def _defaults() -> dict[str, Any]:
    return PolicyValues().model_dump(mode="json")


def _pack(pack: policies.Pack) -> PolicyPack:
    """The entry of a pack with every value in force, or of an overlay with the values it changes."""
    if pack.is_overlay:
        values = pack.values
    else:
        policy = Policy(pack=pack.id)
        sources = policies.sources(policy)
        values = {name: (value, sources[name]) for name, value in policies.resolve(policy).model_dump(mode="json").items()}
    entries = (PolicyValue(name=n, value=v, unit=policies.note(n, "unit"), source=source) for n, (v, source) in values.items())
    return PolicyPack(id=pack.id, title=pack.title, is_overlay=pack.is_overlay, values=tuple(entries))
