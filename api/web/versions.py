"""Versions as ETags: a request that changes something states the version its caller read."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from api.database.tables.base import VersionedRow
from api.kernel.errors import Problem

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match", max_length=200, description='The ETag of what you are changing, e.g. "3"; 428 without it, 412 if it is outdated.'
    ),
]
SeenVersion = Annotated[
    str | None, Header(alias="If-Match", max_length=200, description="The ETag that you read; 412 if it is outdated. Not needed to create.")
]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=200, description="`*`: only if it does not exist yet.")]


EXACT = re.compile(r'(?:^|,)\s*"')
"""Where an ETag begins that is not weak."""


def etag(version: int) -> str:
    """A version as an ETag."""
    return f'"{version}"'


def etags_of(header: str) -> frozenset[str]:
    """The ETags in a header; `*` matches any."""
    return frozenset(part.strip() for part in header.split(","))


def versions_of(header: str) -> frozenset[int]:
    """The versions named by the ETags in a header; ETags that are not versions are ignored."""
    tags = (tag.strip('"') for tag in etags_of(header))
    return frozenset(int(tag) for tag in tags if tag.isdecimal() and len(tag) < 10)


def tags_of(header: str | None, advice: str) -> frozenset[str]:
    """The ETags in a header, without quotes; `*` only if it is the whole header.

    Args:
        advice: What to send if the header is missing.

    Raises:
        Problem: The header is missing.
    """
    if header is None:
        raise Problem("no_etag", advice)
    if header.strip() == "*":
        return frozenset({"*"})
    # A star among tags, or in quotes, is a malformed header: it must not match what nobody has seen.
    return frozenset(tag.strip('"') for tag in etags_of(header)) - {"*"}


def check_version(header: str | None, version: int) -> None:
    """Check that the caller read this version.

    Raises:
        Problem: The header is missing, or names another version.
    """
    if header is None:
        raise Problem("no_etag", "Send If-Match with the ETag of what you are changing.")
    if not etags_of(header) & {"*", etag(version)}:
        detail = f"It is {etag(version)} now; read it again, then change it."
        if not EXACT.search(header):
            detail = f"Send the ETag as it was read, in quotation marks and without W/, e.g. If-Match: {etag(version)}."
        raise Problem("changed_meanwhile", detail, headers={"ETag": etag(version)})


def check_seen(row: VersionedRow | None, if_match: str | None, if_none_match: str | None) -> None:
    """Check that the caller read this version of a row. The first one needs no header; with `If-None-Match: *`, it is surely the first.

    Raises:
        Problem: The row exists and `If-Match` is missing, has another version, exists already, or does not exist any longer.
    """
    is_first = if_none_match is not None and if_none_match.strip() == "*"
    if row is not None and is_first:
        raise Problem("changed_meanwhile", "It already exists; read it, then change it.", headers={"ETag": etag(row.version)})
    if row is not None:
        check_version(if_match, row.version)
    elif if_match is not None:
        raise Problem("changed_meanwhile", "It has been deleted; leave out If-Match to create it again.")
