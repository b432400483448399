"""Connecting out: addresses that may not be connected to, 0 connections; and the honest ones work."""

from __future__ import annotations

import gzip
import logging
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.outbound import OUTBOUND_ERRORS, Limits, Network, OutboundError, send, sending, wire
from tests.api.outbound.peers import HOST, PUBLIC, Names, Peer, answer, make_certificate, network_to

URL = f"https://{HOST}/secret-token.ics"

REFUSED = {
    # What an address looks like is enough to refuse it.
    "bad_url": (
        "", " https://calendar.example.org/", "https://calendar.example.org/ x", "https://calendar.example.org/\n", '"https://calendar.example.org/"',
        "https://calendar.example.org/\u00e9", "https://calendar.example.org:port/", "https://calendar.example.org:99999/",
        "https://[calendar/", "https://calendar.example.org/" + "x" * 2000,
    ),
    "not_https": (
        "http://calendar.example.org/", "file:///home/ana/calendar.ics", "ftp://calendar.example.org/", "mailto:ana@example.org",
        "calendar", "webcals://a.example.org/", "//calendar.example.org/",
    ),
    "credentials": ("https://user@calendar.example.org/", "https://user:word@calendar.example.org/"),
    "bad_port": ("https://calendar.example.org:22/", "https://calendar.example.org:8443/", "https://calendar.example.org:0/"),
    "bad_host": (
        "https://", "https://localhost/", "https://LOCALHOST./", "https://app.localhost/", "https://intranet/", "https://printer.local/",
        "https://db.internal/", "https://x.home.arpa/", "https://-a-.example/", "https://calendar.5/", "https://calendar.example.5th/",
    ),
    "not_public": (
        "https://127.0.0.1/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.1.1/", "https://100.64.0.1/",
        "https://0.0.0.0/", "https://224.0.0.1/", "https://[::1]/", "https://[fe80::1]/", "https://[fd12::1]/", "https://[2001:db8::1]/",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def peer(certificate: Path) -> Iterator[Peer]:
    made = Peer(certificate)
    yield made
    made.close()


@pytest.fixture
def network(peer: Peer, certificate: Path) -> Network:
    return network_to(peer, certificate)[0]


def code_of(url: str, network: Network, **options: object) -> str:
    with pytest.raises(OutboundError) as caught:
        send(url, network=network, **options)  # type: ignore[arg-type]
    return caught.value.code


@pytest.mark.parametrize(("code", "url"), [(code, url) for code, urls in REFUSED.items() for url in urls])
def test_an_address_is_refused_before_anything_is_connected_to(peer: Peer, certificate: Path, code: str, url: str) -> None:
    def as_written(host: str, port: int) -> list[str]:
        return [host]

    network, _, detour = network_to(peer, certificate)
    network = Network(as_written, network.backend, network.trust)
    assert (code_of(url, network), detour.connected) == (code, [])


NOT_PUBLIC = ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fe80::1%eth0", "nonsense"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_one_address_that_is_not_public_among_public_ones_is_enough(peer: Peer, certificate: Path, address: str) -> None:
    network, _, detour = network_to(peer, certificate, Names(**{HOST: (PUBLIC, address)}))
    assert (code_of(URL, network), detour.connected) == ("not_public", [])


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_looked_at(peer: Peer, certificate: Path) -> None:
    network, names, detour = network_to(peer, certificate)
    peer.says(answer("200 OK", b"hello"))
    found = send("webcal://" + URL.removeprefix("https://") + "?a=1#part", headers={"If-None-Match": '"x"'}, network=network)
    assert (found.status, found.body, names.asked, detour.connected) == (200, b"hello", [HOST], [(PUBLIC, 443)])
    head = peer.asked[0].decode().splitlines()
    assert head[0] == "GET /secret-token.ics?a=1 HTTP/1.1"
    assert {"Host: " + HOST, 'If-None-Match: "x"', "Accept-Encoding: gzip"} <= set(head)
    assert not [line for line in head if line.lower().startswith(("cookie", "authorization", "proxy"))]


def test_the_next_address_is_tried_when_the_first_does_not_answer(peer: Peer, certificate: Path) -> None:
    network, _, detour = network_to(peer, certificate, Names(**{HOST: ("93.184.215.1", PUBLIC)}))
    connect = detour.connect_tcp

    def dead_first(host: str, port: int, **options: object) -> object:
        if host == "93.184.215.1":
            assert 0 < options["timeout"] <= 4  # type: ignore[operator] # a share of the time for each address
            raise __import__("httpcore2").ConnectError("dead")
        return connect(host, port, **options)

    detour.connect_tcp = dead_first  # type: ignore[method-assign, assignment]
    peer.says(answer("200 OK", b"hello"))
    assert send(URL, network=network, limits=Limits(seconds=8)).body == b"hello"
    assert 0 < detour.seconds[0] <= 8, "and no connection waits past the end of all"


def test_a_body_is_posted_and_a_redirect_of_it_is_not_followed(peer: Peer, network: Network) -> None:
    peer.says(answer("307 Temporary Redirect", Location="https://other.example.org/"))
    found = send(URL, method="POST", headers={"X-Signature": "abc"}, body=b"{}", network=network)
    assert (found.status, len(peer.asked), peer.asked[0].endswith(b"\r\n\r\n{}")) == (307, 1, True)


def test_redirects_are_followed_without_the_secrets_of_the_first_host(peer: Peer, certificate: Path) -> None:
    network, names, _ = network_to(peer, certificate)
    peer.says(answer("302 Found", Location="/second"), answer("200 OK", b"there"))
    assert send(URL, headers={"Authorization": "Bearer x"}, network=network).body == b"there"
    assert (peer.asked[1].startswith(b"GET /second "), b"Bearer" in peer.asked[1], names.asked) == (True, True, [HOST, HOST])
    peer.says(answer("302 Found", Location="https://www.example.org/"))
    names.of["www.example.org"] = (PUBLIC,)
    assert code_of(URL, network, headers={"Authorization": "Bearer x"}) == "bad_certificate"
    trusting = network.trust()
    trusting.check_hostname = False
    peer.asked.clear()
    peer.says(answer("302 Found", Location="https://www.example.org/"), answer("200 OK", b"there"))
    found = send(URL, headers={"Authorization": "Bearer x"}, network=Network(names, network.backend, lambda: trusting))
    assert (found.body, [b"Bearer" in asked for asked in peer.asked]) == (b"there", [True, False])


REDIRECTED = {
    "http://calendar.example.org/": "not_https",
    "https://192.168.1.1/": "not_public",
    "https://intern.example.org/": "not_public",
    "https://calendar.example.org:8080/": "bad_port",
    "https://[calendar": "bad_redirect",
    "": "bad_redirect",
}


@pytest.mark.parametrize("location", REDIRECTED)
def test_a_redirect_is_looked_at_like_any_address(peer: Peer, certificate: Path, location: str) -> None:
    names = Names(**{"intern.example.org": ("10.0.0.1",), "192.168.1.1": ("192.168.1.1",)})
    network, _, detour = network_to(peer, certificate, names)
    peer.says(answer("301 Moved Permanently", Location=location))
    assert (code_of(URL, network), len(detour.connected)) == (REDIRECTED[location], 1)


def test_four_redirects_are_too_many(peer: Peer, network: Network) -> None:
    peer.says(*[answer("302 Found", Location=URL)] * 4)
    assert (code_of(URL, network), len(peer.asked)) == ("bad_redirect", 4)


def test_a_packed_answer_is_unpacked_up_to_the_limit(peer: Peer, network: Network) -> None:
    text = "".join(map(str, range(1000))).encode()
    whole = answer("200 OK", gzip.compress(text), Content_Encoding="gzip")
    peer.says(whole, whole, whole)
    assert send(URL, network=network, limits=Limits(bytes_most=len(text))).body == text
    assert code_of(URL, network, limits=Limits(bytes_most=len(text) - 1)) == "too_large"
    assert code_of(URL, network, limits=Limits(bytes_most=100)) == "too_large"
    peer.says(answer("200 OK", gzip.compress(b"hello"), Content_Encoding="gzip"))
    assert code_of(URL, network, limits=Limits(bytes_most=10)) == "too_large", "as it comes it is longer than unpacked"
    peer.says(answer("200 OK", gzip.compress(text)[:-9], Content_Encoding="gzip"), answer("200 OK", b"hello", Content_Encoding="br"))
    assert code_of(URL, network) == "broken"
    assert code_of(URL, network) == "broken"


def test_of_a_packed_answer_no_more_than_the_limit_is_in_memory() -> None:
    """A file of 1 MB, of which 1,000 bytes are wanted."""
    packed = gzip.compress("".join(map(str, range(170_000))).encode())
    tracemalloc.start()
    try:
        with pytest.raises(OutboundError, match="too_large"):
            sending._unpacked([packed], 1_000)
        assert tracemalloc.get_traced_memory()[1] < 600_000
    finally:
        tracemalloc.stop()


def test_what_is_too_large_is_cut(peer: Peer, network: Network) -> None:
    """Whether it says how long it is or comes in pieces."""
    pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"3e8\r\n" + bytes(1000) + b"\r\n") * 3 + b"0\r\n\r\n"
    for content in (answer("200 OK", bytes(3000)), pieces):
        peer.says(content, content)
        assert send(URL, network=network, limits=Limits(bytes_most=3000)).body == bytes(3000)
        assert code_of(URL, network, limits=Limits(bytes_most=2999)) == "too_large"


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_what_drips_is_cut_when_the_time_of_all_is_over(peer: Peer, network: Network, first: bytes) -> None:
    """Headers as well as the body: every byte comes well before any limit of a single wait."""

    def drip(connection: ssl.SSLSocket) -> None:
        connection.sendall(first)
        for n in range(2000):
            connection.sendall(b"X" if n % 5 else b"X: y\r\n" if not first.endswith(b"\r\n\r\n") else b"z")
            time.sleep(0.02)

    peer.says(drip)
    begun = time.monotonic()
    assert code_of(URL, network, limits=Limits(seconds=0.5)) in ("timed_out", "broken")
    assert time.monotonic() - begun < 20


def test_a_name_that_takes_its_time_is_cut_too(peer: Peer, network: Network) -> None:
    is_over = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        is_over.wait(60)
        return [PUBLIC]

    begun = time.monotonic()
    assert code_of(URL, Network(slow, network.backend, network.trust), limits=Limits(seconds=0.2)) == "timed_out"
    assert time.monotonic() - begun < 30
    is_over.set()


def test_names_are_looked_up_a_few_at_a_time(peer: Peer, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every place taken a request waits for one, until its time is over; afterwards the place is free again."""
    assert wire.LOOKING_UP_AT_ONCE == 8
    one = threading.BoundedSemaphore(1)
    monkeypatch.setattr(wire, "_looking_up", one)
    with one:
        assert code_of(URL, network, limits=Limits(seconds=0.1)) == "timed_out"
    peer.says(answer("200 OK", b"hello"))
    assert send(URL, network=network).body == b"hello"
    assert one.acquire(blocking=False)


def test_a_certificate_of_another_name_or_of_nobody_is_refused(peer: Peer, certificate: Path, tmp_path: Path) -> None:
    network, names, _ = network_to(peer, certificate)
    names.of["other.example.org"] = (PUBLIC,)
    assert code_of("https://other.example.org/", network) == "bad_certificate"
    strangers = network_to(peer, make_certificate(tmp_path, "stranger.example.org"))[0]
    assert code_of(URL, strangers) == "bad_certificate"
    assert peer.asked == []


def test_no_proxy_of_the_environment_is_used(peer: Peer, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    peer.says(answer("200 OK", b"direct"))
    assert send(URL, network=network).body == b"direct"


@pytest.mark.parametrize(
    "content", [b"SSH-2.0-OpenSSH_9\r\n", b"", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"]
)
def test_what_is_no_answer_is_told_as_such(peer: Peer, network: Network, content: bytes) -> None:
    peer.says(content)
    assert code_of(URL, network) in ("broken", "unreachable")


def test_an_address_or_its_answer_is_in_no_error_and_no_log(peer: Peer, network: Network, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    peer.says(answer("302 Found", b"planted", Location="https://127.0.0.1/planted"))
    with pytest.raises(OutboundError) as caught:
        send(URL, network=network)
    said = f"{caught.value} {caught.value.detail} {caplog.text}"
    assert [word for word in (HOST, "secret-token", "planted", "127.0.0.1") if word in said] == []
    assert set(OUTBOUND_ERRORS) == {
        *REFUSED,
        "not_found",
        "unreachable",
        "bad_certificate",
        "timed_out",
        "too_large",
        "bad_redirect",
        "broken",
    }
