"""Content negotiation and conditional reads: `Accept`, `_format`, `Prefer`, `If-None-Match` and `If-Modified-Since`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request, Response

from api.fhir.outcomes import FHIR_JSON
from api.kernel.errors import Problem
from scheduler.exchange.fhir.resources import FhirResource

NDJSON = "application/fhir+ndjson"
JSON_TYPES = frozenset({FHIR_JSON, "application/json", "text/json", "application/*", "*/*"})
JSON_FORMATS = frozenset({"json", "application/json", FHIR_JSON})


def check_accept(request: Request, more: Iterable[str] = ()) -> None:
    """Refuse callers that do not accept JSON. `_format` overrides `Accept`, which browsers cannot set.

    Args:
        more: Other acceptable media types.

    Raises:
        Problem: The caller accepts only other formats, e.g. XML.
    """
    formats = request.query_params.getlist("_format")
    if formats:
        if formats[-1].replace(" ", "+") not in JSON_FORMATS:
            raise Problem("not_acceptable", "FHIR is available as JSON only: omit _format, or use _format=json.")
        return
    ranges = [part for header in request.headers.getlist("accept") for part in header.split(",") if part.strip()]
    if ranges and not any(_is_taken(part, JSON_TYPES | set(more)) for part in ranges):
        raise Problem("not_acceptable", f"FHIR R4 is available as JSON only: send the header Accept: {FHIR_JSON}.")


def _is_taken(range: str, kinds: frozenset[str] | set[str]) -> bool:
    kind, *parameters = (part.strip().lower() for part in range.split(";"))
    values = {name.strip(): value.strip().strip('"') for name, _, value in (p.partition("=") for p in parameters)}
    return (
        kind in kinds and values.get("fhirversion", "4.0") in ("4.0", "4.0.1") and values.get("q", "1") not in ("0", "0.0", "0.00", "0.000")
    )


def is_lenient(request: Request) -> bool:
    """Whether unknown parameters are to be ignored (`Prefer: handling=lenient`)."""
    wishes = {part.strip().lower() for header in request.headers.getlist("prefer") for part in header.replace(";", ",").split(",")}
    return "handling=lenient" in wishes


def answer_resource(request: Request, resource: FhirResource) -> Response:
    """A response with a resource and its version; 304 if the caller already has this version."""
    meta = resource.meta
    assert meta is not None
    assert meta.last_updated is not None
    tag, changed_at = f'W/"{meta.version_id}"', meta.last_updated.astimezone(UTC)
    headers = {"ETag": tag, "Last-Modified": format_datetime(changed_at, usegmt=True)}
    if _has(request, str(meta.version_id), changed_at):
        return Response(status_code=304, headers=headers)
    return Response(resource.as_json(), headers=headers, media_type=FHIR_JSON)


def _has(request: Request, version: str, changed_at: datetime) -> bool:
    """Whether the caller has this version; `If-None-Match` overrides `If-Modified-Since`."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return bool({tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")} & {version, "*"})
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (TypeError, ValueError):
        return False
    return since.tzinfo is not None and changed_at <= since
