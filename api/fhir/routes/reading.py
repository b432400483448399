"""Routes to read, search and export published rosters as FHIR R4.

Two functions create the routes of all resource types. FastAPI evaluates annotations when a route is created, so this module does not
postpone them.
"""

from datetime import date, datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Query, Request, Response
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

FORM = "application/x-www-form-urlencoded"
MOST_FORM_BYTES = 100_000
REFUSED = problems("malformed", "not_found", "not_acceptable")
HEADERS: dict[str, Any] = {
    "ETag": {"description": 'The version, as W/"versionId".', "schema": {"type": "string"}},
    "Last-Modified": {"description": "Time of the last change.", "schema": {"type": "string"}},
}
SAME: dict[int | str, dict[str, Any]] = {304: {"description": "The version is still the one in `If-None-Match`."}}
READ_HEADERS = (
    ("If-None-Match", "ETag of your version; 304 if it is still current."),
    ("If-Modified-Since", "Last-Modified of your version; 304 if it is still current."),
)


class FhirResponse(JSONResponse):
    """A FHIR response whose body is already encoded."""

    media_type = FHIR_JSON

    def render(self, content: bytes) -> bytes:
        """Return the bytes unchanged."""
        return content


def _address(settings: Settings, program: str) -> Address:
    return Address(f"{settings.base_url}/v1/programs/{program}/fhir")


@router.get(
    "/metadata", summary="Get the capability statement", response_model=CapabilityStatement, response_class=FhirResponse, responses=REFUSED
)
def get_capabilities(
    program: ProgramId, act: Annotated[Act, needs("roster:read", "fhir.capabilities")], settings: SettingsOf, request: Request
) -> Response:
    """Get the CapabilityStatement: resource types, search parameters, and how to keep a copy up to date."""
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
    start: Annotated[date, Query(description="First day, in the program's time zone.")],
    end: Annotated[date, Query(description="Last day, included; at most 100 days later.")],
    types: Annotated[str | None, Query(alias="_type", description="Resource types, separated by commas; by default, all.")] = None,
    output: Annotated[
        Literal["application/fhir+json", "application/fhir+ndjson"],
        Query(alias="_outputFormat", description="A collection Bundle, or the resources of one type, one per line."),
    ] = "application/fhir+json",
) -> Response:
    """Export the appointments and slots that start on these days, with all people, places, services and schedules they may refer to."""
    check_accept(request, (NDJSON,))
    chosen = _types(types)
    if output == NDJSON and len(chosen) != 1:
        raise Problem("malformed", "NDJSON holds resources of one type: choose it with _type.")
    resources = everything(Source(session, program, now), chosen, start, end)
    if output == NDJSON:
        return Response(lines(resources), media_type=NDJSON)
    return FhirResponse(collection(resources, _address(settings, program), now))


def _types(text: str | None) -> list[ResourceType]:
    if text is None:
        return list(RESOURCE_TYPES)
    chosen = [type for type in RESOURCE_TYPES if type in text.split(",")]
    if not chosen or set(text.split(",")) - set(chosen):
        raise Problem("malformed", f"_type must be one or more of {', '.join(RESOURCE_TYPES)}.")
    return chosen


def _add(type: ResourceType, words: str) -> None:
    """Add the two routes of a resource type."""

    def search_resources(
        program: ProgramId,
        act: Annotated[Act, needs("roster:read", f"fhir.{type}.search")],
        session: Reading,
        settings: SettingsOf,
        now: Now,
        request: Request,
    ) -> Response:
        return _search(Source(session, program, now), type, request.query_params.multi_items(), request, settings, program, now)

    def search_by_form(
        program: ProgramId,
        act: Annotated[Act, needs("roster:read", f"fhir.{type}.search")],
        form: Annotated[list[tuple[str, str]], Depends(_form)],
        session: Reading,
        settings: SettingsOf,
        now: Now,
        request: Request,
    ) -> Response:
        parameters = [*request.query_params.multi_items(), *form]
        return _search(Source(session, program, now), type, parameters, request, settings, program, now)

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
        description=f"A searchset Bundle of {type} resources. The search parameters are listed here and in `metadata`.",
        response_model=Bundle,
        response_class=FhirResponse,
        responses=REFUSED,
        openapi_extra={"parameters": [_query(*p) for p in _parameter_notes(type)] + [_prefer()]},
    )
    router.add_api_route(
        f"/{type}/_search",
        search_by_form,
        methods=["POST"],
        operation_id=f"search_fhir_{words}_by_form",
        summary=f"Search {type} resources by a form",
        description="As a search by GET, with the parameters in the body, where no proxy writes them to its log.",
        response_model=Bundle,
        response_class=FhirResponse,
        responses={**REFUSED, **problems("wrong_media_type", "too_large")},
        openapi_extra={"requestBody": _form_body(type), "parameters": [_prefer()]},
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


def _search(
    source: Source, type: ResourceType, parameters: list[tuple[str, str]], request: Request, settings: Settings, program: str, now: datetime
) -> Response:  # fmt: skip
    check_accept(request)
    query = read_query(type, parameters, source.zone, is_lenient=is_lenient(request))
    return FhirResponse(search(source, type, query, _address(settings, program), now).as_json())


async def _form(request: Request) -> list[tuple[str, str]]:
    """The parameters in the body of a search by POST.

    Raises:
        Problem: The body is not a form, or is too long.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Problem("wrong_media_type", f"Send the parameters with Content-Type: {FORM}.")
    body = await request.body()
    if len(body) > MOST_FORM_BYTES:
        raise Problem("too_large", f"A search has at most {MOST_FORM_BYTES} bytes.")
    return parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True)


def _form_body(type: ResourceType) -> dict[str, Any]:
    properties = {name: {"type": "string", "description": words} for name, words in _parameter_notes(type)}
    return {"required": True, "content": {FORM: {"schema": {"type": "object", "properties": properties}}}}


def _parameter_notes(type: ResourceType) -> list[tuple[str, str]]:
    return [(p.name, p.documentation) for p in parameters_of(type).values()] + list(RESULT_PARAMETERS.items())


def _query(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": "string"}}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


def _prefer() -> dict[str, Any]:
    return _header("Prefer", "`handling=lenient` to ignore unknown parameters instead of refusing them.")


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
