"""Random documents and random mutations of a good one: issues or a ReadError, never anything else."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.errors import ReadError
from scheduler.instance import Instance
from scheduler.reading import dump_json, read_instance
from scheduler.validation import CODES, validate
from tests.build import at, clinician, free, group, instance, meet, participant, run, windows
from tests.validation.spoiled import LAST_MONDAY, PHASE, last_week, ordered, program, published

DAYS = free(days=("mon", "wed", "thu"))


def rich() -> dict[str, Any]:
    """A document without an error that uses nearly every field."""
    made = instance(
        now=at("tue", "08:00"),
        program=program(("s1", "s2"), travel=[{"a": "s1", "b": "s2", "minutes": 20}], closures=[{"date": "2026-12-03", "site": "s2"}]),
        rooms=[{"id": "r1", "site": "s1", "seats": 20}, {"id": "r2", "site": "s1", "seats": 4}, {"id": "r3", "site": "s2", "seats": 9}],
        clinicians=[clinician("cora"),
                    clinician("dan", hours=[*windows(days=("mon", "thu"), site="s1"), *windows(days=("fri",), site="s2")])],
        tracks=[{"id": "t"}],
        cohorts=[{"id": "c", "track": "t"}],
        phases=[PHASE],
        plans=[{"id": "plan", "phases": ["one"]}],
        curricula=[{"id": "dbt", "modules": ["m1", "m2"], "sequenced": True}],
        resources=[{"id": "v", "kind": "van", "site": "s1", "runs": [
            {"day": day, "direction": to, "time": time, "seats": 4}
            for day in ("mon", "wed", "thu") for to, time in (("to_site", "08:00"), ("from_site", "13:00"))]}],
        groups=[group("g"), group("k", "fri", site="s2", weeks="A"),
                group("h", "wed", track="t", cohort="c", curriculum="dbt", module="m1")],
        participants=[
            participant("ana", availability=DAYS, phase="one", home_track="t", home_cohort="c", primary_therapist="cora",
                        resources=[{"resource": "v"}],
                        authorizations=[{"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-12-31", "units": 20}],
                        order=ordered({"service": "individual", "per_week": 1}, {"service": "process", "per_week": 2},
                                      {"service": "couple", "partner": "ben", "every_n_weeks": 2})),
            participant("ben", availability=DAYS, phase="one", admitted="2026-11-16", guests=[{"id": "x", "availability": DAYS}],
                        order=ordered({"service": "couple", "partner": "ana", "every_n_weeks": 2},
                                      {"service": "family", "per_week": 1, "guests": ["x"]})),
            participant("cem", availability=DAYS, phase="one"),
        ],
        relations=[{"a": "ana", "b": "cem", "kind": "apart_in_time"}],
        history=last_week(run("g", "mon", "09:00", ("ana",), monday=LAST_MONDAY), meet("ana", "thu", "09:00", monday=LAST_MONDAY))
        | {"orders": [{"participant": "ana", "phase": "one", "floor": 0, "ceiling": 720}],
           "services": [{"participant": "ana", "service": "couple", "date": "2026-11-20"}],
           "modules": [{"participant": "ana", "curriculum": "dbt", "module": "m2"}]},
        published=published(run("g", "mon", "09:00", ("ana",)), meet("ben", "thu", "09:00")),
        pins=[{"kind": "booking", "participant": "ana", "group": "h"}, {"kind": "room", "group": "h", "room": "r1"},
              {"kind": "booking", "participant": "ana", "service": "individual", "day": "thu", "time": "09:00"}],
    )  # fmt: skip
    document: dict[str, Any] = json.loads(dump_json(made))
    return document


RICH = rich()
TRICKY = st.sampled_from([
    None, True, 0, -1, 5, 1440, 10080, 2**40, 0.5, "", "gone", "ana", "g", "s2", "t", "mon", "sun", "00:00", "24:00", "02:30", "A", "B",
    "2026-03-02", "2026-12-01", "0001-01-01", "9999-12-31", "2026-12-01T09:00:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", "2026-03-08T07:30:00Z", "telehealth", "hybrid", "on_hold", "discharged", "group", "couple", "run",
    "UTC", "Africa/Casablanca", "a/b", "\u05d0", "\ud800", "\x00", [], {}, [[]], {"": {}},
])  # fmt: skip
EDGES = ["00:00", "24:00", "02:30", "0001-01-01", "9999-12-31", "2026-03-02", "9999-12-31T23:59:59-12:00", "2026-12-06T23:59:59Z", 0, 10080]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | TRICKY
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12
)


def containers(value: Any) -> Iterator[Any]:
    """Every list and object of a document that is not empty."""
    if isinstance(value, (list, dict)) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from containers(inner)


NUM_CONTAINERS = len(list(containers(RICH)))


def alike(document: Any, key: object, value: object) -> list[Any]:
    """The other values of a document under the same name, or written alike: what often keeps the shape."""
    found = [value]
    for place in containers(document):
        for name, other in place.items() if isinstance(place, dict) else enumerate(place):
            is_scalar = not isinstance(other, (list, dict))
            if (name == key and isinstance(name, str)) or (is_scalar and pattern(other) == pattern(value)):
                found.append(other)
    return found


def pattern(value: object) -> str:
    """How a scalar is written: digits and letters by kind."""
    text = re.sub(r"[0-9]", "0", f"{type(value).__name__}:{value}")
    return re.sub(r"[a-z_]+", "a", text)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """The rich document with one to four places exchanged for one alike, changed, dropped or doubled."""
    document = copy.deepcopy(RICH)
    for _ in range(draw(st.integers(1, 4))):
        places = list(containers(document))
        place = places[draw(st.integers(0, NUM_CONTAINERS)) % len(places)]
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        match draw(st.sampled_from(["alike", "alike", "alike", "alike", "change", "drop", "double", "double"])):
            case "drop":
                del place[key]
            case "double" if isinstance(place, list):
                place.append(copy.deepcopy(place[key]))
            case "alike":
                place[key] = copy.deepcopy(draw(st.sampled_from(alike([document, EDGES], key, place[key]))))
            case _:
                place[key] = draw(TRICKY)
    return document


def test_the_document_to_mutate_has_no_error() -> None:
    """Otherwise most checks would never run."""
    assert [i for i in validate(Instance.model_validate(RICH)) if i.severity == "error"] == []


@given(JSON)
def test_random_json_is_refused(document: Any) -> None:
    """Whatever JSON can say."""
    with pytest.raises(ReadError):
        read_instance(json.dumps(document))


@given(st.binary(max_size=64) | st.text(max_size=64))
def test_random_bytes_and_text_are_refused(source: bytes | str) -> None:
    """Whatever a file can hold."""
    with pytest.raises(ReadError):
        read_instance(source)


@pytest.mark.unmeasured
@given(mutated())
def test_mutations_are_refused_or_validated(document: dict[str, Any]) -> None:
    """What has the right shape is validated without an exception, whatever its sense."""
    try:
        made = read_instance(json.dumps(document))
    except ReadError:
        with pytest.raises(ValidationError):
            Instance.model_validate(document)
        return
    issues = validate(made)
    assert {i.code for i in issues} <= set(CODES)
    assert read_instance(dump_json(made)) == made
