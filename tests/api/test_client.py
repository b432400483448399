"""The typed client against the real application: tools, jobs, a program from import to attendance; errors, versions, retries."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.attendance.models import AttendanceItem, OutreachRecord
from api.client import ApiError, Client, JobFailedError
from api.client.wire import Wire
from api.database import Store
from api.jobs.job_runner import Ending, JobRunner
from api.kernel.settings import Settings
from api.programs.models import AbsenceEntry, NewProgram
from api.weeks.models.edits import MoveSession, UnbookParticipant
from scheduler.instance import Participant, Pin
from scheduler.offers import OffersQuestion
from scheduler.repair.disruption import Disruption
from scheduler.result import SolveStatus
from scheduler.rollover import resume
from scheduler.rules import RULES
from scheduler.verify import verify
from scheduler.whatif import WhatifQuestion
from tests.api.conftest import MakeKey, WaitingEngine
from tests.api.weeks.small import MONDAY, small_instance
from tests.build import ZONE, at, instance, participant
from tests.tiny import drawn

# The client sets a time-out for what takes long; Starlette's test client has none to set.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


class BusyEngine(WaitingEngine):
    """Runs what is submitted in a thread, in this process."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.ending = settings, Ending()
        self.store: Store | None = None
        self.threads: list[threading.Thread] = []

    def submit(self, job: str, priority: int) -> None:
        assert self.store is not None
        thread = threading.Thread(target=JobRunner(self.store, self.settings, self.ending).do, args=(job,))
        thread.start()
        self.threads.append(thread)


@pytest.fixture
def engine(settings: Settings) -> Iterator[BusyEngine]:
    made = BusyEngine(settings)
    yield made
    for thread in made.threads:
        thread.join()


@pytest.fixture
def stepdown(app: FastAPI, store: Store, engine: BusyEngine, client: TestClient, key: MakeKey) -> Client:
    """A client with a key for everything."""
    engine.store = store
    client.headers.update(key("admin"))
    return Client("", http=client)


class TestTools:
    def test_an_example_is_solved_judged_compared_and_explained(self, stepdown: Client) -> None:
        week = drawn(5)
        result = stepdown.solve(week, seconds=200, fix_seconds=0)
        assert result.status == SolveStatus.OPTIMAL
        assert result.roster is not None
        assert result.care is not None
        found = stepdown.verify(week, result.roster)
        assert (found.is_legal, found.objective is not None and found.objective.care) == (True, result.care.objective)
        assert stepdown.compare(week, result.roster, result.roster).bookings == ()
        assert stepdown.explain(week, result.roster).care == result.care.objective
        assert stepdown.whatif(week, result.roster, WhatifQuestion(participant=week.participants[0].id)).lists
        published = resume(week, result.roster, at("mon", "00:00"))
        out = Disruption(kind="clinician", id="dan", start=at("mon", "00:00"), end=at("sun", "00:00"))
        assert all(verify(published, answer.roster) == () for answer in stepdown.repair(published, out).answers)
        first = stepdown.offers(week, result.roster, OffersQuestion(participant=week.participants[0].id)).offers[0]
        assert (first.care, first.preference) == (result.care.objective, found.objective and found.objective.preference)

    def test_rules_policies_and_examples_are_read(self, stepdown: Client) -> None:
        names = [example.name for example in stepdown.examples().examples]
        assert "demo" in names
        assert stepdown.validate(stepdown.example("demo")).is_valid
        assert len(stepdown.rules().rules) == len(RULES)
        assert "adult_iop_2_1" in [pack.id for pack in stepdown.policies().policies]

    def test_a_bad_instance_is_an_error_with_every_path(self, stepdown: Client) -> None:
        bad = instance(participants=[participant("ana", home_track="nowhere"), participant("ben", phase="nothing")])
        with pytest.raises(ApiError, match="nowhere") as caught:
            stepdown.submit(bad)
        assert (caught.value.status, caught.value.code) == (400, "bad_instance")
        assert caught.value.problem is not None
        assert len(caught.value.problem.issues) == 2


