"""Small bundles and what FHIR R4 makes of them, worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.exchange.fhir.incoming.entries import Entries
from tests.exchange.fhir.test_incoming import (
    ANA,
    BEN,
    CORA,
    FOUR,
    MRN,
    NPI,
    SCHEDULE,
    booked,
    codes,
    elsewhere,
    patient,
    practitioner,
    read,
    role,
    slot,
)

HOSPITAL = "https://hospital.example.org/numbers"
MON, TUE, WED = ({"daysOfWeek": [day], "availableStartTime": "09:00:00", "availableEndTime": "17:00:00"} for day in ("mon", "tue", "wed"))


def known_here(number: str, mrn: str, id: str = "1") -> dict[str, Any]:
    """A patient by the hospital's number, who has also the number that is matched."""
    return patient(id, identifier=[{"system": HOSPITAL, "value": number}, {"system": MRN, "value": mrn}])


def who(*references: Any, entries: tuple[dict[str, Any], ...] = (), is_by_id: bool = False, **more: Any) -> list[str]:
    actors = [{"actor": r if isinstance(r, dict) else {"reference": r}, "status": "accepted"} for r in references]
    return sorted(person.id for person in read(*entries, booked(*actors, **more), is_by_id=is_by_id).busy)


TWO = (known_here("55", "0815"), known_here("56", "4711", "2"))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (f"Patient?identifier={HOSPITAL}|55", ["ana"]),
        (f"Patient?identifier={HOSPITAL}%7C55", ["ana"]),
        (f"https://ehr.example.org/fhir/Patient?identifier={HOSPITAL}|55", ["ana"]),
        (f"Patient?active=true&identifier={HOSPITAL}|55", ["ana"]),
        (f"Patient?identifier={HOSPITAL}|56", []),
        (f"Practitioner?identifier={HOSPITAL}|55", []),
        (f"Patient?identifier={MRN}|0815", ["ana"]),
        ("Patient?identifier=0815", []),
        ("Patient?identifier=|0815", []),
        ("Patient?name=Quennell", []),
        ({"identifier": {"system": HOSPITAL, "value": "55"}}, ["ana"]),
        ({"type": "Patient", "identifier": {"system": HOSPITAL, "value": "55"}}, ["ana"]),
        ({"type": "Practitioner", "identifier": {"system": HOSPITAL, "value": "55"}}, []),
        ({"type": "Location", "identifier": {"system": MRN, "value": "0815"}}, []),
        ({"identifier": {"value": "55"}}, []),
        ({"identifier": {"system": MRN, "value": "0815"}}, ["ana"]),
    ],
)
def test_conditional_and_logical_references(reference: Any, expected: list[str]) -> None:
    """They mean the resource with the identifier (R4, 3.1.0.11.2 and 2.3.0.1), whose other numbers say who it is."""
    assert who(reference, entries=TWO) == expected


def test_of_two_resources_with_one_identifier_none_is_guessed() -> None:
    """Two servers may each have somebody 55 of their own; a number that is matched itself still counts."""
    entries = (known_here("55", "0815"), known_here("55", "4711", "2"))
    assert who(f"Patient?identifier={HOSPITAL}|55", entries=entries) == []
    assert who(f"Patient?identifier={MRN}|0815", entries=entries) == ["ana"]


def test_a_schedule_by_its_identifier() -> None:
    named = SCHEDULE | {"identifier": [{"system": HOSPITAL, "value": "s"}]}
    reference = {"type": "Schedule", "identifier": {"system": HOSPITAL, "value": "s"}}
    assert read(practitioner(), named, slot(schedule=reference)).busy == {CORA: [FOUR]}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/ben", ["ben"]),
        ("Patient/ben/_history/ana", ["ben"]),
        ("https://ehr.example.org/fhir/Patient/ben/_history/ana", ["ben"]),
        ("Patient?identifier=https://hospital.example.org/ben", []),
        ("#ben", []),
        ("Practitioner/ben", []),
        ({"reference": "#ben", "type": "Patient"}, []),
    ],
)
def test_ids_are_those_of_resources(reference: Any, expected: list[str]) -> None:
    """Not versions, not parts of a condition, and not what is called so within one resource (R4, 2.3.0.2)."""
    assert who(reference, is_by_id=True, contained=[{"resourceType": "Patient", "id": "ben"}]) == expected


