"""Routes of public reference data: rules, policies, schemas, examples. Public by design: they contain no personal data."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response

from api.catalogue import content as catalogue
from api.catalogue.content import CachedBody
from api.catalogue.models import Examples, Policies, RuleBook
from api.kernel.errors import Problem
from api.web.problems import problems
from api.web.versions import etags_of
from scheduler.instance import Instance

router = APIRouter(tags=["catalogue"])

IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", max_length=200, description="The ETag of the response you have: 304 if it is the same.")
]

# Proxies and browsers may cache it and revalidate it by its ETag.
CACHE = "public, max-age=300"
SAME: dict[int | str, dict[str, Any]] = {304: {"description": "The content matches the ETag in `If-None-Match`."}}
REFUSALS = SAME | problems("wrong_shape", "too_many")


@router.get("/v1/rules", summary="Get the rule book", response_model=RuleBook, responses=REFUSALS)
def get_rules(if_none_match: IfNoneMatch = None) -> Response:
    """Get every rule in words, with its level, unit, weight, source, and the policy values it reads."""
    return _answer(catalogue.rules_body(), if_none_match)


@router.get("/v1/policies", summary="Get policy packs and overlays", response_model=Policies, responses=REFUSALS)
def get_policies(if_none_match: IfNoneMatch = None) -> Response:
    """Get every pack and overlay with all values, their units and sources.

    Not legal advice: every program must check the values against its own license and its payers' requirements.
    """
    return _answer(catalogue.policies_body(), if_none_match)


@router.get("/v1/schema", summary="Get the JSON Schemas", response_model=dict[str, Any], responses=REFUSALS)
def get_schema(
    document: Annotated[
        Literal["instance", "roster", "result"] | None, Query(description="The document; if omitted, all of them by name.")
    ] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Get the JSON Schema (draft 2020-12) of instances, rosters and results."""
    return _answer(catalogue.schema_body(document), if_none_match)


@router.get("/v1/examples", summary="List the examples", response_model=Examples, responses=REFUSALS)
def list_examples(if_none_match: IfNoneMatch = None) -> Response:
    """List instances to try things with, small and large, easy and hard. People, staff and rooms are invented."""
    return _answer(catalogue.examples_body(), if_none_match)


@router.get("/v1/examples/{name}", summary="Get an example", response_model=Instance, responses=REFUSALS | problems("not_found"))
def get_example(
    name: Annotated[str, Path(max_length=64, description="One of `GET /v1/examples`.", examples=["demo"])],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Get an instance that can be posted to `/v1/validate` or `/v1/solve` unchanged."""
    try:
        page = catalogue.example_body(name)
    except KeyError:
        raise Problem("not_found", "GET /v1/examples lists the examples.") from None
    return _answer(page, if_none_match)


@router.get("/openapi.json", include_in_schema=False)
def get_openapi(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """This description."""
    state = request.app.state
    if not hasattr(state, "openapi_page"):
        state.openapi_page = CachedBody.of(json.dumps(request.app.openapi(), separators=(",", ":")))
    return _answer(state.openapi_page, if_none_match)


def _answer(page: CachedBody, if_none_match: str | None) -> Response:
    headers = {"ETag": page.etag, "Cache-Control": CACHE}
    tags = frozenset() if if_none_match is None else {tag.removeprefix("W/") for tag in etags_of(if_none_match)}
    if tags & {"*", page.etag}:
        return Response(status_code=304, headers=headers)
    return Response(page.content, media_type="application/json", headers=headers)
