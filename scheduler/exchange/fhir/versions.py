"""Versions of resources: a hash of content and time of change, so that two contents never share a version."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from scheduler.exchange.fhir.codes import CONFIDENTIALITY
from scheduler.exchange.fhir.elements import Coding, Meta
from scheduler.exchange.fhir.resources import FhirResource

R = TypeVar("R", bound=FhirResource)

RESTRICTED = (Coding(system=CONFIDENTIALITY, code="R", display="restricted"),)

REST_OF_MINUTE = timedelta(seconds=59)


def told_at(changed_at: datetime) -> datetime:
    """The time of a change as shown to clients: the last second of its minute.

    Changes are stamped by the minute. Shown as the first second of the minute, a change at 10:00:40 would be missed by a client that
    read at 10:00:20 and then asks for newer changes.
    """
    return changed_at.astimezone(UTC).replace(second=0, microsecond=0) + REST_OF_MINUTE


def with_meta(resource: R, changed_at: datetime, *, is_restricted: bool = False) -> R:
    """Return a copy of the resource with its version.

    Args:
        is_restricted: Mark it as restricted: it concerns a person's treatment and must not be freely passed on.
    """
    at = told_at(changed_at)
    digest = hashlib.blake2b(resource.as_json(), digest_size=10)
    digest.update(at.isoformat().encode())
    meta = Meta(version_id=digest.hexdigest(), last_updated=at, security=RESTRICTED if is_restricted else None)
    return resource.model_copy(update={"meta": meta})
