"""After a missed session: the places of this week in which it could be made up, and one of them booked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.attendance.models import ParticipantMinutes
from api.attendance.store.minutes import participant_minutes
from api.audit.acts import Act
from api.kernel.errors import Problem
from api.kernel.mondays import FIRST_MONDAY, LAST_MONDAY
from api.offers.store import draft_with
from api.pages.forms import Form, SentForm
from api.pages.plan.names import StaffNames
from api.pages.published_week import StaffSession, monday_of, program_now, read_week
from api.pages.staff import go, program_url, staff_page
from api.programs.store.labels import ProgramLabels
from api.security.access import Caller
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, Writing, needs
from api.weeks.models.edits import BookParticipant
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import find_week, lock_week, published_roster
from scheduler.errors import EditError
from scheduler.fields import BookingMode, Id
from scheduler.offers import MakeUpPlace, make_up_places
from scheduler.whatif import Whatif

router = APIRouter(prefix="/programs/{program}/phone/make-up", include_in_schema=False)

Day = Annotated[date, Path(ge=FIRST_MONDAY, le=LAST_MONDAY)]
Number = Annotated[Id, Path()]
Who = Annotated[Id, Path()]


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """A session with a seat.

    Attributes:
        costs: What speaks against it, in sentences; nothing forbids it.
    """

    session: StaffSession
    is_online: bool
    seats: int
    costs: tuple[str, ...]


class MakeUpPage:
    """A missed session, and where it could be made up.

    Attributes:
        version: The version of the week.
    """

    def __init__(self, session: Session, program: str, address: tuple[date, str, str], caller: Caller, at: datetime) -> None:
        self._session, self._program, self._at = session, program, at
        self.day, self.number, self.id = address
        self.monday = monday_of(self.day)
        self._labels, self._week = (
            ProgramLabels(session, program),
            read_week(session, program, self.monday, caller, program_now(session, program, at)),
        )
        missed = next((one for one in self._week.sessions if one.number == self.number), None)
        if missed is None or missed.booking_of(self.id) is None:
            raise Problem("not_found")
        self.missed = missed
        self.version = find_week(session, program, self.monday).version

    @property
    def name(self) -> str:
        """The participant's name, told apart from everyone else's."""
        return self._labels.name("participants", self.id)

    @property
    def hours(self) -> ParticipantMinutes:
        """The hours of the week."""
        return participant_minutes(self._session, self._program, self.id, [self.monday], self._at)[0]

    def seats(self) -> tuple[OpenSeat, ...]:
        """Where it could be made up, the soonest first."""
        row = published_roster(self._session, self._program, self.monday)
        assert row is not None, "a session of it is published"
        case = week_now(self._session, self._program, self.monday, self._at)
        try:
            return tuple(self._seats(make_up_places(Whatif(case, roster_of(self._session, row)), self.missed.id, self.id)))
        except EditError:
            return ()

    def _seats(self, places: tuple[MakeUpPlace, ...]) -> Iterator[OpenSeat]:
        sessions, names = {one.id: one for one in self._week.sessions}, StaffNames.of(self._labels)
        for place in places:
            costs = tuple(names.written(cost.message) for cost in place.effect.costs if self.id in cost.about)
            yield OpenSeat(sessions[place.placed.id], place.mode == "telehealth", place.seats, costs)


@router.get("/{day}/{number}/{participant}")
def show_make_up(
    act: Annotated[Act, needs("roster:write", "page.make_up")],
    program: ProgramId,
    day: Day,
    number: Number,
    participant: Who,
    request: Request,
    session: Reading,
    at: Now,
) -> HTMLResponse:
    """Show where a session could be made up."""
    who = MakeUpPage(session, program, (day, number, participant), act.caller, at)
    return staff_page(request, session, "phone/make_up.html", who=who, seats=who.seats(), is_outdated=False)


@router.post("/{day}/{number}/{participant}")
def book_make_up(
    act: Annotated[Act, needs("roster:write", "roster.edit")],
    program: ProgramId,
    day: Day,
    number: Number,
    participant: Who,
    form: SentForm,
    request: Request,
    session: Writing,
    at: Now,
) -> Response:
    """Book a place in a draft of the published week, which is looked at and published in the plan."""
    week = lock_week(session, program, monday_of(day), act.caller.name)
    row = published_roster(session, program, week.monday)
    if row is None or form.number("version") != week.version:
        who = MakeUpPage(session, program, (day, number, participant), act.caller, at)
        return staff_page(request, session, "phone/make_up.html", status=412, who=who, seats=who.seats(), is_outdated=True)
    draft = draft_with(session, row, [_booking(form, participant)], act.caller.name, at)
    request.state.act = act.about(roster=draft.id)
    return go(program_url(program, f"plan/{week.monday}"))


def _booking(form: Form, participant: str) -> BookParticipant:
    try:
        mode: BookingMode = "telehealth" if form.is_on("is_online") else "in_person"
        return BookParticipant(do="book", session=form.text("session"), participant=participant, mode=mode)
    except ValidationError:
        raise Problem("malformed") from None
