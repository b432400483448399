"""Send a request to a checked address and read the response, with limits on time, size and redirects."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urljoin

import httpcore2

from api.kernel.settings import Settings
from api.outbound import wire
from api.outbound.address_rules import Endpoint, endpoint_of, is_reachable
from api.outbound.wire import Deadline, Network, OutboundError, PinnedBackend, look_up

AGENT = "Stepdown"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a request.

    Attributes:
        seconds: Total time: look-up, connection, redirects and every byte of the response.
        bytes_most: Maximum size of the response, both as received and decompressed.
        redirects: Maximum number of redirects, followed for GET only.
        is_private_allowed: Whether private addresses may be connected to.
    """

    seconds: float = 15.0
    bytes_most: int = 10_000_000
    redirects: int = 3
    ports: frozenset[int] = frozenset({443})
    is_private_allowed: bool = False


@dataclass(frozen=True, slots=True)
class OutboundResponse:
    """A response, whatever its status.

    Attributes:
        headers: Headers by lower-case name; the last one if a name is repeated.
        body: The decompressed body.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def limits_of(settings: Settings, *, seconds: float = 15.0, bytes_most: int = 10_000_000) -> Limits:
    """Limits with the ports and networks that this installation allows."""
    return Limits(seconds, bytes_most, ports=settings.ports_out, is_private_allowed=settings.outbound_private)


def send(
    url: str,
    *,
    method: Literal["GET", "POST"] = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    limits: Limits | None = None,
    network: Network | None = None,
) -> OutboundResponse:
    """Send a request and read the response. Blocks, so do not call it in the event loop.

    No proxy, cookie or password from the environment is used. A redirect of a POST is returned, not followed.

    Raises:
        OutboundError: With a code of `OUTBOUND_ERRORS`.
    """
    limits, network = limits or Limits(), network or wire.NETWORK
    deadline, sent = Deadline(limits.seconds), dict(headers or {})
    for _ in range(limits.redirects + 1):
        place = endpoint_of(url, limits.ports, is_private_allowed=limits.is_private_allowed)
        answer = _send_once(place, method, sent, body, limits, network, deadline)
        if method != "GET" or answer.status not in REDIRECTS:
            return answer
        url = _redirected(place, answer)
        if endpoint_of(url, limits.ports, is_private_allowed=limits.is_private_allowed).host != place.host:
            sent = {name: value for name, value in sent.items() if name.lower() not in SECRET_HEADERS}
    raise OutboundError("bad_redirect")


def _redirected(place: Endpoint, answer: OutboundResponse) -> str:
    """The target of a redirect, checked like an address that was typed in."""
    location = answer.headers.get("location", "")
    if not location:
        raise OutboundError("bad_redirect")
    try:
        return urljoin(f"https://{_authority(place)}{place.target}", location)
    except ValueError:
        raise OutboundError("bad_redirect") from None


def _authority(place: Endpoint) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return host if place.port == 443 else f"{host}:{place.port}"


def _send_once(
    place: Endpoint, method: str, headers: Mapping[str, str], body: bytes, limits: Limits, network: Network, deadline: Deadline
) -> OutboundResponse:
    """Send one request to one destination, over a new connection."""
    addresses = look_up(network.resolve, place.host, place.port, deadline)
    # If any of the addresses is not allowed, none is connected to.
    if not all(is_reachable(address, is_private_allowed=limits.is_private_allowed) for address in addresses):
        raise OutboundError("not_public")
    url = httpcore2.URL(scheme=b"https", host=place.host.encode(), port=place.port, target=place.target.encode())
    sent = [("Host", _authority(place)), ("User-Agent", AGENT), ("Accept-Encoding", "gzip"), ("Connection", "close"), *headers.items()]
    if method != "GET":
        sent.append(("Content-Length", str(len(body))))
    backend = PinnedBackend(network, addresses, deadline)
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=network.trust(), network_backend=backend, max_connections=1) as pool,
            pool.stream(method, url, headers=sent, content=body or None) as response,
        ):
            return _read(response, limits)
    except httpcore2.ConnectError as error:
        raise OutboundError("bad_certificate" if _is_about_certificate(error) else "unreachable") from None
    except httpcore2.TimeoutException:
        raise OutboundError("timed_out") from None
    except httpcore2.NetworkError:
        raise OutboundError("unreachable") from None
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, zlib.error):
        raise OutboundError("broken") from None


def _is_about_certificate(error: httpcore2.ConnectError) -> bool:
    # The library wraps the system's error without setting it as the cause.
    return any(isinstance(part, ssl.SSLCertVerificationError) for part in (error.__cause__, *error.args))


def _read(response: httpcore2.Response, limits: Limits) -> OutboundResponse:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    match headers.get("content-encoding", "identity").strip().lower():
        case "identity" | "":
            body = _whole(response.iter_stream(), limits.bytes_most)
        case "gzip" | "x-gzip":
            body = _unpacked(response.iter_stream(), limits.bytes_most)
        case _:
            raise OutboundError("broken")
    return OutboundResponse(response.status, headers, body)


def _whole(parts: Iterable[bytes], most: int) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > most:
            raise OutboundError("too_large")
    return bytes(body)


def _unpacked(parts: Iterable[bytes], most: int) -> bytes:
    """Decompress in pieces, up to the limit, so that no more than that is ever in memory."""
    body, size = bytearray(), 0
    machine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for part in parts:
        size += len(part)
        body += machine.decompress(part, most + 1 - len(body))
        if size > most or len(body) > most:
            raise OutboundError("too_large")
    if not machine.eof:
        raise OutboundError("broken")
    return bytes(body)
