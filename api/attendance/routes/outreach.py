"""Routes of outreach: who tried to reach a participant after a missed session, when, and whether they succeeded."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter

from api.attendance.models import OutreachRecord, OutreachResult, OutreachView
from api.attendance.routes.attendance import InSession, OfParticipant, recorder_of
from api.attendance.routes.session_names import shown_session
from api.attendance.store.outreach import list_attempts, record_outreach
from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import OutreachRow, WeekRow
from api.web.addresses import ThatWeek
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.weeks.store.weeks import find_week

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["attendance"], route_class=Repeatable)


@router.get("/outreach", summary="List outreach", responses=problems("not_found"))
def list_outreach(
    act: Annotated[Act, needs("attendance", "outreach.list")],
    at: ThatWeek,
    session: Reading,
    listing: Annotated[Listing, listing_by(default="created_at")],
) -> Page[OutreachView]:
    """List the attempts to reach participants who missed sessions of a week; clinicians see those of their own sessions."""
    week = find_week(session, *at)
    return listed(list_attempts(session, week, act.caller.clinicians(at.program), listing), lambda row: _view(act, week, row))


@router.post(
    "/attendance/{session}/{participant}/outreach",
    status_code=201,
    summary="Record outreach",
    responses=problems("not_found", "wrong_state", *BODY_CODES),
)
def add_outreach(
    act: Annotated[Act, needs("attendance", "outreach.record")],
    body: Annotated[OutreachRecord, json_body(OutreachRecord)],
    at: ThatWeek,
    named: InSession,
    participant: OfParticipant,
    session: Writing,
    now: Now,
) -> OutreachView:
    """Record that you tried to reach a participant who missed a session, and whether you did. Attempts are added, never changed."""
    recorder = recorder_of(session, at, act, now)
    return _view(act, recorder.week, record_outreach(recorder, recorder.find_session(named), participant, body))


def _view(act: Act, week: WeekRow, row: OutreachRow) -> OutreachView:
    return OutreachView(
        id=row.id,
        session=shown_session(act, week, row.session),
        participant=row.participant,
        at=row.at,
        by=row.by,
        result=cast(OutreachResult, row.result),
        reason=row.reason,
    )
