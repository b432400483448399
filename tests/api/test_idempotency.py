"""POSTs sent again with the same Idempotency-Key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Annotated

import pytest
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from api.audit.acts import Act
from api.database.tables import ApiKeyRow, AuditEntryRow, IdempotentAnswerRow, ProgramRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.web import idempotency_claims
from api.web.bodies import json_body
from api.web.dependencies import Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.idempotency_claims import LIFETIME, Claim, ClaimLostError, StoredResponse, claim_key
from scheduler.fields import Model


class Named(Model):
    id: str
    how: str = ""


@pytest.fixture
def gate():
    """Routes that are told to wait do so until it opens."""
    return threading.Event()


@pytest.fixture
def things(app, gate):
    """Routes that make programs; how often they were called."""
    router = APIRouter(route_class=Repeatable)
    calls: list[str] = []

    def make(body: Named, session) -> None:
        calls.append(body.id)
        session.add(ProgramRow(id=f"{body.id}-{len(calls)}", document={}))
        session.flush()
        if body.how == "wait":
            gate.wait(120)
        if body.how == "crash":
            raise RuntimeError("a defect")
        if body.how in ("exists", "too_many"):
            raise Problem(body.how)

    @router.post("/things", status_code=201)
    def make_thing(
        _: Annotated[Act, needs("solve", "thing.make")], body: Annotated[Named, json_body(Named)], session: Writing, response: Response
    ) -> dict[str, int]:
        make(body, session)
        response.headers["ETag"] = '"1"'
        if body.how == "secret":
            response.headers["Cache-Control"] = "no-store"
        return {"call": len(calls)}

    @router.post("/async-things")
    async def make_async(
        _: Annotated[Act, needs("solve", "thing.make")], body: Annotated[Named, json_body(Named)], session: Writing
    ) -> dict[str, int]:
        make(body, session)
        return {"call": len(calls)}

    @router.post("/streams")
    def make_stream(_: Annotated[Act, needs("solve", "thing.make")]) -> StreamingResponse:
        calls.append("stream")
        return StreamingResponse(iter((b"a", b"b")))

    @router.get("/things")
    def get_things(_: Annotated[Act, needs("solve", "thing.see")], session: Reading) -> list[str]:
        return list(session.scalars(select(ProgramRow.id)))

    app.include_router(router)
    return calls


@pytest.fixture
def solver(client, key, things):
    """A client that may call them."""
    client.headers.update(key("solve"))
    return client


def post(client: TestClient, key: str | None = "k1", path: str = "/things", **body: str):
    return client.post(path, json={"id": "a"} | body, headers={} if key is None else {"Idempotency-Key": key})


def eventually(is_so: Callable[[], object]) -> bool:
    """Whether something becomes so within a minute."""
    for _ in range(6000):
        if is_so():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("path", ["/things", "/async-things"])
def test_the_first_answer_is_given_again_and_nothing_happens_twice(solver, things, path):
    first, second = post(solver, path=path), post(solver, path=path)
    assert (first.json(), second.json(), things) == ({"call": 1}, {"call": 1}, ["a"])
    assert (first.status_code, first.headers.get("etag")) == (second.status_code, second.headers.get("etag"))
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert solver.get("/things").json() == ["a-1"]


def test_without_a_key_it_happens_twice(solver, things):
    assert [post(solver, None).json(), post(solver, None).json()] == [{"call": 1}, {"call": 2}]


def test_another_body_is_refused(solver, things):
    post(solver)
    answer = post(solver, id="b")
    assert (answer.status_code, answer.json()["code"], things) == (409, "key_reused", ["a"])


def test_other_callers_and_addresses_have_keys_of_their_own(solver, things, key):
    post(solver)
    post(solver, path="/things?x=1")
    post(solver, path="/async-things")
    solver.headers.update(key("solve"))
    assert post(solver).json() == {"call": 4}


def test_two_at_once_have_one_effect(solver, things, gate):
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(post, solver, how="wait")
        assert eventually(lambda: things)
        # The first holds SQLite's one writer until the gate opens: the second claims its own key only then.
        gate.set()
        second = post(solver, how="wait")
    codes = sorted((first.result().status_code, second.status_code))
    assert codes in ([201, 201], [201, 409])
    assert things == ["a"]


def test_twenty_at_once_have_one_effect(solver, things):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(solver), range(20)))
    assert things == ["a"]
    assert {(a.status_code, a.json().get("code")) for a in answers} <= {(201, None), (409, "still_running")}


def test_while_the_first_is_running_the_second_is_told_to_wait(solver, things, store):
    caller = select(AuditEntryRow.caller)
    post(solver, None)
    with store.reading() as session:
        name = session.scalars(caller).first()
    claim_key(store, ("POST", name, "/things?", "k1"), b'{"id":"a"}')
    answer = post(solver)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (409, "still_running", "2")


def test_a_claim_is_renewed_while_its_request_runs(solver, things, gate, monkeypatch):
    """Now and then until it ends, and not after."""
    renewals: list[int] = []
    monkeypatch.setattr(idempotency_claims, "RENEWED_EVERY", 0.02)
    monkeypatch.setattr(Claim, "renew", lambda _: renewals.append(1))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, solver, how="wait")
        assert eventually(lambda: len(renewals) > 1)
        gate.set()
        assert first.result().status_code == 201


def test_without_renewal_a_key_is_soon_free(store):
    """Its process died: after twenty seconds, not five minutes. What was carried out stays so."""
    key = ("POST", "ada", "/things?", "k1")
    assert timedelta(seconds=20) == idempotency_claims.BLOCKED
    claim = claim_key(store, key, b"{}")
    assert isinstance(claim, Claim)

    def expiry():
        with store.writing() as session:
            row = session.scalars(select(IdempotentAnswerRow)).one()
            before, row.expires_at = row.expires_at, now() + timedelta(seconds=1)
            return before - now()

    assert timedelta(seconds=15) < expiry() <= timedelta(seconds=20)
    claim.renew()
    assert timedelta(seconds=15) < expiry()
    claim.settle(StoredResponse(201, {}, b""))
    kept = expiry()
    claim.renew()
    assert expiry() < timedelta(seconds=2) < timedelta(hours=23) < kept


def test_a_crashed_first_request_does_not_block_for_ever(solver, things, store):
    assert post(solver).json() == {"call": 1}
    with store.writing() as session:
        row = session.scalars(select(IdempotentAnswerRow)).one()
        row.status, row.expires_at = None, row.created_at + timedelta(minutes=5)
    assert post(solver).json()["code"] == "still_running"
    with store.writing() as session:
        session.execute(update(IdempotentAnswerRow).values(expires_at=IdempotentAnswerRow.created_at))
    assert post(solver).json() == {"call": 2}


def test_a_crash_between_the_effect_and_its_answer_does_not_repeat_the_effect(solver, things, store):
    post(solver)
    with store.writing() as session:
        # What the route's transaction left, had the process died right after it.
        session.execute(update(IdempotentAnswerRow).values(status=0, body=b""))
    answer = post(solver)
    assert (answer.status_code, answer.json()["code"], things) == (409, "answer_gone", ["a"])


@pytest.fixture(params=["store", "postgres_store"])
def either_store(request):
    return request.getfixturevalue(request.param)


def test_of_twenty_at_once_one_has_the_key(either_store):
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: claim_key(either_store, ("POST", "key:1", "/things", "k"), b"{}"), range(20)))
    claims = [claim for claim in found if isinstance(claim, Claim)]
    assert (len(claims), found.count("running")) == (1, 19)
    with either_store.writing() as session:
        claims[0].carried_out(session)
    assert claim_key(either_store, ("POST", "key:1", "/things", "k"), b"{}") == "running"
    with either_store.writing() as session:
        session.execute(update(IdempotentAnswerRow).values(expires_at=now() + LIFETIME - timedelta(minutes=1)))
    assert claim_key(either_store, ("POST", "key:1", "/things", "k"), b"{}") == "gone"
    claims[0].settle(StoredResponse(201, {"etag": '"1"'}, b"made"))
    assert claim_key(either_store, ("POST", "key:1", "/things", "k"), b"{}") == StoredResponse(201, {"etag": '"1"'}, b"made")
    assert claim_key(either_store, ("POST", "key:1", "/things", "k"), b"[]") == "reused"


def test_an_effect_whose_claim_was_taken_over_is_rolled_back(either_store):
    store = either_store
    claim = claim_key(store, ("POST", "key:1", "/things", "k"), b"")
    with store.writing() as session:
        session.execute(update(IdempotentAnswerRow).values(expires_at=IdempotentAnswerRow.created_at))
    second = claim_key(store, ("POST", "key:1", "/things", "k"), b"")
    assert second != claim

    def carry_out_late() -> None:
        with store.writing() as session:
            session.add(ProgramRow(id="late", document={}))
            claim.carried_out(session)

    with pytest.raises(ClaimLostError):
        carry_out_late()
    with store.writing() as session:
        second.carried_out(session)
        assert session.scalar(select(func.count()).select_from(ProgramRow)) == 0


@pytest.mark.parametrize(("how", "status"), [("crash", 500), ("too_many", 429)])
def test_a_defect_or_a_busy_service_is_not_remembered(solver, things, how, status):
    assert [post(solver, how=how).status_code for _ in range(2)] == [status, status]
    assert len(things) == 2


def test_a_refusal_by_the_state_is_remembered(solver, things):
    answers = [post(solver, how="exists") for _ in range(2)]
    assert [a.json()["code"] for a in answers] == ["exists", "exists"]
    assert (answers[1].headers["idempotent-replayed"], answers[1].headers["content-type"]) == ("true", "application/problem+json")
    assert len(things) == 1


def test_a_body_of_the_wrong_shape_may_be_corrected_under_the_same_key(solver, things):
    assert post(solver, nonsense="1").status_code == 422
    assert post(solver).json() == {"call": 1}


def test_a_secret_is_not_kept_and_not_made_twice(solver, things, store):
    assert post(solver, how="secret").json() == {"call": 1}
    answer = post(solver, how="secret")
    assert (answer.status_code, answer.json()["code"], things) == (409, "answer_gone", ["a"])
    with store.reading() as session:
        assert session.scalars(select(IdempotentAnswerRow.body)).one() != b"call"


def test_a_stream_is_passed_on_and_not_remembered(solver, things):
    answers = [post(solver, path="/streams") for _ in range(2)]
    assert [a.text for a in answers] == ["ab", "ab"]
    assert things == ["stream", "stream"]


@pytest.mark.parametrize("bad", ["", "x" * 256, "two words", "\u00e9"])
def test_an_odd_key_is_refused(solver, things, bad):
    answer = solver.post("/things", json={"id": "a"}, headers={"Idempotency-Key": bad.encode("latin-1")})
    assert (answer.status_code, answer.json()["issues"][0]["path"], things) == (422, "header.Idempotency-Key", [])


def test_nobody_is_not_remembered(client, things):
    assert post(client).status_code == 401
    assert post(client).headers.get("idempotent-replayed") is None


def test_a_caller_who_may_no_longer_do_it_does_not_get_the_answer(solver, things, store, key):
    assert post(solver).status_code == 201
    with store.writing() as session:
        session.execute(update(ApiKeyRow).values(scopes=["feeds"]))
    assert post(solver).status_code == 403


def test_a_day_later_the_key_is_free(solver, things, store):
    post(solver)
    with store.writing() as session:
        row = session.scalars(select(IdempotentAnswerRow)).one()
        assert row.expires_at - row.created_at >= timedelta(hours=24)
        row.expires_at = row.created_at
    assert post(solver).json() == {"call": 2}


def test_the_audit_trail_tells_a_repetition(solver, things, store):
    post(solver)
    post(solver)
    with store.reading() as session:
        targets = session.scalars(select(AuditEntryRow.target).where(AuditEntryRow.action == "thing.make")).all()
    assert sorted(targets) == ["", "replayed=yes"]


def test_a_body_beyond_the_limit_is_refused(solver, things):
    answer = solver.post("/things", content=b"x" * 10_000_001, headers={"Idempotency-Key": "k", "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
