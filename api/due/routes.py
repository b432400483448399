"""Routes of what is due: the list by date, and what a leave would do."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.due.models import DueItem, DueKind
from api.due.store import due_items, leave_effects
from api.kernel.errors import Problem
from api.programs.models import AbsenceEntry
from api.programs.routes.entities import HEADERS, entity_answer
from api.programs.store.entities import create_kept
from api.programs.store.kinds import KINDS
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.paging import After, Limit, Page, WithTotal, page_within, whole
from api.web.problems import problems
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/due", tags=["due"], route_class=Repeatable)

absences_router = APIRouter(prefix="/v1/programs/{program}/absences", tags=["absences"], route_class=Repeatable)

MOST_WARNINGS = 20
WARNINGS = {
    "Warnings": {
        "description": "A JSON list of sentences: groups that the absence leaves without a leader in its first eight weeks, by id; at most "
        f"{MOST_WARNINGS}. Left out if there are none. `POST .../due/leave` previews all of them.",
        "schema": {"type": "string"},
    }
}

OfKind = Annotated[DueKind | None, Query(description="Only lines of this kind.")]
OfParticipant = Annotated[Id | None, Query(description="Only lines about this participant.")]
OfClinician = Annotated[Id | None, Query(description="Only lines for which this clinician is responsible.")]
Until = Annotated[date | None, Query(description="Only lines up to this date.")]


@router.get("", summary="List what is due", responses=problems("not_found", "wrong_state"))
def list_due(
    act: Annotated[Act, needs("roster:read", "due.list")],
    program: ProgramId,
    session: Reading,
    now: Now,
    kind: OfKind = None,
    participant: OfParticipant = None,
    responsible: OfClinician = None,
    until: Until = None,
    limit: Limit = 50,
    after: After = None,
    total: WithTotal = False,
) -> Page[DueItem]:
    """List everything that runs out or waits for someone, by date, each with what settles it and who is responsible.

    Authorizations that end, run out of units, are reviewed or not answered; phases that end; participants below their floor, without care,
    or waiting; missed sessions without outreach; sessions without attendance; groups that leave without a leader; closures; messages that
    failed. How early a line appears is set by `authorization_warning_days` and `due_warning_days` of the policy.
    """
    items = [item for item in due_items(session, program, now) if kind in (None, item.kind) and (until is None or item.date <= until)]
    if participant is not None:
        items = [item for item in items if any((c.kind, c.id) == ("participant", participant) for c in item.concerns)]
    if responsible is not None:
        items = [item for item in items if item.responsible == responsible]
    missing = "`after` is not a line of the list, or no longer: read it from the beginning."
    return page_within(items, limit, after, lambda item: item.id, missing, is_counted=total)


@router.post("/leave", summary="Preview a leave", responses=problems("not_found", "wrong_state", *BODY_CODES))
def preview_leave(
    act: Annotated[Act, needs("program:read", "due.leave")],
    body: Annotated[AbsenceEntry, json_body(AbsenceEntry)],
    program: ProgramId,
    session: Reading,
    now: Now,
) -> Page[DueItem]:
    """Preview which groups a clinician's absence would leave without a leader, in its first eight weeks. Nothing is stored."""
    return whole(leave_effects(session, program, body, now))


@absences_router.post(
    "",
    status_code=201,
    operation_id="create_absence",
    summary="Add an absence",
    response_model=AbsenceEntry,
    responses={
        **problems("not_found", "wrong_state", "exists", "bad_reference", *BODY_CODES, "not_signed_in", "forbidden"),
        201: {"headers": HEADERS | WARNINGS},
    },
)
def create_absence(
    act: Annotated[Act, needs("program:write", "absence.create")],
    body: Annotated[AbsenceEntry, json_body(AbsenceEntry)],
    program: ProgramId,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
) -> Any:
    """Add an absence. Everything it refers to must already exist. The header `Warnings` names groups that are left without a leader."""
    row = create_kept(session, program, KINDS["absences"], body, act.caller.name)
    request.state.act = act.about(absence=row.id)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    if warnings := _warnings(session, program, body, now):
        response.headers["Warnings"] = json.dumps(warnings[:MOST_WARNINGS])
    return entity_answer(response, row)


def _warnings(session: Session, program: str, absence: AbsenceEntry, now: datetime) -> list[str]:
    """What an absence leaves without a leader; nothing while the program has no week that could be built."""
    try:
        return [item.message for item in leave_effects(session, program, absence, now)]
    except Problem:
        return []
