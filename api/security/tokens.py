"""Secrets of 256 random bits, which are shown once: of API keys, sessions, calendars, links."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """The hash under which a token of 256 random bits is kept; such a token needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
