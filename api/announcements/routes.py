"""Routes for staff to mark as seen, accept or decline absences that participants announced on their own pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from api.announcements.models import AnnouncementState, AnnouncementView, Decline
from api.announcements.store import accept, decline, find_announcement, list_announcements, mark_seen, show_announcement
from api.audit.acts import Act
from api.database.listing import Listing
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/announcements", tags=["own pages"], route_class=Repeatable)

AnnouncementId = Annotated[Id, Path(description="The announcement.")]


@router.get("", summary="List announced absences", responses=problems("not_found"))
def list_announced_absences(
    act: Annotated[Act, needs("program:read", "announcement.list")],
    program: ProgramId,
    session: Reading,
    listing: Annotated[Listing, listing_by("id", default="id")],
    state: Annotated[
        AnnouncementState | None, Query(description="Only announcements in this state; `open` ones wait for an answer.")
    ] = None,
    participant: Annotated[Id | None, Query(description="Only this participant's announcements.")] = None,
) -> Page[AnnouncementView]:
    """List participants' announcements. An announcement has no effect until it is accepted."""
    return listed(list_announcements(session, program, listing, state=state, participant=participant), show_announcement)


@router.post("/{announcement}/seen", summary="Mark an announced absence as seen", responses=problems("not_found", "wrong_state"))
def see_announced_absence(
    act: Annotated[Act, needs("program:write", "announcement.see")],
    program: ProgramId,
    announcement: AnnouncementId,
    session: Writing,
    request: Request,
    now: Now,
) -> AnnouncementView:
    """Show the participant that their message was seen, before it is accepted or declined."""
    row = find_announcement(session, program, announcement)
    mark_seen(row, act.caller.name, now)
    request.state.act = act.about(participant=row.participant)
    return show_announcement(row)


@router.post(
    "/{announcement}/accept", summary="Accept an announced absence", responses=problems("not_found", "wrong_state", "bad_reference")
)
def accept_announced_absence(
    act: Annotated[Act, needs("program:write", "announcement.accept")],
    program: ProgramId,
    announcement: AnnouncementId,
    session: Writing,
    request: Request,
    now: Now,
) -> AnnouncementView:
    """Accept an announcement: it becomes an ordinary absence, named in the response, and the participant sees that it is accepted.

    Weeks already published are not changed: repair or edit their rosters, and publish again.
    """
    row = find_announcement(session, program, announcement)
    accept(session, row, act.caller.name, now)
    request.state.act = act.about(participant=row.participant, absence=row.absence or "")
    return show_announcement(row)


@router.post("/{announcement}/decline", summary="Decline an announced absence", responses=problems("not_found", "wrong_state", *BODY_CODES))
def decline_announced_absence(
    act: Annotated[Act, needs("program:write", "announcement.decline")],
    body: Annotated[Decline, json_body(Decline)],
    program: ProgramId,
    announcement: AnnouncementId,
    session: Writing,
    request: Request,
    now: Now,
) -> AnnouncementView:
    """Decline an announcement with a reason code, which the participant reads in plain words. It stays in the list."""
    row = find_announcement(session, program, announcement)
    decline(session, row, body.reason, act.caller.name, now)
    request.state.act = act.about(participant=row.participant, reason=body.reason)
    return show_announcement(row)
