"""The models keep to R4: what the specification forbids cannot be made."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from scheduler.exchange.fhir.bundles import AnyResource, Bundle
from scheduler.exchange.fhir.ids import number, resource_id, room_id, site_id
from scheduler.exchange.fhir.resources import Appointment, Schedule, Slot
from tests.build import meet, roster, run
from tests.exchange.fhir.checks import faults
from tests.exchange.fhir.weeks import KEY, appointments, published

GOOD = json.loads(
    next(iter(appointments(published(roster(run("g1", "mon", "09:00", ("ana",))))).values())).as_json()
)  # fmt: skip


def without(*names: str, **more: Any) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names} | more


BAD: dict[str, dict[str, Any]] = {
    "a status that R4 does not know": without(status="bogus"),
    "no status": without("status"),
    "nobody in it": without(participant=[]),
    "app-1: a participant without type and actor": without(participant=[{"status": "accepted"}]),
    "app-2: a start without an end": without("end"),
    "app-3: booked without times": without("start", "end", "minutesDuration"),
    "app-4: a reason for what is booked": without(cancelationReason={"text": "x"}),
    "R5's spelling of the reason": without(status="cancelled", cancellationReason={"text": "x"}),
    "end before start": without(end="2026-11-30T08:00:00-05:00"),
    "a time without an offset": without(start="2026-11-30T09:00:00"),
    "an id that is too long": without(id="x" * 65),
    "an id with an underscore": without(id="a_b"),
    "minutes as text": without(minutesDuration="many"),
    "no minutes at all": without(minutesDuration=0),
    "a slot that is a patient": without(slot=[{"reference": "Patient/ana"}]),
    "a Group as an actor": without(participant=[{"actor": {"reference": "Group/g1"}, "status": "accepted"}]),
    "an element nobody knows": without(subject={"reference": "Patient/ana"}),
    "a participant's status that R4 does not know": without(participant=[{"actor": {"reference": "Patient/a"}, "status": "yes"}]),
}


def test_the_good_one_is_good() -> None:
    assert faults(GOOD) == []
    assert json.loads(Appointment.model_validate(GOOD).as_json()) == GOOD


@pytest.mark.parametrize("document", BAD.values(), ids=BAD)
def test_the_models_refuse_eighteen_faulty_appointments(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Appointment.model_validate(document)


def test_our_checks_find_what_the_models_refuse() -> None:
    unfound = [name for name, document in BAD.items() if not faults(document)]
    assert unfound == []


def test_a_slot_and_a_bundle_are_checked_too() -> None:
    at = datetime(2026, 11, 30, 14, tzinfo=UTC)
    slot: dict[str, Any] = {"schedule": {"reference": "Schedule/c-cora"}, "status": "busy", "start": at, "end": at + timedelta(hours=1)}
    assert Slot.model_validate(slot).status == "busy"
    for wrong in ({"end": at}, {"status": "booked"}, {"schedule": {"reference": "Location/x"}}):
        with pytest.raises(ValidationError):
            Slot.model_validate(slot | wrong)
    with pytest.raises(ValidationError):
        Schedule.model_validate({"actor": []})
    entry = {"fullUrl": "http://x/Appointment/1", "resource": GOOD}
    for wrong in ({"type": "collection", "total": 1}, {"type": "searchset", "entry": [entry, entry]}, {"type": "transaction"}):
        with pytest.raises(ValidationError):
            Bundle.model_validate(wrong)


def test_a_resource_is_known_by_its_type() -> None:
    found: Any = TypeAdapter[Any](AnyResource).validate_python(GOOD)
    assert isinstance(found, Appointment)
    assert next(iter(json.loads(found.as_json()))) == "resourceType"


def test_own_ids_stand_where_they_fit_and_are_hashed_where_not() -> None:
    assert resource_id("p01") == "p01"
    assert (site_id("main"), room_id("main")) == ("s-main", "r-main")
    hashed = resource_id("evening_mon")
    assert hashed.startswith("x-")
    assert len(hashed) == 42
    assert hashed != resource_id("evening-mon")
    assert all(len(room_id("r" * n)) <= 64 for n in range(1, 65))


def test_numbers_are_the_same_for_ever_and_tell_nothing() -> None:
    assert number(KEY, "appointment", "a.ana.individual.2026-11-30.1", "ana") == number(
        KEY, "appointment", "a.ana.individual.2026-11-30.1", "ana"
    )
    kinds = {number(KEY, kind, "s", "ana") for kind in ("session", "appointment", "slot")}  # type: ignore[arg-type]
    other = number("another key", "appointment", "s", "ana")
    assert len({*kinds, other}) == 4
    assert all(len(found) == 41 and "ana" not in found for found in kinds)
    assert other.partition("-")[0] != next(iter(kinds)).partition("-")[0]


def test_people_of_a_couple_and_of_a_group_have_an_appointment_each() -> None:
    pair = roster(meet("ana", "mon", "13:00", service="couple") | {"bookings": [{"participant": "ana"}, {"participant": "ben"}]})
    found = appointments(published(pair))
    assert len(found) == 2
    for key, told in found.items():
        text = told.as_json().decode()
        assert f"Patient/{key[1]}" in text
        assert ("Patient/ana" in text) + ("Patient/ben" in text) == 1
    assert len({told.id for told in found.values()}) == 2
