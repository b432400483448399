"""Secrets of 256 random bits, shown only once: for API keys, sessions, calendars and links."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """The hash under which a token is stored; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
