"""A participant's data is deleted after its time: no trace of them is left, and everything about others is as it was."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.database.integrity_check import check_store
from api.database.tables import AuditEntryRow, Base, MessageRow, PublishedSessionRow
from api.deletions.store.deletion import keeping_of
from api.deletions.store.documents import FIELDS, appointments_of, without_person
from api.deletions.store.traces import own_rows
from api.exports.store import export_program
from api.programs.store.entities import find_participant
from api.weeks.models.weeks import WeekSettings
from scheduler.instance import Instance
from scheduler.names import references
from scheduler.roster import Roster
from tests.api.weeks.small import BEFORE, PROGRAM, WEEK, good_roster, keep_program, small_instance
from tests.build import at

PEOPLE, DELETIONS = f"/v1/programs/{PROGRAM}/participants", f"/v1/programs/{PROGRAM}/deletions"
G1, ANA = "g.g1.2026-11-30", "a.ana.individual.2026-11-30.1"
AFTERWARDS = datetime(2026, 12, 21, 15, tzinfo=UTC)


def lines(store: Any, program: str = PROGRAM) -> dict[str, list[Any]]:
    """Everything that is stored about a program, by table."""
    with zipfile.ZipFile(io.BytesIO(b"".join(export_program(store, program, BEFORE)))) as archive:
        return {n.removesuffix(".jsonl"): archive.read(n).decode().splitlines() for n in archive.namelist() if n.endswith(".jsonl")}


@pytest.fixture
def past(published, admin, store, clock):
    """The week is over; ana left much behind, and is archived. A director."""
    client = admin
    hook = {"url": "https://example.org/hook", "events": ["participant.changed", "attendance.changed"]}
    assert client.post(f"/v1/programs/{PROGRAM}/webhooks", json=hook).status_code == 201
    order = {"participant": "ana", "first": "2026-11-30", "order": small_instance().participants[0].order.model_dump(mode="json")}
    assert client.post(f"/v1/programs/{PROGRAM}/orders", json=order).status_code == 201
    consent = {"kind": "attendance_letter", "first": "2026-11-23"}
    assert client.post(f"{PEOPLE}/ana/consents", json=consent).status_code == 201
    assert client.post(f"{PEOPLE}/ana/links").status_code == 201
    relation = {"a": "ben", "b": "ana", "kind": "apart_in_time"}
    assert client.post(f"/v1/programs/{PROGRAM}/relations", json=relation).status_code == 201
    assert client.get(f"{WEEK}/rosters").json()["items"]
    clock(at("mon", "13:30"))
    for person in ("ana", "ben"):
        mark = client.put(f"{WEEK}/attendance/{G1}/{person}", json={"status": "attended"}, headers={"If-None-Match": "*"})
        assert mark.status_code == 200
    client.put(f"{WEEK}/attendance/{G1}/ana", json={"status": "no_show"}, headers={"If-Match": '"1"'})
    client.post(f"{WEEK}/attendance/{G1}/ana/outreach", json={"result": "reached"})
    clock(AFTERWARDS)
    assert client.delete(f"{PEOPLE}/ana", headers={"If-Match": '"1"'}).status_code == 200
    return client


def test_no_trace_is_left_and_others_are_as_they_were(past, store):
    keep_program(store, small_instance(), "south")
    south, before = lines(store, "south"), lines(store)
    answer = past.post(DELETIONS, json={"participant": "ana", "reason": "request"})
    assert answer.status_code == 201, answer.text
    view = answer.json()
    assert (view["participant"], view["reason"], view["last_service"], view["kept_until"]) == ("ana", "request", "2026-12-01", "2033-12-01")
    some = {"attendance": 1, "consents": 1, "orders": 1, "participants": 1, "published_bookings": 3, "rosters": 1}
    assert view["rows"] | some == view["rows"]
    after = lines(store)
    for table in after.keys() - {"audit", "deletions", "outbox"}:
        assert [line for line in after[table] if '"ana"' in line or "A. X." in line or ".ana." in line] == [], table
    assert lines(store, "south") == south
    for table in ("participants", "attendance", "published_bookings"):
        others = [line for line in before[table] if '"ana"' not in line]
        assert [line for line in others if line not in after[table]] == []
    assert not check_store(store).faults
    listed = past.get(DELETIONS).json()["items"]
    assert listed == [view] == [past.get(answer.headers["Location"]).json()]
    with store.reading() as session:
        (event,) = [row for row in session.scalars(select(MessageRow)) if row.payload.get("participant") == "ana"]
        assert event.payload == {"program": "north", "participant": "ana", "version": None, "change": "deleted"}
        entry = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "participant.delete")).one()
        assert (entry.target, entry.caller) == ("participant=ana dry_run=false", view["by"])
    assert past.post(DELETIONS, json={"participant": "ana", "reason": "request"}).status_code == 404


def test_the_weeks_of_others_can_be_read_and_judged(past, published):
    past.post(DELETIONS, json={"participant": "ana", "reason": "request"})
    week = past.get(f"{WEEK}/published").json()
    assert {b["participant"] for s in week["sessions"] for b in s["bookings"]} == {"ben", "cid"}
    roster = past.get(f"{WEEK}/rosters/{published['id']}")
    assert (roster.status_code, len(roster.json()["roster"]["sessions"])) == (200, 4)
    assert [(m["session"], m["participant"]) for m in past.get(f"{WEEK}/attendance").json()["items"]] == [(G1, "ben")]
    assert past.get(f"{WEEK}/instance").status_code == past.get(f"{WEEK}/minutes").status_code == 200


def test_records_are_kept_until_their_time_unless_there_is_a_reason(past, clock):
    early = past.post(DELETIONS, json={"participant": "ana"})
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    assert "2033-12-01" in early.json()["detail"]
    assert past.post(DELETIONS, json={"participant": "ana", "reason": "no free text"}).status_code == 422
    clock(datetime(2033, 12, 1, 20, tzinfo=UTC))
    assert past.post(DELETIONS, json={"participant": "ana"}).status_code == 409
    clock(datetime(2033, 12, 2, 8, tzinfo=UTC))
    assert past.post(DELETIONS, json={"participant": "ana"}, params={"dry_run": True}).json()["is_dry_run"] is True
    done = past.post(DELETIONS, json={"participant": "ana"})
    assert (done.status_code, done.json()["reason"]) == (201, None)


def test_a_dry_run_deletes_nothing(past, store):
    before = lines(store)
    tried = past.post(DELETIONS, json={"participant": "ana", "reason": "request"}, params={"dry_run": True})
    assert (tried.status_code, tried.json()["rows"]["attendance"], "Location" in tried.headers) == (201, 1, False)
    after = lines(store)
    assert {table for table in after if after[table] != before[table]} <= {"audit"}


def test_who_is_in_the_program_is_not_deleted(past):
    for person, status in (("ben", 409), ("zoe", 404)):
        assert past.post(DELETIONS, json={"participant": person, "reason": "request"}).status_code == status


def test_a_leap_day_is_kept_until_the_first_of_march(rows):
    person = find_participant(rows, "north", "ana")
    person.document = person.document | {"discharge": "2028-02-29"}
    assert keeping_of(rows, person) == (date(2028, 2, 29), date(2035, 3, 1))
    person.document = {name: value for name, value in person.document.items() if name != "discharge"}
    person.archived_at = BEFORE - timedelta(hours=16)
    assert keeping_of(rows, person) == (None, date(2033, 11, 25))


class TestDocuments:
    def test_every_field_that_names_a_participant_is_known(self):
        """Whatever names them in a contract is an entry with one of the fields."""
        for model in (Instance, Roster, WeekSettings):
            assert {path[-1] for path in _paths(model, ())} <= set(FIELDS), model

    def test_a_shared_appointment_keeps_the_other_and_loses_the_name(self):
        both = [{"participant": "ana"}, {"participant": "ben"}]
        session = {"id": "a.ana.couple.2026-11-30.1", "service": "couple", "group": None, "bookings": both}
        other = session | {"id": "a.ana.x.couple.2026-11-30.1", "bookings": [{"participant": "ana.x"}]}
        orders = [{"services": [{"partner": "ana"}, {"n": 1}]}]
        document = {"sessions": [session, other], "homes": [{"participant": "ana"}], "orders": orders}
        names = dict(appointments_of(document, "ana", "deleted-1"))
        assert without_person(document, "ana", names) == {
            "sessions": [session | {"id": "a.deleted-1.couple.2026-11-30.1", "bookings": [{"participant": "ben"}]}, other],
            "homes": [],
            "orders": [{"services": [{"n": 1}]}],
        }

    def test_an_instance_names_nobody_who_was_deleted(self):
        week = json.loads(small_instance().model_dump_json())
        week["history"]["last_week"] = json.loads(good_roster().model_dump_json())
        cleaned = Instance.model_validate(without_person(week, "ana", {}))
        assert [p.id for p in cleaned.participants] == ["ben", "cid"]
        assert [r.path for r in references(Instance, cleaned) if r.id == "ana"] == []
        assert "ana" not in {b.participant for s in cleaned.history.last_week.sessions for b in s.bookings}


def _paths(model: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    from scheduler.names import _steps

    paths: list[tuple[str, ...]] = []

    def walk(steps: Any, path: tuple[str, ...]) -> None:
        for step in steps:
            if step.names is None:
                walk(step.inside, (*path, step.field))
            elif step.names.kind == "participants":
                paths.append((*path, step.field))

    walk(_steps(model), path)
    return paths


def test_every_table_about_participants_is_named():
    named = {table.__tablename__ for table, _ in own_rows("north", "ana")}
    about = {t.name for t in Base.metadata.sorted_tables if {"participant", "subject"} & set(t.columns.keys())}
    assert about - named == {"deletions"}
    assert PublishedSessionRow.__tablename__ not in named
