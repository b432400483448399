"""Conditional requests (RFC 9110, section 13): whether the client already has the current bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime


def is_unchanged(etag: str, modified_at: datetime, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether a GET or HEAD is answered with 304.

    `If-None-Match` takes precedence over `If-Modified-Since`, which is ignored if it is not a date.
    """
    if if_none_match is not None:
        return is_among(etag, if_none_match)
    since = None if if_modified_since is None else _date(if_modified_since)
    return since is not None and modified_at.replace(microsecond=0) <= since


def is_among(etag: str, if_none_match: str) -> bool:
    """Whether an ETag is in a header; for reading, weak ones count like strong ones."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {"*", etag.removeprefix("W/")})


def http_date(moment: datetime) -> str:
    """A time in the format of HTTP headers."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date
