"""What became of bookings: published, moved, cancelled, published again, attended."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from api.attendance.models import AttendanceStatus
from scheduler.exchange.fhir.appointments import AttendanceFact
from scheduler.exchange.fhir.codes import STATUSES
from scheduler.exchange.fhir.settings import FhirSettings, ServiceCode
from scheduler.exchange.fhir.versions import told_at
from tests.build import MONDAY, meet, roster, run
from tests.exchange.fhir.checks import faults
from tests.exchange.fhir.weeks import LATER, PUBLISHED, appointments, published, slots

G1, ANA = f"g.g1.{MONDAY}", (f"g.g1.{MONDAY}", "ana")
BOTH = roster(run("g1", "mon", "09:00", ("ana", "ben")))
PAGE = (Path(__file__).parents[3] / "docs" / "inside" / "exchange.md").read_text(encoding="utf-8")


def test_the_people_of_a_session_share_slots_and_an_identifier_and_see_nothing_of_each_other() -> None:
    found = appointments(published(BOTH))
    ana, ben = found[ANA], found[G1, "ben"]
    assert ana.identifier == ben.identifier
    assert ana.slot == ben.slot
    assert ana.slot is not None
    assert {s.id for s in slots(published(BOTH))} == {str(r.reference).removeprefix("Slot/") for r in ana.slot}
    assert b"ben" not in ana.as_json()
    assert (ana.minutes_duration, ana.status, faults(json.loads(ana.as_json()))) == (180, "booked", [])


def test_publishing_the_same_again_changes_no_version() -> None:
    assert appointments(published(BOTH)) == appointments(published(BOTH, BOTH))
    assert slots(published(BOTH)) == slots(published(BOTH, BOTH, BOTH))


def test_a_moved_session_keeps_its_ids_and_has_a_newer_version() -> None:
    before, after = (
        appointments(published(BOTH))[ANA],
        appointments(published(BOTH, roster(run("g1", "tue", "10:00", ("ana", "ben")))))[ANA],
    )
    assert (before.id, before.identifier, before.slot) == (after.id, after.identifier, after.slot)
    assert before.meta is not None
    assert after.meta is not None
    assert before.meta.version_id != after.meta.version_id
    assert (before.meta.last_updated, after.meta.last_updated) == (told_at(PUBLISHED), told_at(LATER))
    assert after.start is not None
    assert after.start.isoformat() == "2026-12-01T10:00:00-05:00"


def test_what_is_published_no_longer_is_cancelled_by_the_provider() -> None:
    without_ana = roster(run("g1", "mon", "09:00", ("ben",)))
    found = appointments(published(BOTH, without_ana))
    gone = json.loads(found[ANA].as_json())
    assert gone["status"] == "cancelled"
    assert gone["cancelationReason"]["coding"][0]["code"] == "prov"
    assert "slot" not in gone
    assert gone["meta"]["lastUpdated"] == "2026-11-27T09:30:59Z"
    assert [p["status"] for p in gone["participant"]] == ["accepted", "declined", "declined"]
    assert faults(gone) == []
    assert found[G1, "ben"] == appointments(published(BOTH))[G1, "ben"]


def test_a_week_that_is_taken_back_cancels_all_and_comes_back_with_the_same_ids() -> None:
    back, again = appointments(published(BOTH, None)), appointments(published(BOTH, None, BOTH))
    assert {told.status for told in back.values()} == {"cancelled"}
    assert {told.status for told in again.values()} == {"booked"}
    assert {told.id for told in back.values()} == {told.id for told in again.values()}
    versions = {a.meta.version_id for told in (appointments(published(BOTH)), back, again) for a in told.values() if a.meta}
    assert len(versions) == 6, "the third is no return to the first version"


def test_a_slot_of_a_session_that_is_gone_invites_nobody_to_book() -> None:
    assert {slot.status for slot in slots(published(BOTH))} == {"busy"}
    assert {slot.status for slot in slots(published(BOTH, roster()))} == {"entered-in-error"}


def test_a_session_that_changes_its_clinician_leaves_the_schedule_of_the_first() -> None:
    other = roster(run("g1", "mon", "09:00", ("ana",), facilitators=["dan"]))
    found = {str(slot.schedule.reference): slot.status for slot in slots(published(BOTH, other))}
    assert found == {"Schedule/c-cora": "entered-in-error", "Schedule/r-r1": "busy", "Schedule/c-dan": "busy"}


def test_a_session_of_nobody_and_nowhere_takes_time_of_its_service() -> None:
    alone = roster(run("g1", "mon", "09:00", ("ana@home",), facilitators=[], room=None, site=None, mode="telehealth"))
    assert [slot.schedule.reference for slot in slots(published(alone))] == ["Schedule/s-process"]
    told = json.loads(appointments(published(alone))[ANA].as_json())
    assert faults(told) == []
    assert [p["actor"]["reference"] for p in told["participant"]] == ["Patient/ana"]


def test_telehealth_is_told_and_has_no_place() -> None:
    told = appointments(published(roster(run("g1", "mon", "09:00", ("ana@home", "ben"), mode="hybrid"))))
    home, room = json.loads(told[ANA].as_json()), json.loads(told[G1, "ben"].as_json())
    assert [found["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] for found in (home, room)] == ["VR", "AMB"]
    assert "Location" not in str(home)
    assert "Location/r-r1" in str(room)


def test_co_leaders_come_after_the_leader() -> None:
    told = json.loads(appointments(published(roster(run("g1", "mon", "09:00", ("ana",), facilitators=["cora", "dan"]))))[ANA].as_json())
    roles = [(p["actor"]["reference"], p["type"][0]["coding"][0]["code"]) for p in told["participant"] if "type" in p]
    assert roles == [("PractitionerRole/cora", "PPRF"), ("PractitionerRole/dan", "SPRF")]


AFTER = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", get_args(AttendanceStatus))
def test_attendance_is_told_by_the_table(status: str) -> None:
    recorded = AttendanceFact(status, AFTER)
    told = json.loads(appointments(published(BOTH), {ANA: recorded}, now=AFTER + timedelta(days=1))[ANA].as_json())
    standing = STATUSES[status]
    reason = told.get("cancelationReason", {}).get("coding", [{}])[0].get("code")
    assert (told["status"], told["participant"][0]["status"], reason) == (standing.status, standing.patient, standing.reason)
    assert told["meta"]["lastUpdated"] == "2026-12-01T12:00:59Z"
    assert faults(told) == []


def test_somebody_who_came_has_arrived_until_the_session_ends() -> None:
    """Monday 9:00 to 12:00 in New York; written down at 9:10."""
    begun, end = datetime(2026, 11, 30, 14, 10, tzinfo=UTC), datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    at = {now: appointments(published(BOTH), {ANA: AttendanceFact("attended", begun)}, now=now)[ANA] for now in (begun, end)}
    assert [told.status for told in at.values()] == ["arrived", "fulfilled"]
    assert [told.meta.last_updated for told in at.values() if told.meta] == [told_at(begun), told_at(end)]


def test_attendance_of_somebody_who_is_booked_no_longer_does_not_count() -> None:
    told = appointments(published(BOTH, roster()), {ANA: AttendanceFact("excused", LATER)})[ANA]
    assert told.status == "cancelled"
    assert told.cancelation_reason is not None
    assert told.cancelation_reason.coding is not None
    assert told.cancelation_reason.coding[0].code == "prov"


def test_changes_are_told_at_the_end_of_their_minute() -> None:
    """Stamped 10:00:00; somebody asked at 10:00:20, and asks next for what is newer than that."""
    assert told_at(datetime(2026, 11, 26, 10, 0, tzinfo=UTC)) == datetime(2026, 11, 26, 10, 0, 59, tzinfo=UTC)


def test_codes_of_the_program_stand_before_our_own() -> None:
    code = ServiceCode(system="http://snomed.info/sct", code="76168009", display="Group psychotherapy")
    settings = FhirSettings(service_types={"process": (code,)}, service_categories={"process": (code,)}, patient_system="urn:oid:1.2.3")
    told = json.loads(appointments(published(BOTH), settings=settings)[ANA].as_json())
    assert [c["code"] for c in told["serviceType"][0]["coding"]] == ["76168009", "process"]
    assert told["serviceCategory"][0]["coding"][0]["display"] == "Group psychotherapy"
    assert told["participant"][0]["actor"]["identifier"] == {"system": "urn:oid:1.2.3", "value": "ana"}
    assert faults(told) == []


def test_an_hour_that_is_there_twice_is_told_with_its_offset() -> None:
    """November 1, 2026, 1:30 in New York, the second time: the fold is in the offset."""
    start = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    told = appointments(published(roster(meet("ana", "mon", "09:00", start=start, end=start + timedelta(hours=1)))))
    [found] = told.values()
    assert json.loads(found.as_json())["start"] == "2026-11-01T01:30:00-05:00"


def test_the_page_shows_the_table_of_statuses() -> None:
    rows: list[tuple[Any, ...]] = re.findall(r"^\| `(\w+)` \|[^|]*\| `(\S+)` \| `(\S+)` \| `(\S+)` \| (\S*) *\|$", PAGE, re.M)
    shown = {key: (status, patient, staff, reason.strip("`") or None) for key, status, patient, staff, reason in rows}
    assert shown == {key: (s.status, s.patient, s.staff, s.reason) for key, s in STATUSES.items()}
