"""Routes of what is due: the list by date, and what a leave would do."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.audit.acts import Act
from api.due.models import DueItem, DueKind
from api.due.store import due_items, leave_effects
from api.programs.models import AbsenceEntry
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, needs
from api.web.idempotency import Repeatable
from api.web.paging import After, Limit, Page, page_within
from api.web.problems import problems
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/due", tags=["due"], route_class=Repeatable)

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
    return page_within(items, limit, after, lambda item: item.id, "`after` is not a line of the list.")


@router.post("/leave", summary="Preview a leave", responses=problems("not_found", "wrong_state", *BODY_CODES))
def preview_leave(
    act: Annotated[Act, needs("program:read", "due.leave")],
    body: Annotated[AbsenceEntry, json_body(AbsenceEntry)],
    program: ProgramId,
    session: Reading,
    now: Now,
) -> list[DueItem]:
    """Preview which groups a clinician's absence would leave without a leader, in its first eight weeks. Nothing is stored."""
    return leave_effects(session, program, body, now)
