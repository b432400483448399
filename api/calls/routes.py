"""Routes of the call list: whom to call about a change, what to say, and who was reached."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.calls.models import CallMark, CallState, CallView, PlannedCalls
from api.calls.store.views import find_call, list_calls, mark_call, plan_calls, show_calls
from api.database.listing import ListedRows, Listing
from api.database.tables import CallRow
from api.web.addresses import ProgramId, ThatRoster, ThatWeek
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import Now, Reading, needs
from api.web.listing import listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from api.weeks.store.rosters import find_roster, roster_of
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}", tags=["calls"])

CallId = Annotated[Id, Path(description="The entry of the call list.")]
InState = Annotated[CallState | None, Query(description="Only entries in this state; `to_do` leaves out those that are over.")]

ListingOfCalls = Annotated[Listing, listing_by("first", default="first")]


async def _call_to_change(at: ThatWeek, call: CallId) -> Find[CallRow]:
    return lambda session: find_call(session, at.program, at.monday, call, to_change=True)


@router.get("/calls", summary="List open calls", responses=problems("not_found"))
def list_open_calls(
    act: Annotated[Act, needs("roster:read", "call.list")],
    program: ProgramId,
    session: Reading,
    now: Now,
    listing: ListingOfCalls,
) -> Page[CallView]:
    """List everyone still to be called, for all weeks, most urgent first: by the first affected start, unless `sort` says."""
    return _page(session, program, list_calls(session, program, None, now, listing, state="to_do"), now)


@router.get("/weeks/{monday}/calls", summary="List the calls of a week", responses=problems("not_found"))
def list_calls_of_week(
    act: Annotated[Act, needs("roster:read", "call.list")],
    at: ThatWeek,
    session: Reading,
    now: Now,
    listing: ListingOfCalls,
    state: InState = None,
) -> Page[CallView]:
    """List who is to be called about changes to this week, who was reached, and by whom; in the same order."""
    return _page(session, at.program, list_calls(session, at.program, at.monday, now, listing, state=state), now)


@router.get("/weeks/{monday}/calls/{call}", summary="Get a call", responses=problems("not_found"))
def get_call(
    act: Annotated[Act, needs("roster:read", "call.view")], at: ThatWeek, call: CallId, session: Reading, response: Response, now: Now
) -> CallView:
    """Get an entry with its text. Its version is the ETag; send it when marking the call, to state which text was read out."""
    row = find_call(session, at.program, at.monday, call)
    response.headers["ETag"] = etag(row.version)
    return _view(session, row, now)


@router.put(
    "/weeks/{monday}/calls/{call}",
    summary="Mark a call",
    responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag", *BODY_CODES),
)
def mark_call_of_week(
    act: Annotated[Act, needs("roster:write", "call.mark")],
    body: Annotated[CallMark, json_body(CallMark)],
    changing: Annotated[Changing[CallRow], changing(_call_to_change)],
) -> CallView:
    """Mark a person as reached, as not needing a call, or as to be called after all.

    `If-Match` is the ETag of the text that was read out: if the week has been published again since, the text may have changed (412).
    """
    mark_call(changing.session, changing.row, body.state, changing.by, changing.now)
    return changing.answer(_view(changing.session, changing.row, changing.now))


@router.get("/weeks/{monday}/rosters/{roster}/calls", summary="Preview the call list", responses=problems("not_found"))
def preview_calls(act: Annotated[Act, needs("roster:read", "call.preview")], at: ThatRoster, session: Reading, now: Now) -> PlannedCalls:
    """Preview the call list as it would be if this roster were published now, including open entries. Nothing is changed."""
    return plan_calls(session, at.program, at.monday, roster_of(session, find_roster(session, *at)), now)


def _page(session: Session, program: str, rows: ListedRows[CallRow], now: datetime) -> Page[CallView]:
    return Page(items=show_calls(session, program, rows.rows, now), next=rows.next, total=rows.total)


def _view(session: Session, row: CallRow, now: datetime) -> CallView:
    return show_calls(session, row.program, [row], now)[0]
