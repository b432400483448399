"""Rules for the addresses that may be connected to."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from api.outbound.wire import OutboundError

MOST_CHARACTERS = 2000
WRITTEN = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""Characters allowed in a URL (RFC 3986): no spaces, quotes, backslashes or control characters; names in other scripts as punycode."""

NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
"""A name with a dot whose last part begins with a letter; no other names are looked up."""

PRIVATE_ENDINGS = (".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp", ".private", ".home.arpa", ".test")
NEVER_ENDINGS = (".localhost", ".onion", ".invalid")
NEVER_NAMES = frozenset({"localhost.localdomain", "metadata.google.internal"})

ORGANIZATIONS = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""Private networks (RFC 1918, RFC 4193), which a setting can allow."""

NEVER_6 = tuple(
    map(
        ipaddress.IPv6Network,
        # Special-purpose networks (IANA), and cloud metadata.
        ("::/8", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
         "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::/32"),
    )
)  # fmt: skip
NEVER_4 = tuple(
    map(
        ipaddress.IPv4Network,
        ("0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
         "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)  # fmt: skip
WIRE_SERVERS = frozenset({"168.63.129.16"})
"""Public addresses at which clouds serve metadata to their own machines."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The destination of a request: a URL that passed all checks except those of the addresses its name resolves to.

    Attributes:
        host: A name, or an address as written.
        target: The path and query.
    """

    host: str
    port: int
    target: str


def endpoint_of(url: str, ports: frozenset[int], *, is_private_allowed: bool = False) -> Endpoint:
    """Parse and check a URL that a user typed in; ``webcal://`` means https.

    Raises:
        OutboundError: The URL is not allowed, whatever its name resolves to.
    """
    if len(url) > MOST_CHARACTERS or not WRITTEN.fullmatch(url):
        raise OutboundError("bad_url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutboundError("bad_url") from None
    if parts.scheme not in ("https", "webcal"):
        raise OutboundError("not_https")
    if "@" in parts.netloc:
        raise OutboundError("credentials")
    host = (parts.hostname or "").rstrip(".")
    if not _is_host(host, is_private_allowed):
        raise OutboundError("bad_host")
    if _address(host) is not None and not is_reachable(host, is_private_allowed=is_private_allowed):
        raise OutboundError("not_public")
    port = 443 if port is None else port
    if port not in ports:
        raise OutboundError("bad_port")
    return Endpoint(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _is_host(host: str, is_private_allowed: bool) -> bool:
    """Whether a host is an IP address in its usual form, or a full public name."""
    if _address(host) is not None:
        return True
    if host in NEVER_NAMES or host.endswith(NEVER_ENDINGS) or not NAME.fullmatch(host):
        return False
    return is_private_allowed or not host.endswith(PRIVATE_ENDINGS)


def is_reachable(address: str, *, is_private_allowed: bool = False) -> bool:
    """Whether an address may be connected to: a public or, if allowed, private one; never this machine or its link-local network."""
    ip = _address(address)
    if ip is None or address in WIRE_SERVERS:
        return False
    never = NEVER_4 if isinstance(ip, IPv4Address) else NEVER_6
    if ip.is_multicast or ip.is_loopback or ip.is_link_local or ip.is_unspecified or any(ip in network for network in never):
        return False
    if any(ip in network for network in ORGANIZATIONS):
        return is_private_allowed
    return ip.is_global


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address without its scope; None if the text is not an IP address."""
    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None
