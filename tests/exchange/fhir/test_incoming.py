"""Other systems' bundles: what takes time, of whom, and what is wrong with them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.exchange.fhir.codes import SESSION_SYSTEM
from scheduler.exchange.fhir.incoming import BundlePerson, Directory, Incoming, Match, read_bundle
from scheduler.exchange.fhir.incoming.reading import EVERYTHING, Content
from scheduler.exchange.fhir.incoming.spans import inside, merged, outside, subtracted
from tests.build import ZONE

ANA, BEN, CORA = BundlePerson("participants", "ana"), BundlePerson("participants", "ben"), BundlePerson("clinicians", "cora")
MRN, NPI = "urn:oid:2.999.1", "http://hl7.org/fhir/sid/us-npi"
OWN = {"participants": frozenset({"stepdown:north:participant"}), "clinicians": frozenset({"stepdown:north:clinician"})}
MATCHES = (Match(system=MRN, value="0815", participant="ana"), Match(system=NPI, value="1234567893", clinician="cora"))


def read(
    *resources: dict[str, Any],
    is_by_id: bool = False,
    is_tentative_busy: bool = True,
    takes: tuple[Content, ...] = EVERYTHING,
    **bundle: Any,
) -> Incoming:
    """Read a collection of resources; entries are written as they are."""
    directory = Directory(frozenset({ANA, BEN, CORA}), {(m.system, m.value): m.person for m in MATCHES}, OWN, is_by_id)  # type: ignore[arg-type]
    entries = [r if "resource" in r or "request" in r else {"resource": r} for r in resources]
    document = {"resourceType": "Bundle", "type": "collection", "entry": entries} | bundle
    return read_bundle(document, directory, ZoneInfo(ZONE), date(2026, 11, 30), takes, is_tentative_busy=is_tentative_busy)


def patient(id: str = "1", mrn: str = "0815", **more: Any) -> dict[str, Any]:
    """A patient as an EHR tells one: with a name."""
    names = [{"family": "Quennell", "given": ["Ada"]}]
    return {"resourceType": "Patient", "id": id, "identifier": [{"system": MRN, "value": mrn}], "name": names} | more


def practitioner(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": "77", "identifier": [{"system": NPI, "value": "1234567893"}]} | more


def booked(*actors: dict[str, Any] | str, status: str = "booked", **more: Any) -> dict[str, Any]:
    """An appointment on Tuesday from four to five in New York."""
    people = [a if isinstance(a, dict) else {"actor": {"reference": a}, "status": "accepted"} for a in actors]
    times = {"start": "2026-12-01T16:00:00-05:00", "end": "2026-12-01T17:00:00-05:00"}
    return {"resourceType": "Appointment", "status": status, "participant": people} | times | more


FOUR = (datetime(2026, 12, 1, 21, tzinfo=UTC), datetime(2026, 12, 1, 22, tzinfo=UTC))


def codes(found: Incoming) -> list[tuple[str, str]]:
    return [(issue.code, issue.expression) for issue in found.issues]


def test_an_appointment_takes_the_time_of_everybody_in_it() -> None:
    found = read(patient(), practitioner(), booked("Patient/1", "Practitioner/77", "Location/9"))
    assert found.busy == {ANA: [FOUR], CORA: [FOUR]}
    assert found.issues == []
    assert found.counts == {"Patient": 1, "Practitioner": 1, "Appointment": 1}


@pytest.mark.parametrize(
    ("reference", "person"),
    [
        ({"type": "Patient", "identifier": {"system": MRN, "value": "0815"}}, ANA),
        ({"reference": "Patient/none", "identifier": {"system": "stepdown:north:participant", "value": "ben"}}, BEN),
        ({"reference": "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"}, ANA),
        ({"reference": "urn:uuid:61EBE359-BFDC-4613-8BF2-C5E300945F0A"}, ANA),
        ({"reference": "URN:UUID:61ebe359-bfdc-4613-8bf2-c5e300945f0a"}, ANA),
        ({"reference": "https://ehr.example.org/fhir/Patient/1"}, None),
        ({"reference": f"Patient?identifier={MRN}|0815"}, ANA),
        ({"reference": f"Patient?identifier={MRN}%7C0815&active=true"}, ANA),
        ({"reference": f"Practitioner?identifier={NPI}|1234567893"}, CORA),
        ({"reference": "Patient?identifier=0815"}, None),
        ({"reference": "Patient?name=Quennell"}, None),
        ({"identifier": {"system": MRN, "value": "0815"}}, ANA),
        ({"identifier": {"system": NPI, "value": "1234567893"}}, CORA),
        ({"identifier": {"system": "stepdown:north:participant", "value": "ben"}}, BEN),
        ({"type": "http://hl7.org/fhir/StructureDefinition/Patient", "identifier": {"system": MRN, "value": "0815"}}, ANA),
        ({"type": "Group", "identifier": {"system": MRN, "value": "0815"}}, None),
        ({"reference": "Patient/1/_history/3"}, ANA),
        ({"reference": "PractitionerRole/5"}, CORA),
        ({"reference": "Patient/ana"}, None),
        ({"reference": "Practitioner/1"}, None),
        ({"type": "Practitioner", "identifier": {"system": MRN, "value": "0815"}}, None),
        ({"type": "Patient", "identifier": {"system": NPI, "value": "0815"}}, None),
        ({"reference": "Group/1"}, None),
        ({"display": "Ada Quennell"}, None),
        ({"reference": 7}, None),
        ("Patient/1", None),
        (None, None),
    ],
)
def test_people_are_known_by_numbers_and_by_what_references_lead_to(reference: Any, person: BundlePerson | None) -> None:
    entries = (
        {"fullUrl": "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a", "resource": patient()},
        practitioner(),
        {"resourceType": "PractitionerRole", "id": "5", "practitioner": {"reference": "Practitioner/77"}},
    )
    found = read(*entries, booked({"actor": reference, "status": "accepted"}))
    assert found.busy == ({} if person is None else {person: [FOUR]})


def test_ids_count_only_where_they_are_said_to_be_ours() -> None:
    """The patient ben of another system is somebody else."""
    assert read(booked("Patient/ben")).busy == {}
    assert read(booked("Patient/ben", "https://x.example/fhir/Practitioner/cora"), is_by_id=True).busy == {BEN: [FOUR], CORA: [FOUR]}


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("booked", True), ("arrived", True), ("checked-in", True), ("fulfilled", True), ("pending", True), ("proposed", False),
        ("cancelled", False), ("noshow", False), ("entered-in-error", False), ("waitlist", False), ("bogus", False),
    ],
)  # fmt: skip
def test_statuses_that_take_time(status: str, counts: bool) -> None:
    assert bool(read(patient(), booked("Patient/1", status=status)).busy) is counts


def test_what_is_not_certain_is_left_out_where_asked() -> None:
    tentative = [
        booked("Patient/1", status="pending"),
        booked({"actor": {"reference": "Patient/1"}, "status": "tentative"}),
        booked({"actor": {"reference": "Patient/1"}, "status": "declined"}),
    ]
    assert len(read(patient(), *tentative).busy[ANA]) == 2
    found = read(patient(), *tentative, is_tentative_busy=False)
    assert found.busy == {}
    assert found.left_out["tentative"] == 2
    assert found.left_out["declined"] == 1


def slot(status: str = "busy-unavailable", **more: Any) -> dict[str, Any]:
    times = {"start": "2026-12-01T21:00:00Z", "end": "2026-12-01T22:00:00Z"}
    return {"resourceType": "Slot", "status": status, "schedule": {"reference": "Schedule/3"}} | times | more


SCHEDULE = {"resourceType": "Schedule", "id": "3", "actor": [{"reference": "Practitioner/77"}, {"reference": "Location/1"}]}


@pytest.mark.parametrize(
    ("status", "counts"),
    [("busy", True), ("busy-unavailable", True), ("busy-tentative", True), ("free", False), ("entered-in-error", False)],
)
def test_busy_slots_take_the_time_of_whose_schedule_it_is(status: str, counts: bool) -> None:
    assert read(practitioner(), SCHEDULE, slot(status)).busy == ({CORA: [FOUR]} if counts else {})


def test_a_slot_without_its_schedule_is_told() -> None:
    found = read(practitioner(), slot())
    assert codes(found) == [("no_schedule", "Bundle.entry[1].resource.schedule")]


def test_our_own_sessions_brought_back_do_not_stand_in_their_own_way() -> None:
    mine = {"identifier": [{"system": SESSION_SYSTEM, "value": "x"}]}
    found = read(patient(), practitioner(), SCHEDULE, booked("Patient/1", **mine), slot(**mine))
    assert found.busy == {}
    assert found.left_out["own"] == 2


def role(**more: Any) -> dict[str, Any]:
    return {"resourceType": "PractitionerRole", "practitioner": {"reference": "Practitioner/77"}} | more


def test_hours_and_times_away_of_a_clinician() -> None:
    available = [
        {"daysOfWeek": ["mon", "tue"], "availableStartTime": "08:00:00", "availableEndTime": "12:30:00"},
        {"daysOfWeek": ["wed"], "allDay": True},
        {"daysOfWeek": ["thu"], "availableStartTime": "16:00:00", "availableEndTime": "23:59:59"},
        {"daysOfWeek": ["fri"], "availableStartTime": "16:00:00", "availableEndTime": "00:00:00"},
    ]
    away = [
        {"description": "x", "during": {"start": "2026-12-07", "end": "2026-12-11"}},
        {"description": "x", "during": {"start": "2026-12-01T16:00:00-05:00", "end": "2026-12-01T17:00:00-05:00"}},
        {"description": "x", "during": {"start": "2026-12-02T12:00:00-05:00", "end": "2026-12-02"}},
    ]
    found = read(practitioner(), role(availableTime=available, notAvailable=away))
    assert [(h.day, h.start, h.end) for h in found.hours[CORA]] == [
        ("mon", 480, 750), ("tue", 480, 750), ("wed", 0, 1440), ("thu", 960, 1440), ("fri", 960, 1440),
    ]  # fmt: skip
    assert found.away == {CORA: [(date(2026, 12, 7), date(2026, 12, 11))]}
    assert found.busy == {CORA: [FOUR, (datetime(2026, 12, 2, 17, tzinfo=UTC), datetime(2026, 12, 3, 5, tzinfo=UTC))]}
    assert found.issues == []


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no bundle": ({"resourceType": "Patient"}, "not_a_bundle", "Bundle.type"),
    "a history": ({"type": "history"}, "not_a_bundle", "Bundle.type"),
    "entries that are no list": ({"entry": {}}, "shape", "Bundle.entry"),
    "an entry that is no object": ({"entry": [7]}, "no_resource", "Bundle.entry[0].resource"),
    "a deletion": ({"entry": [{"request": {"method": "DELETE"}}]}, "unknown_method", "Bundle.entry[0].request.method"),
    "a resource without a type": ({"entry": [{"resource": {}}]}, "no_type", "Bundle.entry[0].resource.resourceType"),
    "too many entries": ({"entry": [{}] * 5001}, "too_many_entries", "Bundle.entry"),
}


@pytest.mark.parametrize(("change", "code", "path"), WRONG.values(), ids=WRONG)
def test_a_wrong_bundle_is_told_at_its_path(change: dict[str, Any], code: str, path: str) -> None:
    assert codes(read(**change))[0] == (code, path)


TIMES: dict[str, tuple[dict[str, Any], str, str]] = {
    "without an offset": ({"start": "2026-12-01T16:00:00"}, "wrong_time", "start"),
    "a day": ({"end": "2026-12-01"}, "wrong_time", "end"),
    "without seconds": ({"start": "2026-12-01T16:00-05:00"}, "wrong_time", "start"),
    "a week's day": ({"start": "2026-W49-2T16:00:00-05:00"}, "wrong_time", "start"),
    "without separators": ({"start": "20261201T160000-0500"}, "wrong_time", "start"),
    "an offset of seconds": ({"start": "2026-12-01T16:00:00-05:00:30"}, "wrong_time", "start"),
    "a comma": ({"start": "2026-12-01T16:00:00,5-05:00"}, "wrong_time", "start"),
    "a blank": ({"start": "2026-12-01 16:00:00-05:00"}, "wrong_time", "start"),
    "no such day": ({"start": "2026-02-30T16:00:00-05:00"}, "wrong_time", "start"),
    "no time at all": ({"start": "Ada Quennell"}, "wrong_time", "start"),
    "a number": ({"start": 7}, "wrong_time", "start"),
    "the end of the calendar": ({"start": "9999-12-31T23:59:59Z", "end": None, "minutesDuration": 60}, "wrong_time", "start"),
    "no end": ({"end": None}, "no_time", "end"),
    "an end before the start": ({"end": "2026-12-01T15:00:00-05:00"}, "wrong_end", "end"),
    "years": ({"end": "2029-12-01T15:00:00-05:00"}, "wrong_end", "end"),
    "no status": ({"status": None}, "no_status", "status"),
}


@pytest.mark.parametrize(("change", "code", "name"), TIMES.values(), ids=TIMES)
def test_a_wrong_appointment_is_told_at_its_path_and_repeats_nothing(change: dict[str, Any], code: str, name: str) -> None:
    found = read(patient(), booked("Patient/1", **change))
    assert codes(found) == [(code, f"Bundle.entry[1].resource.{name}")]
    assert "Quennell" not in str(found.issues)
    assert found.busy == {}


def test_what_is_wrong_about_nobody_of_ours_does_not_matter() -> None:
    found = read(booked("Patient/1", start="never"))
    assert found.issues == []
    assert found.left_out["unmatched_Appointment"] == 1


def test_a_missing_end_follows_from_the_minutes() -> None:
    found = read(patient(), booked("Patient/1", end=None, minutesDuration=60))
    assert found.busy == {ANA: [FOUR]}


@pytest.mark.parametrize(
    "available",
    [
        {"availableStartTime": "08:00:00", "availableEndTime": "12:00:00"},
        {"daysOfWeek": ["mon"], "availableStartTime": "12:00:00", "availableEndTime": "08:00:00"},
        {"allDay": True},
        {"daysOfWeek": ["monday"], "allDay": True},
        {"daysOfWeek": "mon", "allDay": True},
        {"daysOfWeek": [{}], "availableStartTime": "25:00:00", "availableEndTime": []},
    ],
)
def test_wrong_hours_are_told(available: dict[str, Any]) -> None:
    found = read(practitioner(), role(availableTime=[available]))
    assert codes(found) == [("wrong_hours", "Bundle.entry[1].resource.availableTime[0]")]
    assert found.hours == {}


@pytest.mark.parametrize(
    "during",
    [
        {"start": "2026-12-11", "end": "2026-12-07"},
        {"start": "9999-12-31", "end": "9999-12-31"},
        {"start": "9999-12-31", "end": "9999-12-31T23:00:00Z"},
        {"start": "2026-12-01T16:00:00", "end": "2026-12-01T17:00:00"},
        {"start": "Ada", "end": "Quennell"},
        {"start": "2020-01-01", "end": "2029-01-01"},
    ],
)
def test_wrong_times_away_are_told(during: dict[str, Any]) -> None:
    found = read(practitioner(), role(notAvailable=[{"description": "x", "during": during}]))
    assert codes(found) == [("wrong_period", "Bundle.entry[1].resource.notAvailable[0].during")]
    assert found.away == found.busy == {}


def test_a_role_of_a_role_of_itself_is_nobody() -> None:
    circle = {"resourceType": "PractitionerRole", "id": "5", "practitioner": {"reference": "PractitionerRole/5"}}
    assert read(circle, booked("PractitionerRole/5")).busy == {}


def elsewhere(server: str, *resources: dict[str, Any]) -> list[dict[str, Any]]:
    """Entries with the full URLs of a server."""
    return [{"fullUrl": f"https://{server}/fhir/{r['resourceType']}/{r.get('id', '0')}", "resource": r} for r in resources]


def test_a_relative_reference_stays_on_the_server_of_its_entry() -> None:
    """Both servers have a Patient/1; one is ana, the other somebody else."""
    ours, theirs = patient(), patient(mrn="4711")
    for mine, other in (("a.example", "b.example"), ("b.example", "a.example")):
        found = read(*elsewhere(other, theirs), *elsewhere(mine, ours, booked("Patient/1")))
        assert found.busy == {ANA: [FOUR]}
        assert read(*elsewhere(mine, ours), *elsewhere(other, theirs, booked("Patient/1"))).busy == {}
    both = [*elsewhere("a.example", ours), *elsewhere("b.example", theirs)]
    assert read(*both, booked("Patient/1")).busy == {}
    assert read(*elsewhere("a.example", ours), booked("Patient/1")).busy == {ANA: [FOUR]}
    assert read(ours, *elsewhere("a.example", booked("Patient/1"))).busy == {ANA: [FOUR]}
    assert read(*both, booked("https://a.example/fhir/Patient/1")).busy == {ANA: [FOUR]}
    assert read(*both, booked("https://b.example/fhir/Patient/1/_history/2")).busy == {}
    assert read(*both, booked("https://c.example/fhir/Patient/1")).busy == {}


def test_a_schedule_belongs_to_the_server_of_its_slot() -> None:
    """And its clinician to the server of the schedule."""
    strangers = ({"resourceType": "Practitioner", "id": "77"}, SCHEDULE)
    found = read(*elsewhere("b.example", *strangers), *elsewhere("a.example", practitioner(), SCHEDULE, slot()))
    assert found.busy == {CORA: [FOUR]}
    assert read(*elsewhere("a.example", practitioner(), SCHEDULE), *elsewhere("b.example", *strangers, slot())).busy == {}


def test_contained_resources() -> None:
    """Known by their identifiers, found only within what contains them."""
    inside_it = {"contained": [patient("p"), {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "#d"}},
                               practitioner() | {"id": "d"}, 7]}  # fmt: skip
    assert read(booked("#p", "#r", "#none", **inside_it)).busy == {ANA: [FOUR], CORA: [FOUR]}
    assert read(booked(**inside_it), booked("#p")).busy == {}
    schedule = SCHEDULE | {"id": "s", "actor": [{"reference": "#d"}]}
    assert read(slot(schedule={"reference": "#s"}, contained=[schedule, practitioner() | {"id": "d"}])).busy == {CORA: [FOUR]}


def test_who_is_only_informed_is_not_busy() -> None:
    informed = {"actor": {"reference": "Patient/1"}, "status": "accepted", "required": "information-only"}
    found = read(patient(), practitioner(), booked(informed, "Practitioner/77"))
    assert (found.busy, found.left_out["information_only"]) == ({CORA: [FOUR]}, 1)
    assert read(patient(), booked(informed | {"required": "optional"})).busy == {ANA: [FOUR]}


def test_an_appointment_of_no_length_is_left_out_with_a_warning() -> None:
    found = read(patient(), booked("Patient/1", end="2026-12-01T16:00:00-05:00"))
    assert (found.busy, codes(found)) == ({}, [("no_length", "Bundle.entry[1].resource.end")])
    assert found.issues[0].severity == "warning"


@pytest.mark.parametrize(
    ("start", "seconds"),
    [
        ("2026-12-01T15:59:60-05:00", -1),
        ("2026-12-01T21:00:00Z", 0),
        ("2026-12-01T16:00:00.125-05:00", 0),
        ("2026-12-01T16:00:07-05:00", 7),
    ],
)
def test_instants(start: str, seconds: int) -> None:
    """A leap second, and fractions of one."""
    found = read(patient(), booked("Patient/1", start=start))
    assert found.busy == {ANA: [(FOUR[0] + timedelta(seconds=seconds), FOUR[1])]}
    assert found.issues == []


@pytest.mark.parametrize(
    ("period", "is_in_force"),
    [
        ({"end": "2026-11-29"}, False), ({"end": "2026-11-30"}, True), ({"end": "2026-10"}, False), ({"end": "2026-11"}, True),
        ({"end": "2025"}, False), ({"end": "2026"}, True), ({"end": "2026-11-30T04:00:00Z"}, False),
        ({"end": "2026-11-30T06:00:00Z"}, True),
        ({"start": "2020-01-01"}, True), ({}, True), ({"end": "?"}, True), ({"end": 7}, True), (None, True), ("2020", True),
    ],
)  # fmt: skip
def test_a_role_that_is_over_gives_no_hours(period: Any, is_in_force: bool) -> None:
    available = [{"daysOfWeek": ["mon"], "allDay": True}]
    away = [{"during": {"start": "2026-12-07", "end": "2026-12-07"}}]
    found = read(practitioner(), role(period=period, availableTime=available, notAvailable=away))
    assert (bool(found.hours), bool(found.away), found.left_out["role_over"]) == (is_in_force, is_in_force, int(not is_in_force))


def test_absences_of_months_and_years() -> None:
    away = [{"during": {"start": start, "end": end}} for start, end in (("2026-12", "2027-02"), ("2027", "2027"), ("2028-02", "2028-02"))]
    assert read(practitioner(), role(notAvailable=away)).away[CORA] == [
        (date(2026, 12, 1), date(2027, 2, 28)), (date(2027, 1, 1), date(2027, 12, 31)), (date(2028, 2, 1), date(2028, 2, 29)),
    ]  # fmt: skip


def test_mistakes_in_what_is_not_taken_do_not_matter() -> None:
    odd_hours = [{"allDay": True}, {"daysOfWeek": ["mon"], "availableStartTime": "25:00:00"}]
    odd_away = [{"during": {"start": "2026-13", "end": "?"}}, {"during": {"start": "2026-12-07"}}]
    odd_busy = booked("Patient/1", start="never")
    bundle = (patient(), practitioner(), role(availableTime=odd_hours, notAvailable=odd_away), odd_busy, booked("Patient/1"))
    for takes, wrong in ((("busy",), {"wrong_time"}), (("leave",), {"wrong_period", "no_period"}), (("hours",), {"wrong_hours"})):
        assert {code for code, _ in codes(read(*bundle, takes=takes))} == wrong  # type: ignore[arg-type]
    assert read(*bundle, takes=("leave",)).busy == {}
    assert {code for code, _ in codes(read(*bundle))} == {"wrong_time", "wrong_period", "no_period", "wrong_hours"}


def test_a_bundle_in_a_bundle_is_told() -> None:
    nested = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": booked("Patient/1")}]}
    found = read(patient(), nested)
    assert (found.busy, codes(found)) == ({}, [("nested_bundle", "Bundle.entry[1].resource")])
    assert found.issues[0].severity == "warning"


WORDS = st.sampled_from(["Patient", "booked", "2026-12-01", "2026-12-01T16:00:00Z", "Patient/1"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted({
        "resourceType", "id", "identifier", "system", "value", "status", "start", "end", "participant", "actor", "reference", "schedule",
        "notAvailable", "during", "availableTime", "daysOfWeek", "practitioner", "minutesDuration", "resource", "request", "fullUrl",
    })), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.unmeasured
@settings(max_examples=80, deadline=None)
@given(
    st.lists(JSON, max_size=4),
    st.lists(st.sampled_from(["Appointment", "Slot", "Schedule", "PractitionerRole", "Practitioner", "Patient", "Other"]), max_size=4),
    JSON,
)
def test_no_bundle_breaks_the_reader(entries: list[Any], types: list[str], anything: Any) -> None:
    typed = [{"resource": {"resourceType": type} | (e if isinstance(e, dict) else {})} for type, e in zip(types, entries, strict=False)]
    for document in ({"entry": [*entries, *typed]}, {"entry": anything}):
        found = read(**document)
        json.dumps([issue.model_dump() for issue in found.issues])


HOURS = st.integers(0, 40)
SPANS = st.lists(st.tuples(HOURS, HOURS).filter(lambda s: s[0] < s[1]), max_size=6)


def moment(hour: int) -> datetime:
    return datetime(2026, 12, 1 + hour // 24, hour % 24, tzinfo=UTC)


def hours(spans: Any) -> set[int]:
    return {h for h in range(48) for start, end in spans if start <= moment(h) < end}


@settings(max_examples=60, deadline=None)
@given(SPANS, SPANS, st.tuples(HOURS, HOURS).filter(lambda s: s[0] < s[1]))
def test_times_are_added_and_taken_away_to_the_hour(left: Any, right: Any, window: Any) -> None:
    """Hour by hour, the plain way."""
    a, b = ([(moment(s), moment(e)) for s, e in spans] for spans in (left, right))
    frame = (moment(window[0]), moment(window[1]))
    assert hours(merged(a)) == hours(a)
    assert all(x[1] < y[0] for x, y in zip(merged(a), merged(a)[1:], strict=False))
    assert hours(subtracted(a, b)) == hours(a) - hours(b)
    assert hours(list(outside(a, frame))) == hours(a) - hours([frame])
    assert hours([s for s in (inside(x, frame) for x in a) if s]) == hours(a) & hours([frame])
