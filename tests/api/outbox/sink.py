"""A mail server on this machine that keeps what it is given, and answers as it is told."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass
class Mail:
    """A mail as it was handed over."""

    sender: str
    to: list[str]
    content: bytes
    is_tls: bool
    user: str = ""

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class Sink:
    """The server.

    Attributes:
        answers: What to answer to a verb instead of yes, e.g. {"RCPT": "550 no such user"}.
        before_yes: Called when a mail is there and not yet accepted.
        has_tls: Whether STARTTLS is offered.
    """

    certificate: Path | None = None
    answers: dict[str, str] = field(default_factory=dict)
    before_yes: Callable[[], None] = lambda: None
    has_tls: bool = False
    mails: list[Mail] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __enter__(self) -> Sink:
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = 10

            def handle(self) -> None:
                Talk(sink, self.connection).run()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class Talk:
    """One conversation."""

    def __init__(self, sink: Sink, connection: socket.socket) -> None:
        self.sink, self.connection, self.is_tls = sink, connection, False
        self.sender, self.to, self.user = "", list[str](), ""

    def run(self) -> None:
        try:
            self._talk()
        except OSError:
            pass
        finally:
            self.connection.close()

    def _talk(self) -> None:
        self._say("220 ready")
        self.file = self.connection.makefile("rb")
        while line := self.file.readline().decode().rstrip("\r\n"):
            self.sink.said.append(line)
            verb = line.partition(" ")[0].upper()
            if verb in self.sink.answers:
                self._say(self.sink.answers[verb])
            elif verb == "EHLO":
                offers = [*(["STARTTLS"] if self.sink.has_tls and not self.is_tls else []), "AUTH PLAIN"]
                self._say("\r\n".join(["250-here", *(f"250-{o}" for o in offers[:-1]), f"250 {offers[-1]}"]))
            elif verb == "STARTTLS":
                self._say("220 go")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                assert self.sink.certificate is not None
                context.load_cert_chain(self.sink.certificate)
                self.file.close()
                self.connection, self.is_tls = context.wrap_socket(self.connection, server_side=True), True
                self.file = self.connection.makefile("rb")
            elif not self._of_mail(verb, line):
                break
        self.file.close()

    def _of_mail(self, verb: str, line: str) -> bool:
        if verb == "AUTH":
            self.user = line.split()[-1]
            self._say("235 welcome")
        elif verb == "MAIL":
            self.sender, self.to = line.partition("<")[2].partition(">")[0], []
            self._say("250 yes")
        elif verb == "RCPT":
            self.to.append(line.partition("<")[2].partition(">")[0])
            self._say("250 yes")
        elif verb == "DATA":
            self._say("354 go on")
            content = b""
            while (part := self.file.readline()) not in (b".\r\n", b""):
                content += part
            self.sink.mails.append(Mail(self.sender, self.to, content, self.is_tls, self.user))
            self.sink.before_yes()
            self._say(self.sink.answers.get("DONE", "250 accepted"))
        else:
            self._say("221 bye" if verb == "QUIT" else "250 yes")
        return verb != "QUIT"

    def _say(self, line: str) -> None:
        self.connection.sendall(f"{line}\r\n".encode())
