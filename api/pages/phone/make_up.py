"""After a missed session: the seats or times of this week in which it could be made up, and one of them booked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Final, cast

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
from api.weeks.models.edits import AddSession, BookParticipant, Edit
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import find_week, lock_week, published_roster
from scheduler.errors import EditError
from scheduler.fields import BookingMode, Id, Weekday
from scheduler.offers import MakeUpPlace, make_up_places, make_up_times
from scheduler.timegrid import DAY, WEEKDAYS
from scheduler.whatif import PossiblePlace, Whatif

router = APIRouter(prefix="/programs/{program}/phone/make-up", include_in_schema=False)

Day = Annotated[date, Path(ge=FIRST_MONDAY, le=LAST_MONDAY)]
Number = Annotated[Id, Path()]
Who = Annotated[Id, Path()]
MOST_COSTS: Final = 3


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


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A time at which another appointment is possible.

    Attributes:
        where: The room, or online.
        is_same: Whether it is with the clinician of the missed one.
        costs: What speaks against it, in sentences; nothing forbids it.
        edit: What is to be added to the week, as a form sends it.
    """

    start: datetime
    end: datetime
    where: str
    clinician: str
    is_same: bool
    costs: tuple[str, ...]
    edit: str


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
        try:
            return tuple(self._seats(make_up_places(self._whatif, self.missed.id, self.id))) if self.missed.group is not None else ()
        except EditError:
            return ()

    def times(self) -> tuple[OpenTime, ...]:
        """When another appointment could take its place, the soonest first."""
        try:
            return tuple(self._times(make_up_times(self._whatif, self.missed.id, self.id)))
        except EditError:
            return ()

    @cached_property
    def _whatif(self) -> Whatif:
        row = published_roster(self._session, self._program, self.monday)
        assert row is not None, "a session of it is published"
        case = week_now(self._session, self._program, self.monday, self._at)
        return Whatif(case, roster_of(self._session, row))

    def _times(self, places: tuple[PossiblePlace, ...]) -> Iterator[OpenTime]:
        week, names = self._whatif.case.week, StaffNames.of(self._labels)
        service = self._whatif.view.by_id[self.missed.id].session.service
        for place in places:
            start = week.at(place.start)
            edit = AddSession(
                do="add", service=service, day=cast(Weekday, WEEKDAYS[place.start // DAY]), time=place.start % DAY, mode=place.mode,
                site=place.site, room=place.room, facilitators=place.clinicians, participants=(self.id,),
            )  # fmt: skip
            yield OpenTime(
                start=start,
                end=week.at(place.start + self._whatif.case.services[service].minutes),
                where="Online" if place.mode == "telehealth" else self._labels.name("rooms", place.room),
                clinician=", ".join(self._labels.name("clinicians", id) for id in place.clinicians),
                is_same=place.clinicians == self.missed.clinicians,
                costs=tuple(names.written(reason) for reason in place.reasons if reason.startswith(f"{self.id} "))[:MOST_COSTS],
                edit=edit.model_dump_json(exclude_unset=True),
            )

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
    return staff_page(request, session, "phone/make_up.html", who=who, seats=who.seats(), times_free=who.times(), is_outdated=False)


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
        return staff_page(
            request, session, "phone/make_up.html", status=412, who=who, seats=who.seats(), times_free=who.times(), is_outdated=True
        )
    draft = draft_with(session, row, [_edit(form, participant)], act.caller.name, at)
    request.state.act = act.about(roster=draft.id)
    return go(program_url(program, f"plan/{week.monday}"))


def _edit(form: Form, participant: str) -> Edit:
    """The seat or the appointment that was chosen.

    Raises:
        Problem: It is not as our own page writes it.
    """
    try:
        if form.text("edit"):
            appointment = AddSession.model_validate_json(form.text("edit"))
            if appointment.group is None and appointment.participants == (participant,):
                return appointment
            raise Problem("malformed")
        mode: BookingMode = "telehealth" if form.is_on("is_online") else "in_person"
        return BookParticipant(do="book", session=form.text("session"), participant=participant, mode=mode)
    except ValidationError:
        raise Problem("malformed") from None
