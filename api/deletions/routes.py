"""Routes to delete a participant's data, and to list what was deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.audit.acts import Act
from api.database.listing import Listing
from api.deletions.models import DeletionView, NewDeletion
from api.deletions.store.deletion import delete_or_rehearse, find_deletion, list_deletions, show_deletion
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/deletions", tags=["participants"], route_class=Repeatable)


@router.get("", summary="List deletions of participants' data", responses=problems("not_found"))
def list_deletions_of_program(
    act: Annotated[Act, needs("admin", "deletion.list")],
    program: ProgramId,
    session: Reading,
    listing: Annotated[Listing, listing_by(default="created_at")],
) -> Page[DeletionView]:
    """List whose data was deleted, when and by whom. A system that holds a copy deletes it, too."""
    return listed(list_deletions(session, program, listing), show_deletion)


@router.get("/{deletion}", summary="Get a deletion", responses=problems("not_found"))
def get_deletion(
    act: Annotated[Act, needs("admin", "deletion.view")],
    program: ProgramId,
    deletion: Annotated[Id, Path(description="The deletion.")],
    session: Reading,
) -> DeletionView:
    """Get the record of one deletion."""
    return show_deletion(find_deletion(session, program, deletion))


@router.post(
    "", status_code=201, summary="Delete a participant's data", responses=problems("not_found", "wrong_state", "in_use", *BODY_CODES)
)
def delete_participant_data(
    act: Annotated[Act, needs("admin", "participant.delete")],
    body: Annotated[NewDeletion, json_body(NewDeletion)],
    program: ProgramId,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
    dry_run: Annotated[bool, Query(description="Delete nothing; say what would be.")] = False,
) -> DeletionView:
    """Delete everything about an archived participant: document, orders, absences, consents, links, attendance, bookings.

    Refused until the policy's `record_years` have passed since the last service, unless there is a reason. Rosters of past weeks stay,
    without the participant. What remains is the record of the deletion, and the id in the audit trail. It cannot be undone; backups hold
    the data until they are deleted, too.
    """
    view = delete_or_rehearse(session, program, body, act.caller.name, now, is_dry_run=dry_run)
    request.state.act = act.about(participant=body.participant, dry_run=str(dry_run).lower())
    if not dry_run:
        response.headers["Location"] = f"{request.url.path}/{view.id}"
    return view
