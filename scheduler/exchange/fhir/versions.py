"""Versions of resources: a hash of what is told and since when, so that the same version is never told in two ways."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from scheduler.exchange.fhir.codes import CONFIDENTIALITY
from scheduler.exchange.fhir.elements import Coding, Meta
from scheduler.exchange.fhir.resources import Resource

R = TypeVar("R", bound=Resource)

RESTRICTED = (Coding(system=CONFIDENTIALITY, code="R", display="restricted"),)

REST_OF_MINUTE = timedelta(seconds=59)


def told_at(changed_at: datetime) -> datetime:
    """When something changed, as it is told: the last second of its minute.

    Changes are stamped by the minute. Told as its first second, one of 10:00:40 would be missed by whoever asked at 10:00:20 and
    asks next for what is newer.
    """
    return changed_at.astimezone(UTC).replace(second=0, microsecond=0) + REST_OF_MINUTE


def with_meta(resource: R, changed_at: datetime, *, is_restricted: bool = False) -> R:
    """The resource with its version.

    Args:
        is_restricted: Say that it is about somebody's treatment and not to be passed on freely.
    """
    at = told_at(changed_at)
    digest = hashlib.blake2b(resource.as_json(), digest_size=10)
    digest.update(at.isoformat().encode())
    meta = Meta(version_id=digest.hexdigest(), last_updated=at, security=RESTRICTED if is_restricted else None)
    return resource.model_copy(update={"meta": meta})
