"""Routes of late notices: who said that they will be late for a session, and by how much; kept until they are marked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request

from api.attendance.models import LateNotice, LateNoticeView
from api.attendance.routes.attendance import InSession, OfParticipant, recorder_of, shown_session
from api.attendance.store.late_notices import late_notices, note_late
from api.audit.acts import Act
from api.web.addresses import ThatWeek
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.paging import After, Limit, Page, page_within
from api.web.problems import problems
from api.weeks.store.weeks import find_week

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["attendance"])


@router.get("/late-notices", summary="List who will be late", responses=problems("not_found"))
def list_late_notices(
    act: Annotated[Act, needs("attendance", "late_notice.list")],
    at: ThatWeek,
    session: Reading,
    limit: Limit = 50,
    after: After = None,
) -> Page[LateNoticeView]:
    """List who said that they will be late in a week, and is not marked yet; clinicians see those of their own sessions.

    `after` is a session and a participant, separated by a slash.
    """
    week = find_week(session, *at)
    notices = late_notices(session, week, act.caller.clinicians(at.program))
    views = [
        LateNoticeView(session=shown_session(act, week, one), participant=participant, minutes=minutes)
        for (one, participant), minutes in sorted(notices.items())
    ]
    return page_within(views, limit, after, lambda view: f"{view.session}/{view.participant}", "`after` is not a notice of this week.")


@router.put(
    "/attendance/{session}/{participant}/late",
    summary="Note that a participant will be late",
    responses=problems("not_found", "wrong_state", "changed_meanwhile", *BODY_CODES),
)
def put_late_notice(
    act: Annotated[Act, needs("attendance", "attendance.late")],
    body: Annotated[LateNotice, json_body(LateNotice)],
    at: ThatWeek,
    named: InSession,
    participant: OfParticipant,
    session: Writing,
    request: Request,
    now: Now,
) -> LateNoticeView:
    """Note by how many minutes a participant will be late for a session that is not over; a later call replaces an earlier one.

    Refused with 412 once attendance is recorded.
    """
    recorder = recorder_of(session, at, act, now)
    row = recorder.find_session(named)
    note_late(recorder, row, participant, body.minutes)
    request.state.act = act if named == row.session else act.about(of=row.session)
    return LateNoticeView(session=shown_session(act, recorder.week, row.session), participant=participant, minutes=body.minutes)


@router.delete(
    "/attendance/{session}/{participant}/late",
    status_code=204,
    summary="Note that a participant will be on time",
    responses=problems("not_found"),
)
def delete_late_notice(
    act: Annotated[Act, needs("attendance", "attendance.late")],
    at: ThatWeek,
    named: InSession,
    participant: OfParticipant,
    session: Writing,
    now: Now,
) -> None:
    """Note that a participant will be on time after all; without a notice, nothing changes."""
    recorder = recorder_of(session, at, act, now)
    recorder.forget_late(recorder.find_session(named), participant)
