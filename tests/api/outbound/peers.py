"""A server on this machine that plays one on the internet: its name has a public address, the connection ends here."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpcore2

from api.outbound import Network

HOST = "calendar.example.org"
PUBLIC = "93.184.215.14"


def make_certificate(folder: Path, host: str = HOST) -> Path:
    """A key and a certificate that signs itself, in one file."""
    file = folder / f"{host}.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        f" -subj /CN={host} -addext subjectAltName=DNS:{host} -keyout {file} -out {file}.crt"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


class Peer:
    """Answers every connection with the next of its answers.

    Attributes:
        asked: What was received, up to the end of each request.
    """

    def __init__(self, certificate: Path) -> None:
        self.asked: list[bytes] = []
        self.answers: list[Callable[[ssl.SSLSocket], None]] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def says(self, *answers: bytes | Callable[[ssl.SSLSocket], None]) -> None:
        """Give these answers, one for each connection."""
        self.answers = [a if callable(a) else lambda connection, content=a: connection.sendall(content) for a in answers]

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            plain.settimeout(5)
            try:
                with self._context.wrap_socket(plain, server_side=True) as connection:
                    self.asked.append(_request(connection))
                    self.answers.pop(0)(connection)
            except OSError:
                plain.close()


def _request(connection: ssl.SSLSocket) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Detour(httpcore2.NetworkBackend):
    """Connects to the peer, whatever address is asked for, and notes it."""

    def __init__(self, port: int) -> None:
        self.port, self.connected, self.seconds = port, [], []

    def connect_tcp(self, host: str, port: int, *_: Any, timeout: float | None = None, **__: Any) -> httpcore2.NetworkStream:
        self.connected.append((host, port))
        self.seconds.append(timeout)
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout=timeout)


class Names:
    """A look-up that says what it is told and notes what it was asked."""

    def __init__(self, **of: Sequence[str]) -> None:
        self.asked: list[str] = []
        self.of: dict[str, Sequence[str]] = {HOST: (PUBLIC,), **of}

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.of:
            raise OSError("no such name")
        return self.of[host]


def network_to(peer: Peer, certificate: Path, names: Names | None = None) -> tuple[Network, Names, Detour]:
    """A network in which every address leads to the peer, and its certificate is trusted."""
    names, detour = names or Names(), Detour(peer.port)

    def trust() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=f"{certificate}.crt")

    return Network(names, detour, trust), names, detour


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    """An answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
