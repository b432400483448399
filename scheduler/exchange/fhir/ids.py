"""Ids in FHIR: at most 64 letters, digits, dots and dashes.

The ids of people, rooms and services are opaque already and are used unchanged where they fit. Session ids are not: they contain the
ids of a participant and a service. So sessions, slots and appointments get numbers, a hash keyed with the week's random key, which stay
the same from roster to roster. A number begins with its week's mark, so that a lookup by number searches that week only.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal

from scheduler.exchange.fhir.elements import RESOURCE_ID

MARK_BYTES, NUMBER_BYTES = 6, 14

NumberKind = Literal["session", "appointment", "slot"]


def resource_id(own: str, prefix: str = "") -> str:
    """The resource id for an id of ours: unchanged where it fits, else a hash of it.

    Args:
        prefix: Separates kinds that share a resource type: sites and rooms are both Locations.
    """
    id = f"{prefix}{own}"
    if RESOURCE_ID.fullmatch(id):
        return id
    return f"{prefix}x-{hashlib.blake2b(own.encode(), digest_size=20).hexdigest()}"


def site_id(site: str) -> str:
    """The id of a site's Location."""
    return resource_id(site, "s-")


def room_id(room: str) -> str:
    """The id of a room's Location."""
    return resource_id(room, "r-")


@lru_cache(maxsize=1024)
def week_mark(key: str) -> str:
    """The mark with which the numbers of a week begin.

    Args:
        key: The week's secret.
    """
    return hashlib.blake2b(b"", key=key.encode(), person=b"fhir week", digest_size=MARK_BYTES).hexdigest()


def mark_of(number: str) -> str:
    """The mark of the week a number belongs to."""
    return number.partition("-")[0]


def number(key: str, kind: NumberKind, *parts: str) -> str:
    """The number of a session, of a participant's appointment in it, or of its Slot in a schedule.

    Args:
        key: The week's secret.
        parts: The session's id, and the participant or the schedule.
    """
    text = "/".join(parts).encode()
    digest = hashlib.blake2b(text, key=key.encode(), person=f"fhir {kind}".encode(), digest_size=NUMBER_BYTES).hexdigest()
    return f"{week_mark(key)}-{digest}"
