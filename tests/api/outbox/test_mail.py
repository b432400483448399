"""Mails: who gets one, in what words, and what becomes of one that cannot be delivered. Every mail goes to a server on this machine."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select, text

from api.app import create_app
from api.outbox.addresses import SmtpServer, as_email, smtp_server
from api.outbox.delivering import Deliverer
from api.outbox.smtp import SUBJECT, UNREAD, send_mail, write_mail
from api.settings import Settings
from api.store.tables import AuditEntry, Call, Message
from tests.api.outbound.peers import make_certificate
from tests.api.outbox.conftest import CALLS, PROGRAM, with_ana_at
from tests.api.outbox.sink import Sink
from tests.api.weeks.small import BEFORE, good_roster
from tests.build import at

CONNECT = socket.create_connection
SENDER = "no-reply@example.net"
ANA = "ana.quennell@example.org"
AT = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
AT_TWO = "Your appointment on Monday 30 November at 13:00 is now at 14:00."


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("mail"), "mail.example.org")


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
        assert session.scalars(select(Message.kind)).all() == ["mail"]


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
    assert mail.message.get_content().strip() == "Your appointment on Monday 30 November at 13:00 is now at 16:00."
    # The mail is out; what it told may be believed, so undoing it is told as well.
    publish(good_roster())
    assert deliver(sunday) == 1
    assert sink.mails[1].message.get_content().strip() == "Your appointment on Monday 30 November at 13:00 takes place as first planned."
    assert sink.mails[1].message["Message-ID"] != mail.message["Message-ID"]


def test_where_no_server_is_set_up_no_mail_is_queued(coordinator, sunday, publish, store, settings, engine, clock):
    keep_contact(coordinator)
    off = create_app(Settings(**settings.model_dump() | {"smtp_url": None}), store, engine)
    assert Deliverer(off.state.settings, store).kinds == ("webhook",)
    coordinator.app.state.settings = off.state.settings
    publish(with_ana_at("mon", "14:00"))
    assert messages(coordinator) == []
    assert coordinator.get(f"{PROGRAM}/participants/ana/contact").json()["is_mailed"] is False


@pytest.mark.parametrize(
    ("answers", "verdict", "code"),
    [
        ({"RCPT": "550 no such user"}, "dead", "refused"),
        ({"RCPT": "451 later"}, "again", "later"),
        ({"DONE": "554 no"}, "dead", "refused"),
        ({"DONE": "452 full"}, "again", "later"),
        ({"MAIL": "550 not you"}, "again", "failed"),
        ({"EHLO": "421 closing", "HELO": "421 closing"}, "again", "failed"),
        ({"DATA": "421 closing"}, "again", "later"),
    ],
)
def test_what_a_server_refuses_for_good_is_dead_and_everything_else_tried_again(sink, answers, verdict, code):
    sink.answers |= answers
    outcome = send_mail(smtp_server(sink.url), write_mail("msg_1", SENDER, ANA, AT_TWO, AT, is_reply_read=True))
    assert (outcome.verdict, outcome.code) == (verdict, code)


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
        for table in (AuditEntry, Message, Call):
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
        told += str(session.execute(select(Message.__table__)).all()) + str(session.execute(select(Call.__table__)).all())
    assert "quennell" not in told.lower()


class TestContacts:
    def test_a_contact_is_kept_changed_and_deleted_by_who_saw_it(self, coordinator, program):
        address = f"{PROGRAM}/participants/ana/contact"
        assert coordinator.get(address).status_code == 404
        assert coordinator.put(address, json={"email": ANA}).status_code == 428
        made = keep_contact(coordinator, consent=False)
        assert (made.headers["ETag"], made.headers["Cache-Control"], made.json()["is_mailed"]) == ('"1"', "no-store", False)
        assert coordinator.put(address, json={"email": ANA}, headers={"If-None-Match": "*"}).status_code == 412
        changed = coordinator.put(address, json={"email": "b@example.org"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        assert coordinator.delete(address, headers={"If-Match": '"1"'}).status_code == 412
        assert coordinator.delete(address, headers={"If-Match": '"2"'}).status_code == 204
        assert coordinator.put(address, json={"email": ANA}, headers={"If-Match": '"2"'}).status_code == 412
        assert coordinator.get(f"{PROGRAM}/participants/nobody/contact").status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        ["", "ana", "ana@localhost", "ana@example.org\r\nBcc: x@y.zz", "a b@example.org", "Ana <ana@example.org>", "a@b.c, d@e.ff",
         "ana@exämple.org", "änä@example.org", ".a@example.org", "a..b@example.org", "a@-example.org", "a@example.o",
         "x" * 65 + "@example.org",
         "a@" + "b." * 130 + "org",
         '"a b"@example.org', "a@[127.0.0.1]", "a\u202e@example.org", "-oQ/tmp@", "a%0d@@example.org"],
    )  # fmt: skip
    def test_what_could_not_stand_in_a_header_is_refused(self, wrong):
        with pytest.raises(ValueError, match="one address"):
            as_email(wrong)


class TestTransport:
    @pytest.fixture
    def away(self, monkeypatch) -> Callable[[Sink, str], SmtpServer]:
        """The sink, as if it were another machine."""

        def make(sink: Sink, scheme: str) -> SmtpServer:
            here = ("127.0.0.1", sink.port)
            monkeypatch.setattr(socket, "create_connection", lambda _, *more, **rest: CONNECT(here, *more, **rest))
            return smtp_server(f"{scheme}://mailer:p%40ss@mail.example.org")

        return make

    def mail(self, **more):
        return write_mail("msg_1", SENDER, ANA, AT_TWO, AT, **{"is_reply_read": True} | more)

    def test_another_machine_gets_the_mail_over_tls_with_the_password(self, certificate, away):
        trust = ssl.create_default_context(cafile=f"{certificate}.crt")
        with Sink(certificate, has_tls=True) as sink:
            assert send_mail(away(sink, "smtp"), self.mail(), trust).verdict == "delivered"
        assert (sink.mails[0].is_tls, sink.mails[0].user) == (True, "AG1haWxlcgBwQHNz")

    def test_without_tls_or_with_a_foreign_certificate_nothing_is_told(self, certificate, away):
        with Sink(certificate) as sink:
            assert send_mail(away(sink, "smtp"), self.mail()).code == "no_tls"
        with Sink(certificate, has_tls=True) as other:
            assert send_mail(away(other, "smtp"), self.mail()).code == "bad_certificate"
        assert (sink.mails, other.mails) == ([], [])
        assert not any("AUTH" in line or "MAIL" in line for line in sink.said + other.said)

    def test_a_server_that_is_not_there_is_tried_again(self, away):
        with Sink() as gone:
            server = SmtpServer("127.0.0.1", gone.port, is_tls=False)
        outcome = send_mail(server, self.mail())
        assert (outcome.verdict, outcome.code) == ("again", "unreachable")

    def test_a_server_that_drips_is_left(self, monkeypatch):
        monkeypatch.setattr("api.outbox.smtp.WHOLE_SECONDS", 0.3)
        with Sink() as sink:
            released = []
            sink.before_yes = lambda: released.append(time.sleep(1))
            outcome = send_mail(smtp_server(sink.url), self.mail())
        assert (outcome.verdict, outcome.code) == ("again", "broken_off")

    def test_a_line_break_in_a_header_is_a_defect_not_a_header(self):
        with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
            write_mail("msg_1", SENDER, "a@example.org\r\nBcc: b@example.org", AT_TWO, AT, is_reply_read=True)

    def test_a_mail_says_that_answers_are_not_read_where_that_is_so(self):
        assert self.mail(is_reply_read=False).get_content().splitlines() == [AT_TWO, "", UNREAD]
        assert self.mail().get_content().splitlines() == [AT_TWO]
        assert self.mail()["Subject"] == SUBJECT

    @pytest.mark.parametrize(
        "wrong", ["", "mail.example.org", "http://mail", "smtp://", "smtp://u@h", "smtp://h:99999", "smtp://h/x", "smtp://[::1"]
    )
    def test_a_server_that_is_none_is_said_when_the_service_starts(self, wrong):
        with pytest.raises(ValidationError, match=r"write it like|give both"):
            Settings(smtp_url=wrong or " ", mail_from=SENDER)
        with pytest.raises(ValidationError, match="say whom"):
            Settings(smtp_url="smtp://127.0.0.1:25")

    def test_only_this_machine_may_do_without_tls(self):
        here = [
            smtp_server(f"smtp://{host}:25").is_here for host in ("localhost", "127.0.0.1", "[::1]", "10.0.0.1", "localhost.example.org")
        ]
        assert here == [True, True, True, False, False]
        assert smtp_server("smtps://h").port == 465
        assert "p@ss" not in repr(smtp_server("smtp://u:p%40ss@h"))
        assert "p%40ss" not in repr(Settings(smtp_url="smtp://u:p%40ss@h", mail_from=SENDER))


def test_the_whole_service_delivers_by_itself(settings, store, engine, coordinator, sunday, publish, sink, monkeypatch):
    """The threads of a started application, with no help."""
    monkeypatch.setattr("api.outbox.delivering.LOOK_SECONDS", 0.02)
    keep_contact(coordinator)
    publish(with_ana_at("mon", "14:00"))
    deliverer = Deliverer(settings, store, clock=lambda _: sunday)
    app: FastAPI = create_app(settings, store, engine, deliverer)
    with TestClient(app):
        for _ in range(500):
            if sink.mails:
                break
            time.sleep(0.02)
    assert [mail.to for mail in sink.mails] == [[ANA]]
