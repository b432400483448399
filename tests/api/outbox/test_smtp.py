"""One mail and the server it is handed to: addresses, TLS, refusals. Every mail goes to a server on this machine."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.delivery.smtp import SUBJECT, UNREAD, send_mail, write_mail
from api.kernel.mail_addresses import SmtpServer, as_email, smtp_server
from api.kernel.settings import Settings
from tests.api.outbound.peers import make_certificate
from tests.api.outbox.sink import Sink

CONNECT = socket.create_connection
SENDER = "no-reply@example.net"
ANA = "ana.quennell@example.org"
AT = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
AT_TWO = "Your appointment on Monday, November 30 at 1:00 pm is now at 2:00 pm."


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("mail"), "mail.example.org")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as made:
        yield made


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
        monkeypatch.setattr("api.delivery.smtp.WHOLE_SECONDS", 0.3)
        with Sink() as sink:
            released = []
            sink.before_yes = lambda: released.append(time.sleep(1))
            outcome = send_mail(smtp_server(sink.url), self.mail())
        assert (outcome.verdict, outcome.code) == ("again", "broken_off")

    def test_a_line_break_in_a_header_is_a_defect_not_a_header(self):
        with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
            write_mail("msg_1", SENDER, "a@example\n.org", AT_TWO, AT, is_reply_read=True)

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
        with pytest.raises(ValidationError, match="set the sender"):
            Settings(smtp_url="smtp://127.0.0.1:25")

    def test_only_this_machine_may_do_without_tls(self):
        here = [
            smtp_server(f"smtp://{host}:25").is_here for host in ("localhost", "127.0.0.1", "[::1]", "10.0.0.1", "localhost.example.org")
        ]
        assert here == [True, True, True, False, False]
        assert smtp_server("smtps://h").port == 465
        assert "p@ss" not in repr(smtp_server("smtp://u:p%40ss@h"))
        assert "p%40ss" not in repr(Settings(smtp_url="smtp://u:p%40ss@h", mail_from=SENDER))

    @pytest.mark.parametrize(
        "wrong",
        ["", "ana", "ana@localhost", "ana@exam\nple.org", "a b@example.org", "Ana <ana@example.org>", "a@b.c, d@e.ff",
         "ana@exämple.org", "änä@example.org", ".a@example.org", "a..b@example.org", "a@-example.org", "a@example.o",
         "x" * 65 + "@example.org",
         "a@" + "b." * 130 + "org",
         '"a b"@example.org', "a@[127.0.0.1]", "ana@example.org;", "ana@@example.org"],
    )  # fmt: skip
    def test_what_could_not_stand_in_a_header_is_refused(self, wrong):
        with pytest.raises(ValueError, match="one address"):
            as_email(wrong)
