"""Webhook signatures according to the Standard Webhooks specification: https://www.standardwebhooks.com.

HMAC-SHA256 over ``id.timestamp.body``. Receivers verify it with the secret, refuse old timestamps, and recognize repetitions by the id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A new secret in the form given to receivers: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """One signature, ``v1,`` and base64.

    Args:
        timestamp: Time of this attempt in seconds since 1970.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, b".".join((id.encode(), str(timestamp).encode(), body)), hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def headers_of(keys: Iterable[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message.

    Args:
        keys: The secret, and for a while after a rotation also the former one.
    """
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, id, timestamp, body) for key in keys),
    }
