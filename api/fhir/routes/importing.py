"""Routes to import busy times from other systems as a FHIR bundle, and for the codes of services and people there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.audit.acts import Act
from api.fhir.models import BundleImport, BundlePreview, BundleTaken
from api.fhir.store.importing import carry_out, plan_import
from api.fhir.store.settings import find_settings, replace_settings
from api.programs.store.entities import lock_program
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.web.versions import IfMatch, check_version, etag, tags_of
from scheduler.exchange.fhir.settings import FhirSettings

router = APIRouter(prefix="/v1/programs/{program}", tags=["fhir"], route_class=Repeatable)


@router.post(
    "/fhir/$preview-import",
    summary="Preview a bundle import",
    responses=problems("not_found", "wrong_state", *BODY_CODES),
)
def preview_bundle(
    program: ProgramId,
    act: Annotated[Act, needs("program:write", "fhir.preview")],
    body: Annotated[BundleImport, json_body(BundleImport)],
    session: Reading,
    response: Response,
    now: Now,
) -> BundlePreview:
    """Preview what a bundle of appointments, busy slots and working hours would change, and list its errors.

    People are recognized by the identifiers in `matches`, by identifiers in the program's own systems, or by id. Only times are read;
    the bundle is not stored, and nothing is changed. Stepdown's own sessions, copied by the other system, are ignored.
    """
    plan = plan_import(session, check_program(session, program), body, now)
    response.headers["ETag"] = f'"{plan.token}"'
    return plan.preview


@router.post(
    "/fhir/$import",
    summary="Import a bundle",
    responses=problems("not_found", "wrong_state", "bad_reference", "changed_meanwhile", "no_etag", *BODY_CODES),
)
def import_bundle(
    program: ProgramId,
    act: Annotated[Act, needs("program:write", "fhir.import")],
    body: Annotated[BundleImport, json_body(BundleImport)],
    session: Writing,
    request: Request,
    now: Now,
    if_match: IfMatch = None,
) -> BundleTaken:
    """Apply the changes previewed for the same body, all or nothing; send the preview's ETag as `If-Match`.

    412 if the body differs, or a person it changes has changed since.
    """
    plan = plan_import(session, lock_program(session, program), body, now)
    tokens = tags_of(if_match, "Preview the bundle first, and send the preview's ETag as If-Match.")
    result = carry_out(session, program, plan, tokens, act.caller.name)
    request.state.act = act.about(changed=str(result.changed), created=str(result.created))
    return result


@router.get("/fhir-settings", summary="Get the FHIR settings", responses=problems("not_found"))
def get_fhir_settings(
    program: ProgramId, act: Annotated[Act, needs("program:read", "fhir.settings")], session: Reading, response: Response
) -> FhirSettings:
    """Get the codes of services and the identifiers of participants and clinicians in other systems. The version is the ETag."""
    check_program(session, program)
    settings, version = find_settings(session, program)
    response.headers["ETag"] = etag(version)
    return settings


@router.put(
    "/fhir-settings",
    summary="Replace the FHIR settings",
    responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag", *BODY_CODES),
)
def replace_fhir_settings(
    program: ProgramId,
    act: Annotated[Act, needs("program:write", "fhir.settings.change")],
    body: Annotated[FhirSettings, json_body(FhirSettings)],
    session: Writing,
    response: Response,
    if_match: IfMatch = None,
) -> FhirSettings:
    """Replace the codes and identifiers. Every appointment, slot and service that uses them gets a new version."""
    lock_program(session, program)
    check_version(if_match, find_settings(session, program)[1])
    response.headers["ETag"] = etag(replace_settings(session, program, body, act.caller.name))
    return body