def test_a_contained_resource_refers_to_its_container() -> None:
    """``#`` alone is the resource that contains it (R4, 2.3.0.2): here the Slot, which is nobody."""
    inner = {"resourceType": "Schedule", "id": "s", "actor": [{"reference": "#"}]}
    outer = slot(schedule={"reference": "#s"}, contained=[inner])
    entries = Entries.of({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": outer}]})
    schedule = entries.find(outer["schedule"], entries.entries[0])
    assert schedule is not None
    assert entries.find(inner["actor"][0], schedule) is entries.entries[0]
    assert read(outer).busy == {}


@pytest.mark.parametrize(
    ("urls", "reference", "expected"),
    [
        (("https://a.example/fhir/Patient/1/_history/2", "https://a.example/fhir/Appointment/9"), "Patient/1", ["ana"]),
        (("https://a.example/fhir/Patient/1", "https://a.example/fhir/Appointment/9"), "Patient/1/_history/7", ["ana"]),
        (("https://a.example/fhir/Patient/1", "https://a.example/other/Appointment/9"), "Patient/1", []),
        (("https://a.example:8443/fhir/Patient/1", "https://a.example/fhir/Appointment/9"), "Patient/1", []),
        (("http://a.example/fhir/Patient/1", "https://a.example/fhir/Appointment/9"), "Patient/1", []),
        (("https://a.example/fhir/Patient/1", "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"), "Patient/1", ["ana"]),
        (("urn:oid:2.999.7", "https://a.example/fhir/Appointment/9"), "URN:OID:2.999.7", ["ana"]),
        (("urn:oid:2.999.7", None), "urn:oid:2.999.77", []),
        ((None, "https://a.example/fhir/Appointment/9"), "https://a.example/fhir/Patient/1", []),
    ],
)
def test_addresses(urls: tuple[str | None, str | None], reference: str, expected: list[str]) -> None:
    """R4, 2.36.4.1: relative to the server of the entry; another port, scheme or folder is another server."""
    entries = [
        {"resource": r} | ({} if url is None else {"fullUrl": url}) for r, url in zip((patient(), booked(reference)), urls, strict=True)
    ]
    assert sorted(person.id for person in read(*entries).busy) == expected


@pytest.mark.parametrize(
    ("times", "expected", "code"),
    [
        ({"end": None, "minutesDuration": 60}, [FOUR], None),
        ({"end": None, "minutesDuration": True}, [], "no_time"),
        ({"end": None, "minutesDuration": 0}, [], "no_time"),
        ({"start": "2026-12-01T21:00:00Z", "end": "2026-12-01T22:00:00.000Z"}, [FOUR], None),
        ({"start": "2026-12-01T16:00-05:00"}, [], "wrong_time"),
        ({"start": "2026-12-01T16:00:00"}, [], "wrong_time"),
        ({"start": "2026-12-01"}, [], "wrong_time"),
        ({"start": "2026-12"}, [], "wrong_time"),
        ({"start": "2026-12-01 16:00:00-05:00"}, [], "wrong_time"),
        ({"start": "20261201T160000-0500"}, [], "wrong_time"),
        ({"start": "2026-12-01T24:00:00-05:00"}, [], "wrong_time"),
        ({"start": "2026-12-01T16:00:00-5:00"}, [], "wrong_time"),
        ({"start": "2026-12-01t16:00:00z"}, [], "wrong_time"),
    ],
)
def test_only_instants_are_times(times: dict[str, Any], expected: list[Any], code: str | None) -> None:
    """R4, 2.24.0.1: to the second at least, with an offset, as XML Schema writes them."""
    found = read(patient(), booked("Patient/1", **times))
    assert found.busy.get(ANA, []) == expected
    assert [code for code, _ in codes(found)] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("during", "expected"),
    [
        ({"start": "2026-12-01T09:00:00-05:00", "end": "2026-12-01T12:00:00-05:00"}, timedelta(hours=3)),
        ({"start": "2026-12-01T09:00:00-05:00", "end": "2026-12-02"}, timedelta(hours=39)),
        ({"start": "2026-12", "end": "2026-12-01T12:00:00-05:00"}, timedelta(hours=12)),
        ({"start": "2026-12-01T09:00:00-05:00", "end": "2026-12-01T09:00:00-05:00"}, "no_length"),
        ({"start": "2026-12-01T09:00:00-05:00"}, "no_period"),
        ({"end": "2026-12-01T09:00:00-05:00"}, "no_period"),
        ({"start": "2026-12-01T12:00:00-05:00", "end": "2026-12-01T09:00:00-05:00"}, "wrong_period"),
    ],
)
def test_hours_away(during: dict[str, Any], expected: timedelta | str) -> None:
    """A period's end includes it: of a day, all of it (R4, 2.24.0.11)."""
    found = read(practitioner(), role(notAvailable=[{"during": during}]))
    assert ([end - start for start, end in found.busy.get(CORA, [])], [code for code, _ in codes(found)]) == (
        ([], [expected]) if isinstance(expected, str) else ([expected], [])
    )


@pytest.mark.parametrize(
    ("roles", "days", "later"),
    [
        (({"start": "2026-11-30"}, {}), "mon tue", 0),
        (({"end": "2026-12-31"}, {"start": "2027"}), "mon", 1),
        (({"start": "2026-12-07"}, {"start": "2027-02"}), "mon", 1),
        (({"start": "2026-12-01T04:59:00Z"}, {"start": "2026-12-01T05:00:00Z"}), "mon", 1),
        (({"end": "2026-11-29"}, {"start": "2026-12-07"}), "tue", 0),
        (({"start": "?"}, {"start": 7}), "mon tue", 0),
    ],
)
def test_hours_are_those_of_the_roles_in_force(roles: tuple[dict[str, Any], ...], days: str, later: int) -> None:
    """A role that begins later gives its hours only to who has no other; the next first."""
    found = read(
        practitioner(), *(role(id=f"r{n}", period=p, availableTime=[h]) for n, (p, h) in enumerate(zip(roles, (MON, TUE), strict=True)))
    )
    assert (" ".join(hours.day for hours in found.hours[CORA]), found.left_out["role_later"]) == (days, later)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"availableStartTime": "00:00:00", "availableEndTime": "00:00:00"}, (0, 1440)),
        ({"availableStartTime": "22:00:00", "availableEndTime": "00:00:00"}, (1320, 1440)),
        ({"availableStartTime": "08:30:00", "availableEndTime": "23:59:59.999"}, (510, 1440)),
        ({"allDay": True, "availableStartTime": "09:00:00"}, (0, 1440)),
        ({"availableStartTime": "09:00", "availableEndTime": "17:00"}, None),
        ({"availableStartTime": "09:00:00", "availableEndTime": "24:00:00"}, None),
        ({"availableStartTime": "22:00:00", "availableEndTime": "06:00:00"}, None),
    ],
)
def test_weekly_hours(hours: dict[str, Any], expected: tuple[int, int] | None) -> None:
    """Times of day have seconds, and no 24:00 (R4, 2.24.0.1)."""
    found = read(practitioner(), role(availableTime=[{"daysOfWeek": ["mon"]} | hours]))
    assert [(h.start, h.end) for h in found.hours.get(CORA, [])] == ([] if expected is None else [expected])
    assert bool(found.issues) is (expected is None)


