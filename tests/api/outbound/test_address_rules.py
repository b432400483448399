"""Which addresses may be connected to: public ones, an organization's own where a setting says so, and none that is special."""

from __future__ import annotations

import ipaddress

import pytest

from api.kernel.settings import Settings
from api.outbound import OutboundError
from api.outbound.address_rules import WIRE_SERVERS, endpoint_of, is_reachable
from tests.api.outbound.peers import PUBLIC


def test_a_setting_opens_the_organizations_own_network_and_nothing_else(settings: Settings) -> None:
    own = ["10.0.0.1", "172.31.0.1", "192.168.0.9", "fd12::1"]
    never = ["127.0.0.1", "::1", "169.254.1.1", "fe80::1", "100.64.0.1", "0.0.0.0", *WIRE_SERVERS]
    assert [a for a in own if is_reachable(a)] == []
    assert [a for a in own if is_reachable(a, is_private_allowed=True)] == own
    assert [a for a in never if is_reachable(a, is_private_allowed=True)] == []
    assert len(WIRE_SERVERS) == 1
    assert (settings.outbound_private, settings.busy_urls, settings.ports_out) == (False, False, {443})
    assert Settings(outbound_ports="443, 8443").ports_out == {443, 8443}
    for wrong in ("", "0", "99999", "443;8443", "a"):
        with pytest.raises(ValueError, match="ports like"):
            Settings(outbound_ports=wrong)


def test_names_of_this_machine_stay_closed_whatever_the_setting() -> None:
    assert endpoint_of("https://db.internal/", frozenset({443}), is_private_allowed=True).host == "db.internal"
    for name in ("localhost", "localhost.localdomain", "metadata.google.internal", "app.localhost", "a.onion", "a.invalid"):
        with pytest.raises(OutboundError, match="bad_host"):
            endpoint_of(f"https://{name}/", frozenset({443}), is_private_allowed=True)


SPECIAL = (
    "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "::/8", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
    "fd00:ec2::/32", "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip
"""Networks for special purposes (IANA), without those of organizations."""


@pytest.mark.parametrize("special", SPECIAL)
def test_special_networks_are_closed_whatever_python_knows_of_them(special: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older versions take some for public: with all that Python says out of the way, the table alone decides."""
    for kind in (ipaddress.IPv4Address, ipaddress.IPv6Address):
        for name in ("is_multicast", "is_loopback", "is_link_local", "is_unspecified"):
            monkeypatch.setattr(kind, name, property(lambda _: False))
        monkeypatch.setattr(kind, "is_global", property(lambda _: True))
    network = ipaddress.ip_network(special)
    for address in (network[1], network[-1]):
        assert [is_reachable(str(address), is_private_allowed=allowed) for allowed in (False, True)] == [False, False]
    assert is_reachable(PUBLIC)


def test_what_python_knows_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks set aside after this was written."""
    for name in ("is_multicast", "is_loopback", "is_link_local", "is_unspecified"):
        with monkeypatch.context() as patch:
            patch.setattr(ipaddress.IPv4Address, name, property(lambda _: True))
            assert not is_reachable(PUBLIC)
    monkeypatch.setattr(ipaddress.IPv4Address, "is_global", property(lambda _: False))
    assert not is_reachable(PUBLIC)


def test_an_address_with_a_scope_is_none() -> None:
    assert [is_reachable(address) for address in ("2606:2800:21f:cb07::1", "2606:2800:21f:cb07::1%eth0")] == [True, False]
