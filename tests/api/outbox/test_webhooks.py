"""Webhooks: what a receiver gets, how it knows that it is genuine, and what becomes of one that does not answer."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.database.tables import AuditEntryRow, MessageRow, WebhookRow
from api.delivery.deliverer import Deliverer
from api.kernel.settings import Settings
from api.webhooks.signing import new_secret
from tests.api.outbound.peers import HOST, Names, Peer, answer, make_certificate, network_to
from tests.api.outbox.conftest import PROGRAM
from tests.api.weeks.small import BEFORE, good_roster
from tests.source_tree import ROOT

URL = f"https://{HOST}/hooks/Quennell-token"
HOOKS = f"{PROGRAM}/webhooks"
ALL = ["roster.published", "roster.unpublished"]
OK = answer("204 No Content")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def peer(certificate: Path) -> Iterator[Peer]:
    made = Peer(certificate)
    yield made
    made.close()


@pytest.fixture
def director(client: TestClient, key: Any, program: str) -> TestClient:
    """A client that may do everything in the program."""
    client.headers.update(key("admin", program=program))
    return client


@pytest.fixture
def deliver(settings: Settings, store, peer, certificate) -> Callable[..., int]:
    """Send what is due at a time to the peer."""

    def make(at: datetime = BEFORE, names: Names | None = None) -> int:
        network, _, _ = network_to(peer, certificate, names)
        return Deliverer(settings, store, clock=lambda _: at, network=network).deliver_due()

    return make


def register(client, url=URL, events=ALL):
    made = client.post(HOOKS, json={"url": url, "events": events})
    assert made.status_code == 201, made.text
    return made


def received(raw: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}, body


def example() -> Callable[..., bool]:
    """The receiver of the documentation."""
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "webhooks.md").read_text(), re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    names["time"] = type("Clock", (), {"time": staticmethod(lambda: BEFORE.timestamp() + 60)})
    found: Callable[..., bool] = names["is_genuine"]
    return found


def test_a_publication_is_told_signed_and_without_content(director, publish, peer, deliver, store):
    made = register(director)
    secret = made.json()["secret"]
    assert made.headers["Cache-Control"] == "no-store"
    roster = publish(good_roster())["published"]["id"]
    peer.says(OK)
    assert deliver() == 1
    headers, body = received(peer.asked[0])
    assert peer.asked[0].startswith(b"POST /hooks/Quennell-token HTTP/1.1\r\n")
    assert json.loads(body) == {
        "type": "roster.published",
        "timestamp": "2026-11-26T15:00:00Z",
        "data": {"monday": "2026-11-30", "program": "north", "roster": roster},
    }
    (message,) = director.get(f"{HOOKS}/{made.json()['id']}/messages").json()["items"]
    assert headers["webhook-id"] == message["id"]
    assert headers["webhook-timestamp"] == str(int(BEFORE.timestamp()))
    assert headers["content-type"] == "application/json"
    is_genuine = example()
    assert is_genuine(secret, headers, body)
    assert not is_genuine(secret, headers, body + b" ")
    assert not is_genuine(new_secret(), headers, body)
    assert not is_genuine(secret, headers | {"webhook-id": "msg_other"}, body)
    assert not is_genuine(secret, headers | {"webhook-timestamp": str(int(BEFORE.timestamp()) - 3600)}, body)
    assert (message["state"], message["log"][0]["code"], message["attempts"]) == ("delivered", "2xx", 1)


def test_a_week_taken_back_is_told_and_only_to_who_chose_it(director, publish, withdraw, peer, deliver):
    register(director, events=["roster.unpublished"])
    publish(good_roster())
    withdraw()
    peer.says(OK)
    assert deliver() == 1
    body = json.loads(received(peer.asked[0])[1])
    assert (body["type"], body["data"]["roster"]) == ("roster.unpublished", None)


def test_a_refused_publication_tells_nobody(director, publish, store):
    register(director)
    publish(good_roster())
    with store.reading() as session:
        before = len(session.scalars(select(MessageRow)).all())
    draft = director.post(f"{PROGRAM}/weeks/2026-11-30/rosters", json=good_roster().model_dump(mode="json")).json()
    address = f"{PROGRAM}/weeks/2026-11-30/rosters/{draft['id']}/publish"
    assert director.post(address, json={}, headers={"If-Match": '"1"'}).status_code == 409
    with store.reading() as session:
        assert len(session.scalars(select(MessageRow)).all()) == before == 1


def test_a_failure_is_tried_again_under_the_same_id_with_a_new_signature(director, publish, peer, deliver):
    hook = register(director).json()
    publish(good_roster())
    peer.says(answer("500 Oops"), answer("302 Found", location="https://calendar.example.org/elsewhere"), lambda connection: None, OK)
    at = BEFORE
    for _ in range(4):
        assert deliver(at) == 1
        (message,) = director.get(f"{HOOKS}/{hook['id']}/messages").json()["items"]
        at = datetime.fromisoformat(message["due_at"]) if message["due_at"] else at
    assert [entry["code"] for entry in message["log"]] == ["5xx", "3xx", "broken", "2xx"]
    headers = [received(raw)[0] for raw in peer.asked]
    assert len({h["webhook-id"] for h in headers}) == 1
    assert len({h["webhook-signature"] for h in headers}) == 4
    assert len({received(raw)[1] for raw in peer.asked}) == 1
    assert director.get(f"{HOOKS}/{hook['id']}").json()["failing_since"] is None


def test_a_failing_webhook_says_since_when_and_is_dead_after_ten(director, publish, peer, deliver):
    hook = register(director).json()
    publish(good_roster())
    peer.says(*[answer("503 Away", retry_after="3600")] * 10)
    at = BEFORE
    for n in range(10):
        assert deliver(at) == 1
        (message,) = director.get(f"{HOOKS}/{hook['id']}/messages").json()["items"]
        if n == 0:
            assert datetime.fromisoformat(message["due_at"]) == BEFORE + timedelta(hours=1), "as it asked"
        at = datetime.fromisoformat(message["due_at"]) if message["due_at"] else at
    assert (message["state"], message["reason"]) == ("dead", "5xx")
    assert director.get(f"{HOOKS}/{hook['id']}").json()["failing_since"] == "2026-11-26T15:00:00Z"


def test_a_receiver_that_is_gone_is_told_no_more(director, publish, peer, deliver):
    hook = register(director).json()
    publish(good_roster())
    peer.says(answer("410 Gone"))
    assert deliver() == 1
    shown = director.get(f"{HOOKS}/{hook['id']}").json()
    assert (shown["is_enabled"], shown["disabled_reason"]) == (False, "gone")
    publish(good_roster())
    assert deliver() == 0


def test_a_name_that_leads_inside_is_not_connected_to(director, peer, deliver, clock):
    hook = register(director).json()
    inside = [("127.0.0.1",), ("10.0.0.7",), ("169.254.1.1",), ("93.184.215.14", "192.168.1.1"), ()]
    names, codes = Names(), []
    for minutes, addresses in enumerate(inside):
        at = BEFORE + timedelta(days=minutes)
        clock(at)
        sent = director.post(f"{HOOKS}/{hook['id']}/test").json()
        names.of[HOST] = addresses
        assert deliver(at, names) == minutes + 1
        codes.append(director.get(f"{PROGRAM}/outbox/{sent['id']}").json()["log"][0]["code"])
    assert codes == ["not_public"] * 4 + ["not_found"]
    assert peer.asked == []


def test_a_receiver_in_the_own_network_is_reached_where_a_setting_allows(director, publish, peer, certificate, settings, store):
    register(director)
    publish(good_roster())
    names = Names()
    names.of[HOST] = ("10.0.0.7",)
    network, _, detour = network_to(peer, certificate, names)
    peer.says(OK)
    allowing = Settings(**settings.model_dump() | {"outbound_private": True})
    assert Deliverer(allowing, store, clock=lambda _: BEFORE, network=network).deliver_due() == 1
    assert (detour.connected, len(peer.asked)) == ([("10.0.0.7", 443)], 1)


def test_a_rotated_secret_signs_beside_the_former_one_for_a_day(director, publish, peer, deliver, clock):
    hook = register(director).json()
    address = f"{HOOKS}/{hook['id']}"
    assert director.post(f"{address}/rotate").status_code == 428
    rotated = director.post(f"{address}/rotate", headers={"If-Match": '"1"'})
    assert (rotated.status_code, rotated.headers["Cache-Control"], rotated.headers["ETag"]) == (200, "no-store", '"2"')
    assert rotated.json()["secret"] != hook["secret"]
    is_genuine = example()
    peer.says(OK, OK)
    publish(good_roster())
    deliver()
    headers, body = received(peer.asked[0])
    assert [is_genuine(secret, headers, body) for secret in (hook["secret"], rotated.json()["secret"])] == [True, True]
    clock(BEFORE + timedelta(hours=24))
    publish(good_roster())
    deliver(BEFORE + timedelta(hours=24))
    headers, _ = received(peer.asked[1])
    assert len(headers["webhook-signature"].split()) == 1
    assert "secret" not in director.get(address).json()


def test_a_test_arrives_and_a_disabled_webhook_takes_none(director, peer, deliver, program):
    hook = register(director).json()
    address = f"{HOOKS}/{hook['id']}"
    sent = director.post(f"{address}/test")
    assert (sent.status_code, sent.json()["event"], sent.json()["state"]) == (202, "webhook.test", "waiting")
    peer.says(OK)
    assert deliver() == 1
    assert json.loads(received(peer.asked[0])[1])["type"] == "webhook.test"
    director.post(f"{address}/test")
    body = {"url": URL, "events": ALL, "is_enabled": False}
    off = director.put(address, json=body, headers={"If-Match": '"1"'})
    assert (off.json()["is_enabled"], off.json()["disabled_reason"]) == (False, "by_hand")
    assert deliver() == 1
    states = {m["reason"] for m in director.get(f"{address}/messages").json()["items"]}
    assert (states, len(peer.asked)) == ({None, "disabled"}, 1)
    assert director.post(f"{address}/test").json()["code"] == "wrong_state"
    on = director.put(address, json=body | {"is_enabled": True}, headers={"If-Match": '"2"'})
    assert (on.json()["is_enabled"], on.json()["disabled_reason"]) == (True, None)
    assert director.delete(address, headers={"If-Match": '"3"'}).status_code == 204
    assert director.get(address).status_code == 404


def test_an_address_that_can_be_none_is_refused_with_its_code(director):
    refused = {
        "http://calendar.example.org/": "not_https",
        "webcal://calendar.example.org/": "not_https",
        "https://localhost/": "bad_host",
        "https://user:word@calendar.example.org/": "credentials",
        "https://calendar.example.org:8443/": "bad_port",
        "https://calendar.example.org/ x": "bad_url",
        "https://127.0.0.1/": "not_public",
        "https://10.0.0.7/": "not_public",
        "https://169.254.1.1/": "not_public",
        "https://[::1]/": "not_public",
        "https://[fd00::7]/": "not_public",
        "https://[fe80::1]/": "not_public",
        "https://0.0.0.0/": "not_public",
        "Quennell": "not_https",
    }
    for url, code in refused.items():
        answer = director.post(HOOKS, json={"url": url, "events": ALL})
        assert (answer.status_code, answer.json()["issues"][0]["code"], answer.json()["issues"][0]["path"]) == (422, code, "url")
        assert "quennell" not in answer.text.lower()


def test_events_that_do_not_exist_and_a_twenty_first_webhook_are_refused(director):
    for events in ([], ["roster.deleted"]):
        assert director.post(HOOKS, json={"url": URL, "events": events}).status_code == 422
    for _ in range(20):
        register(director)
    assert director.post(HOOKS, json={"url": URL, "events": ALL}).json()["code"] == "wrong_state"
    page = director.get(f"{HOOKS}?limit=15").json()
    assert (len(page["items"]), len(director.get(HOOKS, params={"after": page["next"]}).json()["items"])) == (15, 5)


def test_neither_secret_nor_address_is_in_log_audit_list_or_error(director, publish, peer, deliver, store, caplog):
    caplog.set_level(logging.DEBUG)
    hook = register(director).json()
    publish(good_roster())
    peer.says(answer("500 Oops", b"Quennell was here"))
    deliver()
    shown = str(director.get(HOOKS).json()) + str(director.get(f"{PROGRAM}/outbox").json())
    told = "\n".join(line for line in caplog.text.splitlines() if "httpx2" not in line)
    with store.reading() as session:
        rows = str(session.execute(select(AuditEntryRow.__table__)).all()) + str(session.execute(select(MessageRow.__table__)).all())
        assert session.scalars(select(WebhookRow.secret)).one() == hook["secret"]
    assert "quennell" not in (told + rows).lower()
    assert hook["secret"].removeprefix("whsec_") not in told + rows + shown
    assert "tried to send a message" in told


def test_the_registration_is_not_told_twice(director, program):
    headers = {"Idempotency-Key": "one"}
    body = {"url": URL, "events": ALL}
    assert director.post(HOOKS, json=body, headers=headers).status_code == 201
    assert director.post(HOOKS, json=body, headers=headers).json()["code"] == "answer_gone"
    assert len(director.get(HOOKS).json()["items"]) == 1


def test_only_directors_see_webhooks(coordinator):
    assert [coordinator.get(HOOKS).status_code, coordinator.post(HOOKS, json={}).status_code] == [403, 403]
    assert coordinator.get(f"{PROGRAM}/outbox").status_code == 200
