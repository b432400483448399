"""Routes of late notices: who said that they will be late for a session, and by how much; kept until they are marked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.attendance.models import LateNotice, LateNoticeView
from api.attendance.routes.attendance import InSession, OfParticipant, recorder_of
from api.attendance.routes.session_names import list_as_shown, shown_session
from api.attendance.store.late_notices import find_notice, list_notices, note_late
from api.audit.acts import Act
from api.database.listing import ListedRows, Listing
from api.database.tables import LateNoticeRow, WeekRow
from api.kernel.errors import Problem
from api.web.addresses import ThatWeek
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import CurrentAct, Now, Reading, Writing, needs
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import IfMatch, IfNoneMatch, check_seen, etag
from api.weeks.store.weeks import find_week

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["attendance"])


async def _notice_to_change(
    act: CurrentAct, at: ThatWeek, named: InSession, participant: OfParticipant, now: Now
) -> Find[LateNoticeRow]:  # fmt: skip
    def find(session: Session) -> LateNoticeRow:
        recorder = recorder_of(session, at, act, now)
        notice = find_notice(recorder, recorder.find_session(named), participant)
        if notice is None:
            raise Problem("not_found", "Nothing is noted of this participant in this session.")
        return notice

    return find


@router.get("/late-notices", summary="List who will be late", responses=problems("not_found"))
def list_late_notices(
    act: Annotated[Act, needs("attendance", "late_notice.list")],
    at: ThatWeek,
    session: Reading,
    listing: Annotated[Listing, listing_by("session", default="session")],
) -> Page[LateNoticeView]:
    """List who said that they will be late in a week, and is not marked yet; clinicians see those of their own sessions.

    A notice that was taken back, or whose participant was marked, is no longer in the list.
    """
    week = find_week(session, *at)

    def read(listing: Listing) -> ListedRows[LateNoticeRow]:
        return list_notices(session, week, act.caller.clinicians(at.program), listing)

    return listed(list_as_shown(session, act, week, LateNoticeRow, listing, read), lambda row: _view(act, week, row))


@router.put(
    "/attendance/{session}/{participant}/late",
    summary="Note that a participant will be late",
    responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag", *BODY_CODES),
)
def put_late_notice(
    act: Annotated[Act, needs("attendance", "attendance.late")],
    body: Annotated[LateNotice, json_body(LateNotice)],
    at: ThatWeek,
    named: InSession,
    participant: OfParticipant,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> LateNoticeView:
    """Note by how many minutes a participant will be late for a session that is not over.

    A first notice needs no header; to change one, send its ETag as `If-Match`. Refused with 412 once attendance is recorded.
    """
    recorder = recorder_of(session, at, act, now)
    row = recorder.find_session(named)
    notice = find_notice(recorder, row, participant)
    check_seen(notice, if_match, if_none_match)
    notice = note_late(recorder, row, participant, body.minutes, notice)
    request.state.act = act if named == row.session else act.about(of=row.session)
    response.headers["ETag"] = etag(notice.version)
    return _view(act, recorder.week, notice)


@router.delete(
    "/attendance/{session}/{participant}/late",
    status_code=204,
    summary="Note that a participant will be on time",
    responses=problems("not_found", "changed_meanwhile", "no_etag"),
)
def delete_late_notice(
    act: Annotated[Act, needs("attendance", "attendance.late")],
    changing: Annotated[Changing[LateNoticeRow], changing(_notice_to_change)],
) -> None:
    """Note that a participant will be on time after all."""
    changing.session.delete(changing.row)


def _view(act: Act, week: WeekRow, row: LateNoticeRow) -> LateNoticeView:
    return LateNoticeView(
        session=shown_session(act, week, row.session),
        participant=row.participant,
        minutes=row.minutes,
        version=row.version,
        changed_at=row.at,
        changed_by=row.by,
    )
