"""Published rosters as FHIR R4: read, searched, and everything of a period at once.

The routes of all resource types are made by the same two functions; annotations are read when a route is made, so this module does not
postpone them.
"""

from datetime import date
from importlib.metadata import version
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api.audit.acts import Act
from api.fhir.answers import Address, collection, everything, find, lines, search
from api.fhir.capability import capability_statement
from api.fhir.outcomes import FHIR_JSON
from api.fhir.parameters import RESOURCE_TYPES, RESULT_PARAMETERS, ResourceType, parameters_of
from api.fhir.query import read_query
from api.fhir.routes.negotiation import NDJSON, answer_resource, check_accept, is_lenient
from api.fhir.store.source import Source
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, SettingsOf, needs
from api.web.problems import problems
from scheduler.exchange.fhir import resources as models
from scheduler.exchange.fhir.bundles import Bundle
from scheduler.exchange.fhir.capabilities import CapabilityStatement

router = APIRouter(prefix="/v1/programs/{program}/fhir", tags=["fhir"])

REFUSED = problems("malformed", "not_found", "not_acceptable")
HEADERS: dict[str, Any] = {
    "ETag": {"description": 'The version, as W/"versionId".', "schema": {"type": "string"}},
    "Last-Modified": {"description": "When it last changed.", "schema": {"type": "string"}},
}
SAME: dict[int | str, dict[str, Any]] = {304: {"description": "It is the version that `If-None-Match` names."}}
READ_HEADERS = (
    ("If-None-Match", "The ETag of the version you have: 304 if it is still the same."),
    ("If-Modified-Since", "When yours was modified: 304 if it is still the same."),
)


class FhirResponse(JSONResponse):
    """An answer of FHIR, written already."""

    media_type = FHIR_JSON

    def render(self, content: bytes) -> bytes:
        """The bytes as they are."""
        return content


def _address(settings: Settings, program: str) -> Address:
    return Address(f"{settings.base_url}/v1/programs/{program}/fhir")


@router.get(
    "/metadata", summary="Get the capability statement", response_model=CapabilityStatement, response_class=FhirResponse, responses=REFUSED
)
def get_capabilities(
    program: ProgramId, act: Annotated[Act, needs("roster:read", "fhir.capabilities")], settings: SettingsOf, request: Request
) -> Response:
    """The CapabilityStatement: resource types, search parameters, and how to keep a copy."""
    check_accept(request)
    statement = capability_statement(_address(settings, program).base, version("stepdown"))
    return FhirResponse(statement.as_json())


@router.get(
    "/$export-period",
    summary="Export a period",
    response_model=Bundle,
    response_class=FhirResponse,
    responses={**REFUSED, 200: {"content": {NDJSON: {"schema": {"type": "string"}}}}},
)
def export_period(
    program: ProgramId,
    act: Annotated[Act, needs("roster:read", "fhir.export")],
    session: Reading,
    settings: SettingsOf,
    now: Now,
    request: Request,
    start: Annotated[date, Query(description="First day, in the program's zone.")],
    end: Annotated[date, Query(description="Last day, included; at most 100 days later.")],
    types: Annotated[str | None, Query(alias="_type", description="Resource types, parted by commas; left out: all.")] = None,
    output: Annotated[
        Literal["application/fhir+json", "application/fhir+ndjson"],
        Query(alias="_outputFormat", description="A collection Bundle, or the resources of one type, one on each line."),
    ] = "application/fhir+json",
) -> Response:
    """Export appointments and slots that begin on these days, and all people, places, services and schedules they may refer to."""
    check_accept(request, (NDJSON,))
    chosen = _types(types)
    if output == NDJSON and len(chosen) != 1:
        raise Problem("malformed", "A file of lines holds resources of one type: name it with _type.")
    found = everything(Source(session, program, now), chosen, start, end)
    if output == NDJSON:
        return Response(lines(found), media_type=NDJSON)
    return FhirResponse(collection(found, _address(settings, program), now))


def _types(text: str | None) -> list[ResourceType]:
    if text is None:
        return list(RESOURCE_TYPES)
    chosen = [type for type in RESOURCE_TYPES if type in text.split(",")]
    if not chosen or set(text.split(",")) - set(chosen):
        raise Problem("malformed", f"_type names some of {', '.join(RESOURCE_TYPES)}.")
    return chosen


def _add(type: ResourceType, words: str) -> None:
    """The two routes of a resource type."""

    def search_resources(
        program: ProgramId,
        act: Annotated[Act, needs("roster:read", f"fhir.{type}.search")],
        session: Reading,
        settings: SettingsOf,
        now: Now,
        request: Request,
    ) -> Response:
        check_accept(request)
        source = Source(session, program, now)
        query = read_query(type, request.query_params.multi_items(), source.zone, is_lenient=is_lenient(request))
        return FhirResponse(search(source, type, query, _address(settings, program), now).as_json())

    def read_resource(
        program: ProgramId,
        id: Annotated[str, Path(max_length=200, alias=f"{type.lower()}_id", description="Id of the resource.")],
        act: Annotated[Act, needs("roster:read", f"fhir.{type}.read")],
        session: Reading,
        now: Now,
        request: Request,
    ) -> Response:
        check_accept(request)
        return answer_resource(request, find(Source(session, program, now), type, id))

    router.add_api_route(
        f"/{type}",
        search_resources,
        methods=["GET"],
        operation_id=f"search_fhir_{words}",
        summary=f"Search {type} resources",
        description=f"A searchset Bundle of {type} resources. What a search can be narrowed by is in the parameters and in `metadata`.",
        response_model=Bundle,
        response_class=FhirResponse,
        responses=REFUSED,
        openapi_extra={"parameters": [_query(*p) for p in _told(type)] + [_prefer()]},
    )
    router.add_api_route(
        f"/{type}/{{{type.lower()}_id}}",
        read_resource,
        methods=["GET"],
        operation_id=f"read_fhir_{words}",
        summary=f"Read one {type}",
        description=f"One {type} with its version.",
        response_model=getattr(models, type),
        response_class=FhirResponse,
        responses={**REFUSED, **SAME, 200: {"headers": HEADERS}},
        openapi_extra={"parameters": [_header(*header) for header in READ_HEADERS]},
    )


def _told(type: ResourceType) -> list[tuple[str, str]]:
    return [(p.name, p.documentation) for p in parameters_of(type).values()] + list(RESULT_PARAMETERS.items())


def _query(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": "string"}}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


def _prefer() -> dict[str, Any]:
    return _header("Prefer", "`handling=lenient`: pass over parameters that are not known instead of refusing them.")


WORDS: dict[ResourceType, str] = {
    "Appointment": "appointment",
    "Slot": "slot",
    "Schedule": "schedule",
    "PractitionerRole": "practitioner_role",
    "Practitioner": "practitioner",
    "Location": "location",
    "HealthcareService": "healthcare_service",
    "Patient": "patient",
}
for _type, _words in WORDS.items():
    _add(_type, _words)
