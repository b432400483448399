"""Signatures of webhooks as the Standard Webhooks specification wants them: https://www.standardwebhooks.com.

HMAC-SHA256 over ``id.timestamp.body``. Receivers check it with the secret, refuse old timestamps, and know repetitions by the id.
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
    """A secret as receivers get it: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """One signature, ``v1,`` and base64.

    Args:
        timestamp: Seconds since 1970 of this attempt.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, b".".join((id.encode(), str(timestamp).encode(), body)), hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def headers_of(keys: Iterable[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message.

    Args:
        keys: The secret, and beside it the former one for a while after a rotation.
    """
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, id, timestamp, body) for key in keys),
    }
