"""The stateless tools."""

from __future__ import annotations

import json
import os
import signal
import threading
import time

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow
from api.kernel.process_pool import ChildError, ProcessPool
from scheduler.case import Case
from scheduler.explain import explain
from scheduler.reading import read_instance, read_roster
from scheduler.verify import judge
from scheduler.whatif import WhatifQuestion, ask
from tests.source_tree import ROOT

NAME = "unchanged_week"
INSTANCE = json.loads((ROOT / "instances" / f"{NAME}.json").read_bytes())
ROSTER = json.loads((ROOT / "instances" / "best" / f"{NAME}.json").read_bytes())


def bent(**fields: object) -> dict[str, object]:
    """The roster with its first session changed."""
    first, *others = ROSTER["sessions"]
    return ROSTER | {"sessions": [first | fields, *others]}


class TestValidate:
    def test_a_sound_instance_is_valid(self, admin):
        answer = admin.post("/v1/validate", json=INSTANCE)
        assert (answer.status_code, answer.json()["is_valid"]) == (200, True)

    def test_an_instance_with_errors_is_told_all_of_them(self, admin):
        answer = admin.post("/v1/validate", json=INSTANCE | {"monday": "2026-12-01"})
        assert (answer.status_code, answer.json()["is_valid"]) == (200, False)
        issue = answer.json()["issues"][0]
        assert (issue["code"], issue["severity"], issue["path"]) == ("not_a_monday", "error", "monday")

    def test_what_is_no_instance_is_refused(self, admin):
        answer = admin.post("/v1/validate", json={"id": "a"})
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")


class TestVerify:
    def test_a_legal_roster_and_what_it_costs(self, admin):
        found = admin.post("/v1/verify", json={"instance": INSTANCE, "roster": ROSTER}).json()
        assert (found["is_legal"], found["violations"]) == (True, [])
        assert (found["objective"]["care"], found["objective"]["preference"]) == (0, 121)
        assert sum(found["objective"]["by_rule"].values()) == 121
        verdict = judge(Case(read_instance(json.dumps(INSTANCE))), read_roster(json.dumps(ROSTER)))
        assert len(found["amounts"]) == len(verdict.amounts)

    def test_sessions_that_no_authorization_covers_are_listed(self, admin):
        session = next(s for s in ROSTER["sessions"] if "group" not in s)
        person = session["bookings"][0]["participant"]
        ended = {"id": "a1", "unit": "session", "first": "2026-01-01", "last": "2026-01-31", "services": [session["service"]]}
        people = [p | {"authorizations": [ended]} if p["id"] == person else p for p in INSTANCE["participants"]]
        found = admin.post("/v1/verify", json={"instance": INSTANCE | {"participants": people}, "roster": ROSTER}).json()
        assert found["is_legal"] is True
        assert session["id"] in [entry["session"] for entry in found["not_covered"]]
        assert {entry["participant"] for entry in found["not_covered"]} == {person}

    def test_a_roster_edited_by_hand_is_judged(self, admin):
        answer = admin.post(
            "/v1/verify", json={"instance": INSTANCE, "roster": bent(start="2027-01-11T03:00:00-05:00", end="2027-01-11T03:50:00-05:00")}
        )
        found = answer.json()
        assert (answer.status_code, found["is_legal"]) == (200, False)
        assert {violation["rule"] for violation in found["violations"]} >= {"closures", "clinician_availability"}
        assert found["objective"] is not None

    def test_a_roster_of_something_else_is_judged_too(self, admin):
        answer = admin.post("/v1/verify", json={"instance": INSTANCE, "roster": bent(room="nowhere")})
        found = answer.json()
        assert (answer.status_code, found["is_legal"], found["objective"]) == (200, False, None)
        assert [violation["rule"] for violation in found["violations"]] == ["roster_shape"]

    def test_an_instance_that_makes_no_sense_is_refused(self, admin):
        answer = admin.post("/v1/verify", json={"instance": INSTANCE | {"monday": "2026-12-01"}, "roster": ROSTER})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_instance")
        assert answer.json()["issues"][0]["path"] == "instance.monday"

    def test_a_roster_of_the_wrong_shape_has_its_paths(self, admin):
        answer = admin.post("/v1/verify", json={"instance": INSTANCE, "roster": bent(start="soon")})
        assert (answer.status_code, [issue["path"] for issue in answer.json()["issues"]]) == (422, ["roster.sessions[0].start"])


