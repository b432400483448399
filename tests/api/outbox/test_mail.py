"""Mails: who gets one, in what words, and what becomes of one that cannot be delivered. Every mail goes to a server on this machine."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from api.app import create_app
from api.database.tables import AuditEntryRow, CallRow, MessageRow
from api.delivery.deliverer import Deliverer
from api.kernel.settings import Settings
from tests.api.outbox.conftest import CALLS, PROGRAM, with_ana_at
from tests.api.outbox.sink import Sink
from tests.api.weeks.small import BEFORE, good_roster
from tests.build import at

SENDER = "no-reply@example.net"
ANA = "ana.quennell@example.org"
AT_TWO = "Your appointment on Monday, November 30 at 1:00 pm is now at 2:00 pm."


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as made:
        yield made


@pytest.fixture
def settings(settings: Settings, sink: Sink) -> Settings:
    """Settings with a mail server on this machine."""
    return Settings(**settings.model_dump() | {"smtp_url": sink.url, "mail_from": SENDER})


@pytest.fixture
def sunday(coordinator, subscribe, publish, clock) -> datetime:
    """It is Sunday evening; the week is published since Thursday; everybody's calendar is Google's."""
    for subject in ("ana", "ben", "cid"):
        subscribe(subject, "google", BEFORE)
    for subject in ("cora", "dan"):
        subscribe(subject, "google", BEFORE, "clinician")
    publish(good_roster())
    now = at("mon", "20:00") - timedelta(days=1)
    clock(now)
    for subject in ("ana", "ben", "cid"):
        subscribe(subject, "google", now - timedelta(hours=2))
    for subject in ("cora", "dan"):
        subscribe(subject, "google", now - timedelta(hours=2), "clinician")
    return now


@pytest.fixture
def deliver(settings: Settings, store) -> Callable[[datetime], int]:
    """Send what is due at a time, with a deliverer of its own each time."""
    return lambda at: Deliverer(settings, store, clock=lambda _: at).deliver_due()


def keep_contact(client, subject="ana", email=ANA, people="participants", consent=True):
    answer = client.put(f"{PROGRAM}/{people}/{subject}/contact", json={"email": email}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200, answer.text
    if consent and people == "participants":
        body = {"kind": "email", "first": "2026-11-01"}
        assert client.post(f"{PROGRAM}/participants/{subject}/consents", json=body).status_code == 201
    return answer


def messages(client):
    return client.get(f"{PROGRAM}/outbox").json()["items"]


def test_who_agreed_gets_a_neutral_mail_once(coordinator, sunday, publish, deliver, sink):
    keep_contact(coordinator)
    publish(with_ana_at("mon", "14:00"))
    (call,) = (c for c in coordinator.get(CALLS).json()["items"] if c["subject"] == "ana")
    assert call["mail"] == "waiting"
    assert (deliver(sunday), deliver(sunday)) == (1, 0)
    (mail,) = sink.mails
    assert (mail.sender, mail.to) == (SENDER, [ANA])
    assert mail.message.get_content().strip() == AT_TWO
    (message,) = messages(coordinator)
    assert dict(mail.message.items()) | {"Date": ""} == {
        "From": SENDER,
        "To": ANA,
        "Subject": "Appointment changed",
        "Date": "",
        "Message-ID": f"<{message['id']}@example.net>",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
        "MIME-Version": "1.0",
    }
    assert (message["state"], message["attempts"], message["log"][0]["code"]) == ("delivered", 1, "accepted")
    told = coordinator.get(f"{CALLS}/{call['id']}").json()
    assert (told["mail"], told["state"]) == ("sent", "to_do"), "a mail is no answer: the call is still to be made"


def test_without_consent_contact_or_server_nobody_is_mailed(coordinator, sunday, publish, deliver, sink, store):
    keep_contact(coordinator, consent=False)
    keep_contact(coordinator, "dan", "dan@example.org", people="clinicians")
    publish(with_ana_at("mon", "14:00"))
    assert deliver(sunday) == 1
    assert [mail.to for mail in sink.mails] == [["dan@example.org"]], "clinicians work here, and are not asked"
    with store.reading() as session:
        assert session.scalars(select(MessageRow.kind)).all() == ["mail"]


@pytest.mark.parametrize("what", ["consent", "contact", "call", "time", "undone"])
def test_what_is_withdrawn_before_it_is_sent_is_not_sent(coordinator, sunday, publish, deliver, sink, what):
    keep_contact(coordinator)
    publish(with_ana_at("mon", "14:00"))
    (call,) = (c for c in coordinator.get(CALLS).json()["items"] if c["subject"] == "ana")
    when, reason = sunday, "not_allowed"
    match what:
        case "consent":
            (consent,) = coordinator.get(f"{PROGRAM}/participants/ana/consents").json()["items"]
            address = f"{PROGRAM}/participants/ana/consents/{consent['id']}"
            assert coordinator.delete(address, headers={"If-Match": '"1"'}).status_code == 200
        case "contact":
            assert coordinator.delete(f"{PROGRAM}/participants/ana/contact", headers={"If-Match": '"1"'}).status_code == 204
        case "call":
            coordinator.put(f"{CALLS}/{call['id']}", json={"state": "reached"}, headers={"If-Match": "*"})
            reason = "told"
        case "time":
            when, reason = sunday + timedelta(days=1), "over"
        case "undone":
            publish(good_roster())
            reason = "over"
    assert deliver(when) == 1
    assert sink.mails == []
    (message,) = messages(coordinator)
    assert (message["state"], message["reason"]) == ("dropped", reason)


def test_a_mail_not_yet_tried_takes_the_newest_words_and_a_tried_one_gives_way_to_another(coordinator, sunday, publish, deliver, sink):
    keep_contact(coordinator)
    publish(with_ana_at("mon", "14:00"))
    publish(with_ana_at("mon", "15:00"))
    assert len(messages(coordinator)) == 1
    sink.answers["MAIL"] = "451 not now"
    assert deliver(sunday) == 1
    publish(with_ana_at("mon", "16:00"))
    assert {(m["state"], m["reason"]) for m in messages(coordinator)} == {("waiting", None), ("dropped", "replaced")}
    del sink.answers["MAIL"]
    assert deliver(sunday) == 1
    (mail,) = sink.mails
    assert mail.message.get_content().strip() == "Your appointment on Monday, November 30 at 1:00 pm is now at 4:00 pm."
    # The mail is out; what it told may be believed, so undoing it is told as well.
    publish(good_roster())
    assert deliver(sunday) == 1
    assert sink.mails[1].message.get_content().strip() == "Your appointment on Monday, November 30 at 1:00 pm takes place as first planned."
    assert sink.mails[1].message["Message-ID"] != mail.message["Message-ID"]


def test_where_no_server_is_set_up_no_mail_is_queued(coordinator, sunday, publish, store, settings, engine, clock):
    keep_contact(coordinator)
    off = create_app(Settings(**settings.model_dump() | {"smtp_url": None}), store, engine)
    assert Deliverer(off.state.settings, store).kinds == ("webhook",)
    coordinator.app.state.settings = off.state.settings
    publish(with_ana_at("mon", "14:00"))
    assert messages(coordinator) == []
    assert coordinator.get(f"{PROGRAM}/participants/ana/contact").json()["is_mailed"] is False


def test_dead_mail_is_sent_again_when_somebody_says_so(coordinator, sunday, publish, deliver, sink):
    keep_contact(coordinator)
    publish(with_ana_at("mon", "14:00"))
    sink.answers["RCPT"] = "550 no such user"
    deliver(sunday)
    (dead,) = messages(coordinator)
    address = f"{PROGRAM}/outbox/{dead['id']}"
    assert coordinator.get(f"{PROGRAM}/outbox?state=dead").json()["items"] == [dead]
    assert coordinator.post(f"{address}/retry").status_code == 428
    del sink.answers["RCPT"]
    match = coordinator.get(address).headers["ETag"]
    again = coordinator.post(f"{address}/retry", headers={"If-Match": match})
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "waiting", 0)
    assert coordinator.post(f"{address}/retry", headers={"If-Match": "*"}).json()["code"] == "wrong_state"
    assert deliver(sunday) == 1
    assert sink.mails[0].message["Message-ID"] == f"<{dead['id']}@example.net>"


def test_no_address_is_in_log_audit_outbox_or_error(coordinator, sunday, publish, deliver, sink, store, caplog):
    caplog.set_level(logging.DEBUG)
    keep_contact(coordinator)
    publish(with_ana_at("mon", "14:00"))
    deliver(sunday)
    wrong = coordinator.put(f"{PROGRAM}/participants/ana/contact", json={"email": "Ana Quennell <a@b>"}, headers={"If-Match": "*"})
    assert wrong.status_code == 422
    everywhere = caplog.text + wrong.text
    with store.reading() as session:
        for table in (AuditEntryRow, MessageRow, CallRow):
            everywhere += str(session.execute(select(table.__table__)).all())
        assert ANA in str(session.execute(text("SELECT * FROM contacts")).all())
    assert len(sink.mails) == 1
    assert "quennell" not in everywhere.lower()


def test_a_name_in_every_label_is_in_no_text_mail_or_row(coordinator, sunday, publish, deliver, sink, store):
    for address in ("participants/ana", "clinicians/dan", "groups/g1", "sites/s1", "services/individual"):
        answer = coordinator.patch(f"{PROGRAM}/{address}", json={"label": "Quennell House"}, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text
    keep_contact(coordinator, email="ana@example.org")
    keep_contact(coordinator, "dan", "dan@example.org", people="clinicians")
    publish(with_ana_at("tue", "15:00", mode="@home"))
    shown = coordinator.get(CALLS).json()["items"]
    assert {call["label"] for call in shown} == {"Quennell House"}, "staff see whom they call"
    deliver(sunday)
    assert len(sink.mails) == 2
    told = str([call["text"] for call in shown]) + str([mail.content for mail in sink.mails])
    with store.reading() as session:
        told += str(session.execute(select(MessageRow.__table__)).all()) + str(session.execute(select(CallRow.__table__)).all())
    assert "quennell" not in told.lower()


class TestContacts:
    def test_a_contact_is_kept_changed_and_deleted_by_who_saw_it(self, coordinator, program):
        address = f"{PROGRAM}/participants/ana/contact"
        assert coordinator.get(address).status_code == 404
        made = keep_contact(coordinator, consent=False)
        assert (made.headers["ETag"], made.headers["Cache-Control"], made.json()["is_mailed"]) == ('"1"', "no-store", False)
        assert coordinator.put(address, json={"email": ANA}, headers={"If-None-Match": "*"}).status_code == 412
        assert coordinator.put(address, json={"email": ANA}).status_code == 428
        changed = coordinator.put(address, json={"email": "b@example.org"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        assert coordinator.delete(address, headers={"If-Match": '"1"'}).status_code == 412
        assert coordinator.delete(address, headers={"If-Match": '"2"'}).status_code == 204
        assert coordinator.put(address, json={"email": ANA}, headers={"If-Match": '"2"'}).status_code == 412
        assert coordinator.put(address, json={"email": ANA}).status_code == 200, "the first one needs no header"
        assert coordinator.get(f"{PROGRAM}/participants/nobody/contact").status_code == 404


def test_the_whole_service_delivers_by_itself(settings, store, engine, coordinator, sunday, publish, sink, monkeypatch):
    """The threads of a started application, with no help."""
    monkeypatch.setattr("api.delivery.deliverer.LOOK_SECONDS", 0.02)
    keep_contact(coordinator)
    publish(with_ana_at("mon", "14:00"))
    deliverer = Deliverer(settings, store, clock=lambda _: sunday)
    app: FastAPI = create_app(settings, store, engine, deliverer)
    with TestClient(app):
        for _ in range(3000):
            if sink.mails:
                break
            time.sleep(0.02)
    assert [mail.to for mail in sink.mails] == [[ANA]]
