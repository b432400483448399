"""Connecting out: 50 hostile addresses, 0 connections; and the honest ones work."""

from __future__ import annotations

import gzip
import logging
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.outbound import OUTBOUND_ERRORS, Limits, Network, OutboundError, send
from api.outbound.places import is_reachable
from api.settings import Settings
from tests.api.outbound.peers import HOST, PUBLIC, Names, Peer, answer, make_certificate, network_to

URL = f"https://{HOST}/secret-token.ics"

HOSTILE = {
    # What an address looks like is enough to refuse it.
    "bad_url": (
        "", " https://calendar.example.org/", "https://calendar.example.org/ x", "https://calendar.example.org\\@10.0.0.1/",
        "https://calendar.example.org/\r\nHost: intern", "https://calendar.example.org:port/", "https://calendar.example.org:99999/",
        "https://[::1/", "https://ⓛocalhost/", "https://\uff11\uff12\uff17.0.0.1/", "https://calendar.example.org/" + "x" * 2000, "https://a\tb.example/",
    ),
    "not_https": (
        "http://calendar.example.org/", "file:///etc/passwd", "gopher://calendar.example.org/", "ftp://calendar.example.org/",
        "calendar", "javascript:alert(1)", "data:text/calendar,BEGIN:VCALENDAR", "webcals://a.example.org/", "//calendar.example.org/",
    ),
    "credentials": ("https://user@calendar.example.org/", "https://user:word@calendar.example.org/", "https://calendar.example.org@169.254.169.254/"),
    "bad_port": ("https://calendar.example.org:22/", "https://calendar.example.org:8443/", "https://calendar.example.org:0/"),
    "bad_host": (
        "https://", "https://localhost/", "https://LOCALHOST./", "https://app.localhost/", "https://intranet/", "https://printer.local/", "https://db.internal/",
        "https://metadata.google.internal/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://0x7f.1/",
        "https://127.0.0.1.0/", "https://%31%32%37.0.0.1/", "https://-a-.example/", "https://x.home.arpa/",
    ),
    "not_public": (
        "https://127.0.0.1/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.169.254/", "https://100.64.0.1/",
        "https://0.0.0.0/", "https://[::]/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[::ffff:7f00:0001]/", "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/", "https://[fe80::1]/", "https://[fd00:ec2::254]/", "https://224.0.0.1/", "https://255.255.255.255/",
        "https://198.18.0.1/", "https://168.63.129.16/", "https://[2001:db8::1]/", "https://[::7f00:1]/",
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


@pytest.mark.parametrize(("code", "url"), [(code, url) for code, urls in HOSTILE.items() for url in urls])
def test_a_hostile_address_is_refused_before_anything_is_connected_to(peer: Peer, certificate: Path, code: str, url: str) -> None:
    def as_written(host: str, port: int) -> list[str]:
        return [host]

    network, _, detour = network_to(peer, certificate)
    network = Network(as_written, network.backend, network.trust)
    assert (code_of(url, network), detour.connected) == (code, [])


NOT_PUBLIC = [
    "127.0.0.1",
    "::1",
    "::ffff:93.184.215.14",
    "169.254.169.254",
    "fe80::1%eth0",
    "100.127.255.255",
    "64:ff9b::5db8:d70e",
    "nonsense",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_one_address_that_is_not_public_among_public_ones_is_enough(peer: Peer, certificate: Path, address: str) -> None:
    network, _, detour = network_to(peer, certificate, Names(**{HOST: (PUBLIC, address)}))
    assert (code_of(URL, network), detour.connected) == ("not_public", [])


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_looked_at(peer: Peer, certificate: Path) -> None:
    """A name that changes between look and connection (DNS rebinding) gains nothing."""
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
            raise __import__("httpcore2").ConnectError("dead")
        return connect(host, port, **options)

    detour.connect_tcp = dead_first  # type: ignore[method-assign, assignment]
    peer.says(answer("200 OK", b"hello"))
    assert send(URL, network=network).body == b"hello"


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


REDIRECTED = {
    "http://calendar.example.org/": "not_https",
    "https://169.254.169.254/latest/meta-data": "not_public",
    "https://intern.example.org/": "not_public",
    "https://calendar.example.org:8080/": "bad_port",
    "https://[::1": "bad_redirect",
    "": "bad_redirect",
}


@pytest.mark.parametrize("location", REDIRECTED)
def test_a_redirect_is_looked_at_like_any_address(peer: Peer, certificate: Path, location: str) -> None:
    network, _, detour = network_to(
        peer, certificate, Names(**{"intern.example.org": ("10.0.0.1",), "169.254.169.254": ("169.254.169.254",)})
    )
    peer.says(answer("301 Moved Permanently", Location=location))
    assert (code_of(URL, network), len(detour.connected)) == (REDIRECTED[location], 1)


def test_four_redirects_are_too_many(peer: Peer, network: Network) -> None:
    peer.says(*[answer("302 Found", Location=URL)] * 4)
    assert (code_of(URL, network), len(peer.asked)) == ("bad_redirect", 4)


def test_a_packed_answer_is_unpacked_and_a_bomb_ends_early(peer: Peer, network: Network) -> None:
    peer.says(answer("200 OK", gzip.compress(b"hello"), Content_Encoding="gzip"))
    assert send(URL, network=network).body == b"hello"
    bomb = gzip.compress(bytes(50_000_000))
    peer.says(answer("200 OK", bomb, Content_Encoding="gzip"))
    begun = time.monotonic()
    assert code_of(URL, network, limits=Limits(bytes_most=1_000_000)) == "too_large"
    assert time.monotonic() - begun < 3
    peer.says(answer("200 OK", gzip.compress(b"hello" * 999)[:-9], Content_Encoding="gzip"))
    assert code_of(URL, network) == "broken"
    peer.says(answer("200 OK", b"hello", Content_Encoding="br"))
    assert code_of(URL, network) == "broken"


def test_what_is_too_large_or_never_ends_is_cut(peer: Peer, network: Network) -> None:
    peer.says(answer("200 OK", bytes(1001)))
    assert code_of(URL, network, limits=Limits(bytes_most=1000)) == "too_large"

    def endless(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"3e8\r\n" + bytes(1000) + b"\r\n")

    peer.says(endless)
    assert code_of(URL, network, limits=Limits(bytes_most=100_000)) == "too_large"


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_what_drips_is_cut_when_the_time_of_all_is_over(peer: Peer, network: Network, first: bytes) -> None:
    """Headers as well as the body: every byte comes well before any limit of a single wait."""

    def drip(connection: ssl.SSLSocket) -> None:
        connection.sendall(first)
        for n in range(200):
            connection.sendall(b"X" if n % 5 else b"X: y\r\n" if not first.endswith(b"\r\n\r\n") else b"z")
            time.sleep(0.02)

    peer.says(drip)
    begun = time.monotonic()
    assert code_of(URL, network, limits=Limits(seconds=0.5)) in ("timed_out", "broken")
    assert time.monotonic() - begun < 2.5


def test_a_name_that_takes_its_time_is_cut_too(peer: Peer, network: Network) -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(1)
        return [PUBLIC]

    begun = time.monotonic()
    assert code_of(URL, Network(slow, network.backend, network.trust), limits=Limits(seconds=0.2)) == "timed_out"
    assert time.monotonic() - begun < 0.9


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
        *HOSTILE,
        "not_found",
        "unreachable",
        "bad_certificate",
        "timed_out",
        "too_large",
        "bad_redirect",
        "broken",
    }


def test_a_setting_opens_the_organizations_own_network_and_nothing_else(settings: Settings) -> None:
    own = ["10.0.0.1", "172.31.0.1", "192.168.0.9", "fd12::1"]
    never = ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "fd00:ec2::254", "100.64.0.1", "::ffff:10.0.0.1", "0.0.0.0"]
    assert [a for a in own if is_reachable(a)] == []
    assert [a for a in own if is_reachable(a, is_private_allowed=True)] == own
    assert [a for a in never if is_reachable(a, is_private_allowed=True)] == []
    assert (settings.outbound_private, settings.busy_urls, settings.ports_out) == (False, False, {443})
    assert Settings(outbound_ports="443, 8443").ports_out == {443, 8443}
    for wrong in ("", "0", "99999", "443;8443", "a"):
        with pytest.raises(ValueError, match="ports like"):
            Settings(outbound_ports=wrong)
