"""What is done on the page Today: mark who came, answer reported time away, tick off calls. Each through the store that the API uses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, NamedTuple, TypeVar

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.announcements.models import Decline
from api.announcements.store import accept, decline, find_announcement, mark_seen
from api.attendance.models import AttendanceRecord
from api.attendance.store.attendance import take_back
from api.attendance.store.late_notices import find_notice, note_late
from api.audit.acts import Act
from api.calls.models import CallMark
from api.calls.store.views import find_call, mark_call
from api.kernel.errors import Problem
from api.pages.attendance.marking import recorder_of
from api.pages.forms import Form, SentForm
from api.pages.published_week import monday_of, program_now
from api.pages.staff import go, program_url
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Writing, needs
from scheduler.fields import Id, Model

M = TypeVar("M", bound=Model)

BETWEEN: Final = "~"
"""Between the parts of a booking in a form; ids do not contain it."""


class ShownBooking(NamedTuple):
    """A booking as the page showed it.

    Attributes:
        session: The number of the session.
        version: Of what is to be changed, 0 for none yet.
    """

    session: str
    participant: str
    version: str

    def check_version(self, version: int) -> None:
        """Check that the page showed this version of what is to be changed.

        Raises:
            Problem: It showed another one, so the change could undo someone else's.
        """
        if self.version != str(version):
            raise Problem("changed_meanwhile")


router = APIRouter(prefix="/programs/{program}/today", include_in_schema=False)


@router.post("/mark")
def mark(
    act: Annotated[Act, needs("attendance", "attendance.record")],
    program: ProgramId,
    form: SentForm,
    session: Writing,
    request: Request,
    at: Now,
) -> Response:
    """Record whether a participant came to a session of today, or take the mark back (status `none`)."""
    monday = monday_of(program_now(session, program, at).date())
    recorder = recorder_of(session, program, monday, act.caller, at)
    booking = _booking(form)
    row, participant = recorder.find_session(booking.session), booking.participant
    current = recorder.find(row, participant)
    booking.check_version(0 if current is None else current.version)
    if form.text("status") != "none":
        recorder.record(row, participant, _record(form), current)
    elif current is not None:
        take_back(session, current, act.caller.name, at)
    request.state.act = act.about(monday=str(monday), of=row.session, participant=participant)
    return go(program_url(program, "today"))


@router.post("/late")
def note_running_late(
    act: Annotated[Act, needs("attendance", "attendance.late")],
    program: ProgramId,
    form: SentForm,
    session: Writing,
    request: Request,
    at: Now,
) -> Response:
    """Note by how many minutes a participant will be late for a session; 0: they will be on time."""
    monday = monday_of(program_now(session, program, at).date())
    recorder = recorder_of(session, program, monday, act.caller, at)
    booking = _booking(form)
    row, participant = recorder.find_session(booking.session), booking.participant
    notice = find_notice(recorder, row, participant)
    booking.check_version(0 if notice is None else notice.version)
    if form.text("minutes") == "0":
        recorder.forget_late(row, participant)
    else:
        note_late(recorder, row, participant, form.number("minutes") or 0, notice)
    request.state.act = act.about(monday=str(monday), of=row.session, participant=participant)
    return go(program_url(program, "today"))


@router.post("/announcements/{announcement}")
def answer_announcement(
    act: Annotated[Act, needs("program:write", "announcement.answer")],
    program: ProgramId,
    announcement: Annotated[Id, Path()],
    form: SentForm,
    session: Writing,
    request: Request,
    at: Now,
) -> Response:
    """Accept reported time away, decline it with a reason that the participant sees, or only let them see that it was read."""
    row = find_announcement(session, program, announcement)
    if form.text("answer") == "seen":
        mark_seen(row, act.caller.name, at)
    elif form.text("answer") == "accept":
        accept(session, row, act.caller.name, at)
    else:
        decline(session, row, _parsed(Decline, reason=form.text("answer")).reason, act.caller.name, at)
    request.state.act = act.about(participant=row.participant)
    return go(program_url(program, "today"))


@router.post("/calls/{monday}/{call}")
def tick_call(
    act: Annotated[Act, needs("roster:write", "call.mark")],
    program: ProgramId,
    monday: Annotated[date, Path()],
    call: Annotated[Id, Path()],
    form: SentForm,
    session: Writing,
    at: Now,
) -> Response:
    """Tick off a call, or take the tick back; refused if the text has changed since it was read out."""
    row = find_call(session, program, monday, call, to_change=True)
    form.check_version(row.version)
    mark_call(session, row, _parsed(CallMark, state=form.text("state")).state, act.caller.name, at)
    return go(program_url(program, "today"))


def _booking(form: Form) -> ShownBooking:
    """The booking that a form is about."""
    session, _, rest = form.text("booking").partition(BETWEEN)
    participant, _, version = rest.partition(BETWEEN)
    return ShownBooking(session, participant, version)


def _record(form: Form) -> AttendanceRecord:
    """The mark in the form, for those who came late with the minutes."""
    status, _, minutes = form.text("status").partition(" ")
    return _parsed(AttendanceRecord, status=status, minutes_late=minutes or None)


def _parsed(model: type[M], **fields: object) -> M:
    """The fields as a model; our own buttons always send valid ones.

    Raises:
        Problem: They are invalid.
    """
    try:
        return model.model_validate(fields)
    except ValidationError:
        raise Problem("wrong_shape", "The form was not complete; reload the page and try again.") from None
