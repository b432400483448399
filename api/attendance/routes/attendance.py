"""Routes to read and record attendance of published sessions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from api.attendance.models import AttendanceItem, AttendanceList, AttendanceRecord, AttendanceView, FormerAttendance
from api.attendance.routes.session_names import list_as_shown, shown_session
from api.attendance.store.attendance import Recorder, former_marks, list_recorded, take_back
from api.attendance.store.marks import MARK
from api.audit.acts import Act
from api.database.listing import ListedRows, Listing
from api.database.tables import AttendanceRow, FormerAttendanceRow, WeekRow
from api.kernel.errors import Place, Problem
from api.web.addresses import ThatWeek, WeekAddress
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import CurrentAct, Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page, whole
from api.web.problems import problems
from api.web.versions import IfMatch, IfNoneMatch, check_seen, etag
from api.weeks.models.edits import SessionId
from api.weeks.store.weeks import find_week, lock_week
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}/attendance", tags=["attendance"], route_class=Repeatable)

InSession = Annotated[SessionId, Path(alias="session", description="The session's id, or its number at the front desk.")]
OfParticipant = Annotated[Id, Path(description="The participant.")]
CHANGING = ("not_found", "changed_meanwhile", "no_etag")
RECORDING = ("not_found", "wrong_state", "bad_reference", "changed_meanwhile", *BODY_CODES)


def recorder_of(session: Session, at: WeekAddress, act: Act, now: Now) -> Recorder:
    """The recorder, with the week locked, so that of two simultaneous first entries one succeeds and one gets 412."""
    return Recorder.of(session, lock_week(session, *at, act.caller.name), act.caller.name, now, act.caller.clinicians(at.program))


async def _record_to_change(
    act: CurrentAct, at: ThatWeek, named: InSession, participant: OfParticipant, now: Now
) -> Find[AttendanceRow]:  # fmt: skip
    def find(session: Session) -> AttendanceRow:
        return find_record(recorder_of(session, at, act, now), named, participant)

    return find


def find_record(recorder: Recorder, named: str, participant: str) -> AttendanceRow:
    """What is recorded for a participant in a session.

    Raises:
        Problem: Nothing is.
    """
    record = recorder.find(recorder.find_session(named), participant)
    if record is None:
        raise Problem("not_found", "Nothing is recorded for this participant in this session.")
    return record


@router.get("", summary="List attendance", responses=problems("not_found"))
def list_attendance(
    act: Annotated[Act, needs("attendance", "attendance.list")],
    at: ThatWeek,
    session: Reading,
    listing: Annotated[Listing, listing_by("session", default="session")],
) -> Page[AttendanceView]:
    """List the attendance of a week; clinicians see their own sessions. A mark that was deleted is no longer in the list."""
    week = find_week(session, *at)

    def read(listing: Listing) -> ListedRows[AttendanceRow]:
        return list_recorded(session, week, act.caller.clinicians(at.program), listing)

    return listed(list_as_shown(session, act, week, AttendanceRow, listing, read), lambda row: _view(act, week, row))


@router.put("/{session}/{participant}", summary="Record attendance", responses=problems("no_etag", *RECORDING))
def record_attendance(
    act: Annotated[Act, needs("attendance", "attendance.record")],
    body: Annotated[AttendanceRecord, json_body(AttendanceRecord)],
    at: ThatWeek,
    named: InSession,
    participant: OfParticipant,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> AttendanceView:
    """Record attendance of a session that has begun; `excused` is possible before. Clinicians record attendance of their own sessions.

    Send a correction with `If-Match` and the entry's ETag. A first entry needs no header; with `If-None-Match: *`, it is surely the first.
    """
    recorder = recorder_of(session, at, act, now)
    row = recorder.find_session(named)
    recorded_row = recorder.find(row, participant)
    check_seen(recorded_row, if_match, if_none_match)
    entry = recorder.record(row, participant, body, recorded_row)
    # The front desk knows the session only by a number; the audit trail records its id.
    request.state.act = act if named == row.session else act.about(of=row.session)
    response.headers["ETag"] = etag(entry.version)
    return _view(act, recorder.week, entry)


@router.get("/{session}/{participant}", summary="Get an attendance record", responses=problems("not_found"))
def get_attendance(
    act: Annotated[Act, needs("attendance", "attendance.view")],
    at: ThatWeek,
    named: InSession,
    participant: OfParticipant,
    session: Reading,
    response: Response,
    now: Now,
) -> AttendanceView:
    """Get what is recorded for a participant in a session. Its version is the ETag."""
    week = find_week(session, *at)
    recorder = Recorder.of(session, week, act.caller.name, now, act.caller.clinicians(at.program))
    row = find_record(recorder, named, participant)
    response.headers["ETag"] = etag(row.version)
    return _view(act, week, row)


@router.delete("/{session}/{participant}", status_code=204, summary="Delete an attendance record", responses=problems(*CHANGING))
def delete_attendance(
    act: Annotated[Act, needs("attendance", "attendance.delete")],
    changing: Annotated[Changing[AttendanceRow], changing(_record_to_change)],
) -> None:
    """Delete an attendance record made by mistake; afterwards nothing is recorded for this participant in this session.

    The mark is kept among the former ones.
    """
    take_back(changing.session, changing.row, changing.by, changing.now)


@router.get("/{session}/{participant}/former", summary="List former marks", responses=problems("not_found"))
def list_former_marks(
    act: Annotated[Act, needs("attendance", "attendance.former")],
    at: ThatWeek,
    named: InSession,
    participant: OfParticipant,
    session: Reading,
    now: Now,
) -> Page[FormerAttendance]:
    """List the marks of a participant in a session that were corrected or deleted, latest first."""
    week = find_week(session, *at)
    recorder = Recorder.of(session, week, act.caller.name, now, act.caller.clinicians(at.program))
    stamps = ("marked_at", "marked_by", "replaced_at", "replaced_by")
    rows = former_marks(session, recorder.find_session(named), participant)
    return whole(FormerAttendance(**_mark(act, week, row), **{name: getattr(row, name) for name in stamps}) for row in rows)


@router.post("", summary="Record several attendances", responses=problems(*RECORDING))
def record_several(
    act: Annotated[Act, needs("attendance", "attendance.record")],
    body: Annotated[AttendanceList, json_body(AttendanceList)],
    at: ThatWeek,
    session: Writing,
    now: Now,
) -> Page[AttendanceView]:
    """Record a whole sign-in sheet; if any entry is wrong, nothing is recorded. Corrections name the version they change."""
    recorder, entries, wrong = recorder_of(session, at, act, now), [], []
    for number, item in enumerate(body.items):
        try:
            entries.append(_record_item(recorder, item))
        except Problem as problem:
            wrong.append(Place(code=problem.code, path=f"items[{number}]", message=problem.detail))
            more = {"code": problem.code}
            wrong += (place.model_copy(update=more | {"path": f"items[{number}].{place.path}"}) for place in problem.issues)
    if wrong:
        codes = {place.code for place in wrong}
        raise Problem(codes.pop() if len(codes) == 1 else "wrong_state", "Nothing was recorded; each issue names its entry.", wrong)
    return whole(_view(act, recorder.week, entry) for entry in entries)


def _record_item(recorder: Recorder, item: AttendanceItem) -> AttendanceRow:
    row = recorder.find_session(item.session)
    entry = recorder.record(row, item.participant, item, recorder.find_version(row, item.participant, item.version))
    recorder.session.flush()
    return entry


def _view(act: Act, week: WeekRow, row: AttendanceRow) -> AttendanceView:
    return AttendanceView(**_mark(act, week, row), version=row.version, changed_at=row.changed_at, changed_by=row.changed_by)


def _mark(act: Act, week: WeekRow, row: AttendanceRow | FormerAttendanceRow) -> dict[str, Any]:
    mark = {name: getattr(row, name) for name in MARK}
    return {"session": shown_session(act, week, row.session), "participant": row.participant} | mark