@pytest.mark.parametrize(
    ("schedule", "busy", "left_out"),
    [
        ({"active": True}, True, {}),
        ({"active": False}, False, {"inactive_schedule": 1}),
        ({"actor": [{"reference": "Location/1"}]}, False, {"unmatched_Slot": 1}),
    ],
)
def test_slots_of_a_schedule(schedule: dict[str, Any], busy: bool, left_out: dict[str, int]) -> None:
    """One that is no longer in use takes no time."""
    found = read(practitioner(), SCHEDULE | schedule, slot())
    assert (bool(found.busy), dict(found.left_out)) == (busy, left_out)


def test_two_servers_with_everything_alike_but_the_person() -> None:
    """The same ids on both: Patient/1, Practitioner/77, PractitionerRole/5, Schedule/1; only numbers tell them apart."""
    other = practitioner(identifier=[{"system": NPI, "value": "1000000004"}])
    roles = role(id="5", practitioner={"reference": "Practitioner/77"})
    everything = (roles, booked("Patient/1", "PractitionerRole/5"))
    ours, theirs = (
        elsewhere("a.example", patient(), practitioner(), *everything),
        elsewhere("b.example", patient(mrn="9"), other, *everything),
    )
    assert read(*ours, *theirs).busy == read(*theirs, *ours).busy == {ANA: [FOUR], CORA: [FOUR]}
    assert read(*theirs).busy == {}
    assert BEN not in read(*ours, *theirs).people
