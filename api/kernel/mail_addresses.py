"""E-mail addresses and the mail server's URL, checked before anything is sent. Errors never repeat the input."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

# Accepted by every server without quoting (RFC 5322 dot-atom, RFC 5321 lengths); names in other scripts as punycode.
EMAIL = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])",
    re.ASCII,
)
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The mail server that takes outgoing mail.

    Attributes:
        is_tls: TLS from the first byte; otherwise STARTTLS, which is required unless the server is on this machine.
    """

    host: str
    port: int
    is_tls: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine, so that mail reaches it without crossing a network."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def as_email(text: str) -> str:
    """Check that an address can be used in a header, and return it.

    Raises:
        ValueError: The address is invalid.
    """
    address = text.strip()
    if not EMAIL.fullmatch(address):
        raise ValueError("write one address like name@example.org, without a display name")
    return address


def smtp_server(url: str) -> SmtpServer:
    """Read ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://...`` (TLS); user and password with %-escapes where needed.

    Raises:
        ValueError: The URL has neither form.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in PORTS or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("write it like smtp://user:password@host:587 or smtps://user:password@host:465")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("give both user and password, or neither")
    is_tls = parts.scheme == "smtps"
    return SmtpServer(host, port or PORTS[parts.scheme], is_tls, unquote(parts.username or ""), unquote(parts.password or ""))
