"""What other programs are notified of: each event once, with its cause or not at all, and with nothing but ids, versions and states."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.announcements.models import NewAnnouncement
from api.announcements.store import accept, announce, decline, withdraw
from api.database import Store
from api.database.tables import JobRow, MessageRow
from api.events.kinds import WebhookEvent
from api.instances.store import import_instance
from api.jobs.states import ask_to_stop, begin, fail, finish, give_up, notify_finished, put_back
from api.programs.models import ProgramSettings
from api.programs.store.entities import archive_kept, create_kept, find_kept, replace_kept, restore_kept, write_kept
from api.programs.store.kinds import KINDS
from api.programs.store.programs import create_program
from api.spreadsheets.store.merging.rows import Changes
from api.webhooks.store import create_webhook
from tests.api.jobs.making import make_job
from tests.api.outbox.conftest import CALLS, PROGRAM, with_ana_at
from tests.api.weeks.small import BEFORE, WEEK, good_roster, person
from tests.build import at, instance, participant
from tests.source_tree import ROOT

ALL = get_args(WebhookEvent)
LATER = BEFORE + timedelta(minutes=1)
G1, ANA = "g.g1.2026-11-30", "a.ana.individual.2026-11-30.1"
PEOPLE = KINDS["participants"]


def subscribed(session: Session, *events: str) -> None:
    create_webhook(session, "north", "https://example.org/hook", events or ALL, "user:1", BEFORE)
    session.flush()


def queued(session: Session) -> list[tuple[str, dict[str, Any]]]:
    """The events in the outbox, and their data without the program; it is empty afterwards."""
    session.flush()
    rows = session.scalars(select(MessageRow).where(MessageRow.kind == "webhook").order_by(text("rowid"))).all()
    events = [(row.event, dict(row.payload)) for row in rows]
    assert all(data.pop("program") == "north" for _, data in events)
    for row in rows:
        session.delete(row)
    return events


@pytest.fixture
def listening(store: Store, program: str) -> Iterator[Any]:
    """A webhook for everything; the events since it was last asked."""
    with store.writing() as session:
        subscribed(session)

    def events() -> list[tuple[str, dict[str, Any]]]:
        with store.writing() as session:
            return queued(session)

    return events


class TestPeople:
    def test_every_change_of_a_participant_is_told_once(self, rows):
        subscribed(rows)

        def changes() -> list[tuple[str, int]]:
            events = queued(rows)
            assert all(event == "participant.changed" and data["participant"] == "zoe" for event, data in events)
            return [(data["change"], data["version"]) for _, data in events]

        def zoe(**more: Any) -> Any:
            return PEOPLE.model.model_validate(person("zoe", label="Z. X.", **more))

        row = create_kept(rows, "north", PEOPLE, zoe(), "user:1")
        assert changes() == [("created", 1)]
        replace_kept(rows, row, PEOPLE, zoe(status="on_hold"), "user:1")
        assert changes() == [("changed", 2)]
        replace_kept(rows, row, PEOPLE, zoe(status="discharged"), "user:1")
        assert changes() == [("discharged", 3)]
        replace_kept(rows, row, PEOPLE, zoe(status="discharged", gender="f"), "user:1")
        assert changes() == [("changed", 4)]
        for _ in range(2):
            archive_kept(rows, row, PEOPLE, "user:1", LATER)
        assert changes() == [("archived", 5)]
        for _ in range(2):
            restore_kept(rows, row, PEOPLE, "user:1")
        assert changes() == [("restored", 6)]
        archive_kept(rows, row, PEOPLE, "user:1", LATER)
        write_kept(rows, row, PEOPLE, zoe(), "user:1")
        assert changes() == [("archived", 7), ("restored", 8)]

    def test_imports_and_merges_tell_who_came_and_who_went(self, rows):
        subscribed(rows)
        changes = Changes(rows, "north", None, "user:1", LATER)
        changes.put("participants", PEOPLE.model.model_validate(person("zoe")))
        changes.remove("participants", "zoe")
        assert [(data["participant"], data["change"]) for _, data in queued(rows)] == [("zoe", "created"), ("zoe", "archived")]
        create_program(rows, "east", ProgramSettings(zone="UTC"), "user:1")
        create_webhook(rows, "east", "https://example.org/hook", ALL, "user:1", BEFORE)
        import_instance(rows, "east", instance(participants=[participant("yan")]), "user:1", LATER)
        told = [dict(row.payload) for row in rows.scalars(select(MessageRow).where(MessageRow.kind == "webhook"))]
        assert [(data["program"], data["participant"], data["change"]) for data in told] == [("east", "yan", "created")]

    def test_other_entities_are_nobodys_business(self, rows):
        subscribed(rows)
        room = create_kept(rows, "north", KINDS["rooms"], KINDS["rooms"].model.model_validate({"id": "r9", "site": "s1", "seats": 4}), "u")
        archive_kept(rows, room, KINDS["rooms"], "user:1", LATER)
        assert queued(rows) == []

    def test_only_who_chose_an_event_is_told(self, rows):
        subscribed(rows, "call.done")
        replace_kept(rows, find_kept(rows, "north", PEOPLE, "ana"), PEOPLE, PEOPLE.model.model_validate(person("ana")), "user:1")
        assert queued(rows) == []


def test_announced_absences_and_their_answers_are_told(rows):
    subscribed(rows)
    away = NewAnnouncement(first=date(2026, 12, 1), last=date(2026, 12, 2), start="09:00", end="10:00")
    for n, answer in enumerate((accept, decline, withdraw)):
        row = announce(rows, "north", ("ana", "ben", "cid")[n], away, "participant:x", BEFORE)
        data = {"announcement": row.id, "participant": row.participant, "version": 1, "state": "open", "absence": None}
        assert queued(rows) == [("absence.announced", data)]
        for _ in range(2):
            answer(rows, row, *(["too_late"] if answer is decline else []), "user:1", LATER)
        expected = (("answered", "accepted", row.id), ("answered", "declined", None), ("withdrawn", "withdrawn", None))[n]
        answered = data | {"version": 2, "state": expected[1], "absence": expected[2]}
        assert [event for event in queued(rows) if event[0].startswith("absence")] == [(f"absence.{expected[0]}", answered)]


def test_attendance_is_told_by_the_sessions_number(coordinator, publish, listening, clock):
    publish(good_roster())
    listening()
    clock(at("mon", "13:30"))
    address = f"{WEEK}/attendance/{ANA}/ana"
    coordinator.put(address, json={"status": "attended"}, headers={"If-None-Match": "*"})
    coordinator.put(address, json={"status": "no_show"}, headers={"If-Match": '"1"'})
    coordinator.put(address, json={"status": "no_show"}, headers={"If-Match": '"1"'})
    events = listening()
    assert [(event, data["change"], data["version"]) for event, data in events] == [
        ("attendance.changed", "recorded", 1),
        ("attendance.changed", "corrected", 2),
    ]
    assert {(data["monday"], data["participant"]) for _, data in events} == {("2026-11-30", "ana")}
    (number,) = {data["session"] for _, data in events}
    assert "individual" not in number
    read = coordinator.get(f"{WEEK}/attendance/{number}/ana")
    assert (read.status_code, read.json()["session"], read.json()["status"], read.headers["ETag"]) == (200, ANA, "no_show", '"2"')
    coordinator.delete(address, headers={"If-Match": '"2"'})
    ((event, data),) = listening()
    assert (event, data["change"], data["version"], data["session"]) == ("attendance.changed", "deleted", None, number)
    assert coordinator.get(f"{WEEK}/attendance/{number}/ana").json()["code"] == "not_found"
    sheet = {"items": [{"session": G1, "participant": p, "status": "attended"} for p in ("ana", "ben", "cid")]}
    assert coordinator.post(f"{WEEK}/attendance", json=sheet).status_code == 200
    assert [data["participant"] for _, data in listening()] == ["ana", "ben", "cid"]
    sheet["items"].append({"session": G1, "participant": "zoe", "status": "attended"})
    assert coordinator.post(f"{WEEK}/attendance", json=sheet).status_code >= 400
    assert listening() == []


def test_calls_are_told_when_done_and_reopened(coordinator, publish, listening, clock):
    publish(good_roster())
    clock(at("mon", "20:00") - timedelta(days=1))
    publish(with_ana_at("mon", "14:00"))
    call, *_ = coordinator.get(CALLS, params={"state": "to_do"}).json()["items"]
    listening()
    for state, version in (("reached", 1), ("to_do", 2)):
        marked = coordinator.put(f"{CALLS}/{call['id']}", json={"state": state}, headers={"If-Match": f'"{call["version"] + version - 1}"'})
        assert marked.status_code == 200, marked.text
        data = {"monday": "2026-11-30", "call": call["id"], "version": call["version"] + version, "state": state}
        assert listening() == [("call.done" if state == "reached" else "call.reopened", data)]


def test_finished_jobs_of_a_program_are_told(store, settings, program, listening):
    def job() -> str:
        return make_job(store, settings, program=program)

    waiting, stopped, failed, lost, again, stateless = job(), job(), job(), job(), job(), make_job(store, settings)
    with store.writing() as session:
        ask_to_stop(session, settings, waiting)
        assert finish(session, settings, begin(session, stopped), "stopped")
        session.get_one(JobRow, stopped).roster = "r1"
        notify_finished(session, stopped)
        assert fail(session, settings, begin(session, failed), "no_roster")
        notify_finished(session, failed)
        assert give_up(session, settings, begin(session, lost))
        assert put_back(session, begin(session, again), None)
        assert finish(session, settings, begin(session, stateless), "completed")
        notify_finished(session, stateless)
    events = {data["job"]: (event, data["state"], data["roster"], data["monday"]) for event, data in listening()}
    assert events == {
        waiting: ("job.finished", "stopped", None, "2026-11-30"),
        stopped: ("job.finished", "stopped", "r1", "2026-11-30"),
        failed: ("job.finished", "failed", None, "2026-11-30"),
        lost: ("job.finished", "failed", None, "2026-11-30"),
    }


def test_the_documentation_lists_every_event():
    page = (ROOT / "docs" / "webhooks.md").read_text()
    assert [event for event in ALL if f"| `{event}` |" not in page] == []


def test_no_event_names_a_person(coordinator, listening):
    document = coordinator.get(f"{PROGRAM}/participants/ana").json()
    coordinator.put(f"{PROGRAM}/participants/ana", json=document | {"label": "Quennell"}, headers={"If-Match": '"1"'})
    assert "Quennell" not in json.dumps(listening())
