"""Parts of an outbound connection: name look-up, sockets with a deadline, and errors."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore2

OUTBOUND_ERRORS: dict[str, str] = {
    "bad_url": "This is not an address; copy it again, including https:// at the beginning.",
    "not_https": "Only addresses that begin with https:// (or webcal://) are allowed.",
    "credentials": "Addresses with a user name or password are not allowed.",
    "bad_host": "The host cannot be reached from outside; use a full public name, e.g. calendar.example.org.",
    "bad_port": "The port is not allowed here; leave it out.",
    "not_found": "The host name is unknown; check the spelling.",
    "not_public": "The host has an address that is not public, which is not allowed.",
    "unreachable": "The server does not respond; try again later.",
    "bad_certificate": "The server's certificate is not trusted, or belongs to another name.",
    "timed_out": "The server did not respond completely in time; try again later.",
    "too_large": "The response is too large.",
    "bad_redirect": "The server redirects too often, or to an invalid address.",
    "broken": "The response is not valid.",
}
"""Errors of outbound connections, worded for the person who typed in the address. None contains the address."""

# Its log lines contain hosts and headers, one for every step at level debug.
logging.getLogger("httpcore2").setLevel(logging.WARNING)

LOOKING_UP_AT_ONCE = 8
_looking_up = threading.BoundedSemaphore(LOOKING_UP_AT_ONCE)


class OutboundError(Exception):
    """The request could not be sent, or got no usable response.

    Attributes:
        code: One of `OUTBOUND_ERRORS`.
    """

    def __init__(self, code: str) -> None:
        self.code, self.detail = code, OUTBOUND_ERRORS[code]
        super().__init__(code)


class Deadline:
    """The deadline of a whole request, however slowly its bytes arrive."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """The remaining seconds.

        Raises:
            OutboundError: The deadline has passed.
        """
        if (left := self._at - time.monotonic()) <= 0:
            raise OutboundError("timed_out")
        return left


Resolve = Callable[[str, int], Sequence[str]]
"""Returns all addresses of a name; raises OSError if it has none."""


@dataclass(frozen=True, slots=True)
class Network:
    """How names are looked up, addresses connected to and certificates checked; replaced in tests."""

    resolve: Resolve
    backend: httpcore2.NetworkBackend
    trust: Callable[[], ssl.SSLContext]


def look_up(resolve: Resolve, host: str, port: int, deadline: Deadline) -> tuple[str, ...]:
    """All addresses of a name, looked up in a separate thread because the system sets no time limit.

    Raises:
        OutboundError: The name has no address, or the look-up took too long.
    """
    results: list[Sequence[str] | None] = []

    def look() -> None:
        try:
            results.append(resolve(host, port))
        except (OSError, UnicodeError):
            results.append(None)
        finally:
            _looking_up.release()

    if not _looking_up.acquire(timeout=deadline.left):
        raise OutboundError("timed_out")
    thread = threading.Thread(target=look, name="lookup", daemon=True)
    thread.start()
    thread.join(deadline.left)
    if not results:
        raise OutboundError("timed_out")
    if not results[0]:
        raise OutboundError("not_found")
    return tuple(dict.fromkeys(results[0]))


def _resolve(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


NETWORK = Network(_resolve, httpcore2.SyncBackend(), _trust)
"""The network used outside of tests."""


class PinnedBackend(httpcore2.NetworkBackend):
    """Connects only to the checked addresses, whatever name is requested, and never waits past the deadline."""

    def __init__(self, network: Network, addresses: Sequence[str], deadline: Deadline) -> None:
        self._network, self._addresses, self._deadline = network, addresses, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of the addresses that responds."""
        for number, address in enumerate(self._addresses):
            others = len(self._addresses) - number
            try:
                stream = self._network.backend.connect_tcp(address, port, timeout=self._deadline.left / others)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if others == 1:
                    raise
            else:
                return _TimedStream(stream, self._deadline)
        raise OutboundError("unreachable")


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose operations never wait past the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:  # fmt: skip
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