class TestOffers:
    def test_weeks_are_offered_and_others_named_who_move(self, admin):
        person = INSTANCE["participants"][0]["id"]
        answer = admin.post("/v1/offers", json={"instance": INSTANCE, "roster": ROSTER, "question": {"participant": person, "moves": 1}})
        assert answer.status_code == 200, answer.text
        assert 1 <= len(answer.json()["offers"]) <= 3
        assert answer.json()["lines"][0].startswith(f"{person}: ")

    @pytest.mark.parametrize(
        "question", [{}, {"participant": "nobody"}, {"participant": INSTANCE["participants"][0]["id"], "first": "2020-01-01"}]
    )
    def test_a_question_that_makes_no_sense_is_refused(self, admin, question):
        answer = admin.post("/v1/offers", json={"instance": INSTANCE, "roster": ROSTER, "question": question})
        assert (answer.status_code, answer.json()["code"], answer.json()["issues"][0]["path"]) == (400, "bad_reference", "question")

    def test_so_many_may_not_move(self, admin):
        answer = admin.post("/v1/offers", json={"instance": INSTANCE, "roster": ROSTER, "question": {"participant": "p001", "moves": 99}})
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (422, "question.moves")


class TestOpenings:
    def test_what_to_open_is_ranked(self, admin):
        answer = admin.post("/v1/openings", json={"instance": INSTANCE, "roster": ROSTER})
        assert answer.status_code == 200, answer.text
        assert (answer.json()["lacking"], answer.json()["openings"]) == (0, [])

    def test_a_roster_that_breaks_a_rule_is_refused(self, admin):
        broken = bent(start="2027-01-11T03:00:00-05:00", end="2027-01-11T03:50:00-05:00")
        answer = admin.post("/v1/openings", json={"instance": INSTANCE, "roster": broken})
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, "roster")


class TestMakeUp:
    def test_who_missed_is_told_where_it_can_be_made_up(self, admin):
        session = next(one for one in ROSTER["sessions"] if one.get("group"))
        person = session["bookings"][0]["participant"]
        body = {"instance": INSTANCE, "roster": ROSTER, "question": {"missed": [{"participant": person, "session": session["id"]}]}}
        answer = admin.post("/v1/make-up", json=body)
        assert answer.status_code == 200, answer.text
        assert [one["participant"] for one in answer.json()["people"]] == [person]
        assert admin.post("/v1/make-up", json={"instance": INSTANCE, "roster": ROSTER}).json()["people"] == []
        answer = admin.post("/v1/make-up", json=body | {"question": {"walk_ins": body["question"]["missed"]}})
        assert answer.json()["people"] == []
        answer = admin.post("/v1/make-up", json=body | {"question": {"missed": [{"participant": "nobody", "session": "g"}]}})
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, "question")


class TestWaiting:
    def test_who_waits_is_listed(self, admin):
        person = INSTANCE["participants"][0] | {"id": "new", "status": "waiting", "has_risk_flag": True}
        body = {"instance": INSTANCE | {"participants": [*INSTANCE["participants"], person]}, "roster": ROSTER}
        answer = admin.post("/v1/waiting", json=body)
        assert answer.status_code == 200, answer.text
        first = answer.json()["people"][0]
        assert (first["participant"], first["is_at_risk"]) == ("new", True)


class TestCompare:
    def test_a_roster_with_itself(self, admin):
        found = admin.post("/v1/compare", json={"instance": INSTANCE, "a": ROSTER, "b": ROSTER}).json()
        assert found["lines"] == ["Nothing changed."]

    def test_a_cancelled_session(self, admin):
        fewer = ROSTER | {"sessions": ROSTER["sessions"][1:]}
        found = admin.post("/v1/compare", json={"instance": INSTANCE, "a": ROSTER, "b": fewer}).json()
        assert [change["kinds"] for change in found["sessions"]] == [["removed"]]
        assert len(found["participants"]) == len(ROSTER["sessions"][0]["bookings"])


class TestWhatif:
    def test_it_says_what_the_library_says(self, admin):
        question = {"participant": INSTANCE["participants"][0]["id"]}
        answer = admin.post("/v1/whatif", json={"instance": INSTANCE, "roster": ROSTER, "question": question})
        expected = ask(read_instance(json.dumps(INSTANCE)), read_roster(json.dumps(ROSTER)), WhatifQuestion(**question))
        assert (answer.status_code, answer.json()) == (200, expected.model_dump(mode="json"))
        assert answer.json()["lists"]

    @pytest.mark.parametrize("question", [{}, {"participant": "nobody"}, {"session": "s"}, {"clinician": "nobody"}, {"room": "nowhere"}])
    def test_it_knows_what_is_there(self, admin, question):
        answer = admin.post("/v1/whatif", json={"instance": INSTANCE, "roster": ROSTER, "question": question})
        assert (answer.status_code, answer.json()["code"], answer.json()["issues"][0]["path"]) == (400, "bad_reference", "question")

    def test_a_roster_that_cannot_be_read_is_refused(self, admin):
        body = {"instance": INSTANCE, "roster": bent(room="nowhere"), "question": {"room": INSTANCE["rooms"][0]["id"]}}
        answer = admin.post("/v1/whatif", json=body)
        assert (answer.status_code, "unknown room nowhere" in answer.json()["issues"][0]["message"]) == (400, True)