class TestJobs:
    def test_a_job_is_followed_to_its_end(self, stepdown: Client) -> None:
        job = stepdown.submit(drawn(4), seconds=200, fix_seconds=0)
        seen = list(stepdown.jobs.follow(job.id))
        assert seen[-1].state == "completed"
        assert [j.revision for j in seen] == sorted({j.revision for j in seen})
        assert stepdown.jobs.wait(job.id).instance == drawn(4).id
        assert [j.id for j in stepdown.jobs.list("completed")] == [job.id]

    def test_a_job_that_failed_says_why(self, stepdown: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def crash(*_: Any, **__: Any) -> None:
            raise RuntimeError("the machine is on fire")

        monkeypatch.setattr("api.jobs.job_runner.solve", crash)
        with pytest.raises(JobFailedError) as caught:
            stepdown.solve(drawn(4))
        assert caught.value.job.state == "failed"
        assert "fire" not in str(caught.value)

    def test_a_stranger_sees_no_job(self, stepdown: Client) -> None:
        with pytest.raises(ApiError) as caught:
            stepdown.jobs.get("f" * 32)
        assert (caught.value.status, caught.value.code) == (404, "not_found")


class TestPrograms:
    def test_from_import_to_the_minutes_of_the_week(self, app: FastAPI, stepdown: Client, tmp_path: Path) -> None:
        app.state.clock = lambda: datetime(2026, 11, 26, 15, tzinfo=UTC)
        stepdown.create_program(NewProgram(id="north", zone=ZONE))
        north = stepdown.program("north")
        assert north.import_week(small_instance()).created["participants"] == 3
        assert [p.id for p in north.participants.list()] == ["ana", "ben", "cid"]
        assert [p.id for p in north.participants.list(sort="-id", therapist="cora")] == []
        assert north.participants.count(changed_since=datetime(2026, 11, 26, tzinfo=UTC), status=["active", "waiting"]) == 3
        batch = [{"id": "ana", "fields": {"gender": "f"}}, {"id": "ben", "version": 1, "fields": {"label": "B. X."}}]
        for is_dry_run in (True, False):
            result = north.participants.put_many(batch, is_dry_run=is_dry_run)
            assert (result.changed, result.unchanged, result.items[0].version) == (1, 1, 2)
        week = north.week(MONDAY)
        assert week.issues().is_solvable

        pin = week.pin(Pin(kind="booking", participant="ana", group="g1"))
        week.unpin(pin)
        assert list(week.pins()) == []

        job = week.generate(seconds=200, fix_seconds=0)
        stepdown.jobs.wait(job.id)
        (draft,) = week.rosters()
        roster = week.roster(draft.id)
        assert (draft.violations, draft.care.objective) == (0, 0)

        session = next(s for s in roster.value.roster.sessions if s.group is not None)
        edited = week.edit(draft.id, [UnbookParticipant(do="unbook", session=session.id, participant="ana")], roster.etag)
        assert edited.difference.comparison.care.after >= 130 + 180
        moved = week.edit(edited.id, [MoveSession(do="move", session=session.id, time="03:00")], f'"{edited.version}"')
        assert not moved.verdict.is_legal

        check = week.check(draft.id)
        published = week.publish(draft.id, f'"{check.week_version}"')
        assert published.published is not None
        assert published.published.id == draft.id
        assert {b.participant for s in week.published().sessions for b in s.bookings} == {"ana", "ben", "cid"}

        app.state.clock = lambda: datetime(2026, 12, 6, 15, tzinfo=UTC)
        items = [
            AttendanceItem(session=s.id, participant=b.participant, status="attended")
            for s in week.published().sessions
            for b in s.bookings
            if b.participant == "ana"
        ]
        assert len(week.record(items)) == len(items)
        assert week.attendance_of(items[0].session, "ana").etag == '"1"'
        assert [mark.participant for mark in week.attendance(sort="-changed_at")] == ["ana"] * len(items)
        assert [entry.monday for entry in north.weeks(sort="monday")] == [MONDAY]
        (ana,) = north.minutes("ana", MONDAY, MONDAY)
        assert ana.delivered.minutes == ana.scheduled.minutes >= ana.ordered.floor == 360
        ben = next(s for s in week.published().sessions if any(b.participant == "ben" for b in s.bookings))
        assert list(week.late_notices()) == []
        with pytest.raises(ApiError, match="not_found"):
            week.forget_late(ben.id, "ben", '"1"')
        week.record([AttendanceItem(session=ben.id, participant="ben", status="no_show")])
        attempt = week.record_outreach(ben.id, "ben", OutreachRecord(result="reached"))
        assert [(a.id, a.participant) for a in week.outreach()] == [(attempt.id, "ben")]
        assert {item.kind for item in north.due(participant="cid")} == set()
        assert {item.kind for item in north.due()} == {"unmarked"}
        leave = AbsenceEntry(clinician="cora", first=MONDAY, last=MONDAY)
        assert north.leave_effects(leave) == []

        north.export(tmp_path / "north.zip")
        assert zipfile.is_zipfile(tmp_path / "north.zip")
        with pytest.raises(ApiError, match="not_found"):
            stepdown.program("west").export(tmp_path / "west.zip")
        assert not (tmp_path / "west.zip").exists()

        north.participants.create(Participant.model_validate(participant("eve", status="discharged")))
        north.participants.archive("eve", '"1"')
        assert north.delete_data("eve", "request", is_dry_run=True).is_dry_run
        assert north.delete_data("eve", "request").rows == {"participants": 1}
        assert [deletion.participant for deletion in north.deletions()] == ["eve"]

        dee = participant("dee", status="waiting", order=small_instance().participants[0].order)
        north.participants.create(Participant.model_validate(dee))
        until = datetime(2026, 12, 7, tzinfo=UTC)
        first = north.schedules("dee")[0]
        assert (first.first, first.minutes) == (date(2026, 12, 7), 410)
        held = north.hold_offer("dee", first, until)
        assert [(offer.id, offer.until) for offer in north.offers()] == [(held.id, until)]
        assert north.release_offer(held.id) == held
        accepted = north.accept_offer(north.hold_offer("dee", first, until).id)
        assert (accepted.participant, accepted.monday, accepted.roster) == ("dee", date(2026, 12, 7), None)
        with pytest.raises(ApiError, match="no longer waiting"):
            north.decline_offer(held.id)

    def test_a_version_seen_too_early_is_refused(self, stepdown: Client) -> None:
        stepdown.create_program(NewProgram(id="north", zone=ZONE))
        north = stepdown.program("north")
        north.import_week(small_instance())
        ana = north.participants.get("ana")
        north.participants.change("ana", {"may_wait_longer": True}, ana.etag)
        with pytest.raises(ApiError) as caught:
            north.participants.replace("ana", ana)
        assert (caught.value.status, caught.value.code) == (412, "changed_meanwhile")
        again = north.participants.get("ana")
        assert again.value.may_wait_longer
        north.participants.archive("ana", again.etag)
        assert [p.id for p in north.participants.list()] == ["ben", "cid"]
        assert north.participants.restore("ana").value.id == "ana"


class TestWire:
    @staticmethod
    def wire(*answers: httpx2.Response | Exception) -> tuple[Wire, list[httpx2.Request], list[float]]:
        """A wire to a service that gives these answers, what it was sent, and how long the client paused."""
        waiting, sent, pauses = list(answers), [], []

        def answer(request: httpx2.Request) -> httpx2.Response:
            sent.append(request)
            found = waiting.pop(0)
            if isinstance(found, Exception):
                raise found
            return found

        http = httpx2.Client(base_url="http://service", transport=httpx2.MockTransport(answer))
        return Wire(http, pauses.append), sent, pauses

    def test_a_busy_service_is_asked_again_when_it_says(self) -> None:
        wire, sent, pauses = self.wire(httpx2.Response(429, headers={"Retry-After": "7"}), httpx2.Response(200, json={}))
        assert wire.send("POST", "/v1/solve").status_code == 200
        assert pauses == [7.0]
        assert len({r.headers["Idempotency-Key"] for r in sent}) == 1

    def test_a_broken_connection_is_tried_four_times(self) -> None:
        wire, sent, pauses = self.wire(*(httpx2.ConnectError("gone") for _ in range(4)))
        with pytest.raises(ApiError, match="did not answer"):
            wire.send("GET", "/v1/rules")
        assert (len(sent), pauses) == (4, [0.2, 0.4, 0.8])

    def test_an_answer_of_a_proxy_is_no_traceback(self) -> None:
        wire, _, _ = self.wire(httpx2.Response(502, text="<html>bad gateway</html>"))
        with pytest.raises(ApiError) as caught:
            wire.send("GET", "/v1/rules")
        assert (caught.value.status, caught.value.code) == (502, "")
        assert "html" not in str(caught.value)