class TestExplain:
    def test_it_says_what_the_library_says(self, admin):
        answer = admin.post("/v1/explain", json={"instance": INSTANCE, "roster": ROSTER})
        expected = explain(read_instance(json.dumps(INSTANCE)), read_roster(json.dumps(ROSTER)))
        assert (answer.status_code, answer.json()) == (200, expected.model_dump(mode="json"))

    def test_it_explains_one_participant(self, admin):
        who = INSTANCE["participants"][0]["id"]
        found = admin.post("/v1/explain", json={"instance": INSTANCE, "roster": ROSTER, "participant": who}).json()
        assert (found["participant"], bool(found["bookings"])) == (who, True)

    def test_it_knows_the_participants(self, admin):
        answer = admin.post("/v1/explain", json={"instance": INSTANCE, "roster": ROSTER, "participant": "nobody"})
        assert (answer.status_code, answer.json()["code"], answer.json()["issues"][0]["path"]) == (400, "bad_reference", "participant")

    def test_too_many_at_once_are_told_to_come_back(self, admin, app):
        app.state.explanation_pool.close()
        app.state.explanation_pool = ProcessPool(1, 0, 5.0, "tests.api.test_tools")
        with app.state.explanation_pool._places:
            answer = admin.post("/v1/explain", json={"instance": INSTANCE, "roster": ROSTER})
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "too_many", "5")

    def test_one_that_takes_too_long_is_ended(self, admin, app):
        app.state.explanation_pool = ProcessPool(1, 0, 0.01, "api.tools.explaining")
        answer = admin.post("/v1/explain", json={"instance": INSTANCE, "roster": ROSTER})
        assert (answer.status_code, answer.json()["code"]) == (503, "timed_out")
        assert app.state.explanation_pool._running == set()


def sleep(content: bytes, seconds: str) -> bytes:
    time.sleep(float(seconds))
    return content


def die(_: bytes, __: str) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def fail(_: bytes, name: str) -> bytes:
    raise ValueError(name)


@pytest.fixture
def pool():
    made = ProcessPool(2, 1, 120.0, "api.tools.explaining")
    yield made
    made.close()


class TestChildren:
    @pytest.mark.anyio
    async def test_a_child_answers(self, pool):
        assert await pool.run(sleep, b"x" * 1_000_000, "0") == b"x" * 1_000_000

    @pytest.mark.anyio
    async def test_a_child_that_dies_costs_one_answer(self, pool):
        with pytest.raises(Exception, match="timed_out"):
            await pool.run(die, b"", "")
        assert await pool.run(sleep, b"x", "0") == b"x"

    @pytest.mark.anyio
    async def test_a_failing_child_says_where_and_no_name(self, pool):
        with pytest.raises(ChildError) as raised:
            await pool.run(fail, b"", "Anna Smith")
        assert "in fail" in str(raised.value)
        assert "Anna" not in str(raised.value)

    @pytest.mark.anyio
    async def test_closing_ends_them_at_once(self, pool):
        begun = time.monotonic()
        threading.Timer(0.5, pool.close).start()
        with pytest.raises(Exception, match="timed_out"):
            await pool.run(sleep, b"", "90")
        assert time.monotonic() - begun < 60


@pytest.mark.parametrize("tool", ["validate", "verify", "whatif", "compare", "explain"])
class TestEvery:
    def test_it_needs_the_permission(self, client, key, tool):
        assert client.post(f"/v1/{tool}", json={}).status_code == 401
        assert client.post(f"/v1/{tool}", json={}, headers=key("feeds")).status_code == 403
        assert client.post(f"/v1/{tool}", json={}, headers=key("solve")).status_code == 422

    def test_it_leaves_a_line_in_the_audit_trail(self, admin, store, tool):
        body = INSTANCE if tool == "validate" else {"instance": INSTANCE, "roster": ROSTER}
        body = {"instance": INSTANCE, "a": ROSTER, "b": ROSTER} if tool == "compare" else body
        if tool == "whatif":
            body["question"] = {"room": INSTANCE["rooms"][0]["id"]}
        if tool == "explain":
            body["participant"] = INSTANCE["participants"][0]["id"]
        assert admin.post(f"/v1/{tool}", json=body).status_code == 200
        with store.reading() as session:
            actions = session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.outcome == "done")).all()
        assert actions == [f"tools.{tool}"]
