"""A participant's stay: phases as clinicians decided, on hold, and discharge with what it leaves behind. The product moves nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.feeds import live_feeds
from api.kernel.errors import Problem
from api.pages.forms import Conflict, Form, SentForm, conflicts
from api.pages.people.census import STATUSES
from api.pages.people.seats import FreeSeat, freed_seats
from api.pages.people.subject import PageSubject, subject_of
from api.pages.published_week import StaffSession, monday_of, read_week
from api.pages.staff import go, staff_page
from api.programs.models import PhaseEntry, ProgramSettings
from api.programs.store.entities import create_kept, find_kept, replace_kept
from api.programs.store.kinds import KINDS, Rows
from api.programs.store.labels import ProgramLabels
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, Writing, needs
from api.weeks.store.prepared import PreparedRosters
from scheduler.fields import Id
from scheduler.policies import resolve
from scheduler.words import long_date

router = APIRouter(prefix="/programs/{program}/people/{participant}/stay", include_in_schema=False)

ParticipantId = Annotated[Id, Path()]

AFTERCARE: Final[Mapping[str, str]] = {"booked": "Booked", "declined": "Offered and declined", "open": "Not booked yet"}
COMPARED: Final[Mapping[str, str]] = {
    "status": "Status",
    "admitted": "First day",
    "since": "On hold since",
    "discharge": "Last day",
}
"""What two versions are compared by."""


@router.get("")
def show_stay(
    act: Annotated[Act, needs("program:read", "page.stay")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show the stay, and the forms that change it."""
    return _StayPage(request, session, subject_of(session, program, participant, act.caller, now), act).show(Form())


@router.post("/phase")
def decide_phase(
    act: Annotated[Act, needs("program:write", "phase_decision.create")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Record a clinician's decision: the phase, from when on, why."""
    stay = _StayPage(request, session, subject_of(session, program, participant, act.caller, now), act)
    decision = stay.decision(form)
    if decision is None:
        return stay.refuse(form)
    row = create_kept(session, program, KINDS["phase_decisions"], decision, act.caller.name)
    request.state.act = act.about(phase_decision=row.id)
    return go(f"{stay.who.url('stay')}?saved=1")


@router.post("/status")
def change_status(
    act: Annotated[Act, needs("program:write", "participant.change")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Put someone on hold, take them back, or undo a discharge."""
    row = find_kept(session, program, KINDS["participants"], participant, to_change=True)
    stay = _StayPage(request, session, subject_of(session, program, participant, act.caller, now), act)
    update: dict[str, Any]
    match form.text("do"):
        case "hold":
            update = {"status": "on_hold", "on_hold_since": form.day("since", "Choose the first day on hold.")}
        case "start":
            update = {"status": "cleared", "admitted": form.day("admitted", "Choose the first day in the program.")}
        case "resume":
            update = {"status": "active", "on_hold_since": None}
        case "return":
            update = {"status": "active", "on_hold_since": None, "discharge": None}
        case _:
            raise Problem("malformed", "Use the buttons of the page.")
    if form.errors:
        return stay.refuse(form)
    if form.number("version") != row.version:
        typed = {name: form.text(name) for name in ("since", "admitted") if form.text(name)} | {"status": STATUSES[update["status"]]}
        return stay.show_both(form, Form(typed))
    replace_kept(session, row, KINDS["participants"], stay.who.person.model_copy(update=update), act.caller.name)
    return go(f"{stay.who.url('stay')}?saved=1")


@router.post("/discharge")
def discharge(
    act: Annotated[Act, needs("program:write", "participant.change")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Check a discharge, or enter it: only if what it leaves behind was shown for this date."""
    row = find_kept(session, program, KINDS["participants"], participant, to_change=True)
    stay = _StayPage(request, session, subject_of(session, program, participant, act.caller, now), act)
    last = stay.last_day(form)
    aftercare = form.one_of("aftercare", AFTERCARE, "Choose whether aftercare is booked.")
    if last is None or aftercare is None:
        return stay.refuse(form)
    if form.text("shown") != last.isoformat():
        request.state.act = replace(act, action="page.stay")
        return stay.show(form, last=last)
    if form.number("version") != row.version:
        return stay.show_both(form, Form({"discharge": last.isoformat()}))
    # Until the last day is over, they are in the program.
    update: dict[str, Any] = {"discharge": last} | ({"status": "discharged"} if last < stay.who.today else {})
    replace_kept(session, row, KINDS["participants"], stay.who.person.model_copy(update=update), act.caller.name)
    request.state.act = act.about(aftercare=aftercare)
    return go(f"{stay.who.url('stay')}?saved=1")


class _StayPage:
    """The page with its forms."""

    def __init__(self, request: Request, session: Session, who: PageSubject, act: Act) -> None:
        self._request, self._session, self.who, self._act = request, session, who, act
        self._labels = ProgramLabels(session, who.program)

    def decision(self, form: Form) -> PhaseEntry | None:
        """The decision as the form says it; None if something is wrong."""
        phase = form.one_of("phase", self._labels.of_kind("phases"), "Choose the phase.")
        first = form.day("first", "Choose the first day of the phase.")
        decided_by = form.one_of("decided_by", self._labels.of_kind("clinicians"), "Choose the clinician who decided.")
        reason = form.text("reason") or None
        if form.is_on("is_step_up") and reason is None:
            form.wrong("reason", "Write the reason code: more hours need one.")
        if form.errors:
            return None
        fields = {"phase": phase, "first": first, "decided_by": decided_by, "reason": reason}
        try:
            return PhaseEntry.model_validate(
                fields | {"participant": self.who.id, "step_up_reason": reason if form.is_on("is_step_up") else None}
            )
        except ValidationError:
            form.wrong("reason", "Use a code of letters, digits, dots and dashes; no free text.")
            return None

    def last_day(self, form: Form) -> date | None:
        """The last day as the form says it."""
        last, admitted = form.day("discharge", "Choose the last day."), self.who.person.admitted
        if last is not None and admitted is not None and last < admitted:
            form.wrong("discharge", f"The last day cannot be before the admission on {long_date(admitted)}.")
            return None
        return last

    def refuse(self, form: Form) -> HTMLResponse:
        """Show the form again with its errors; nothing was changed, and the trail records that the page was viewed."""
        self._request.state.act = replace(self._act, action="page.stay")
        return self.show(form)

    def show_both(self, form: Form, mine: Form) -> HTMLResponse:
        """Show what is typed next to what is stored now; nothing was changed."""
        person = self.who.person
        stored = {
            "status": STATUSES[person.status],
            "admitted": _iso(person.admitted),
            "since": _iso(person.on_hold_since),
            "discharge": _iso(person.discharge),
        }
        self._request.state.act = replace(self._act, action="page.stay")
        return self.show(form, both=conflicts(mine, stored, {name: label for name, label in COMPARED.items() if name in mine.typed}))

    def show(self, form: Form, *, last: date | None = None, both: tuple[Conflict, ...] | None = None) -> HTMLResponse:
        """Show the page.

        Args:
            last: The last day of a discharge to be confirmed, with what it leaves behind.
            both: What differs from what is stored now, if someone else changed it.
        """
        who, person = self.who, self.who.person
        policy = resolve(ProgramSettings.model_validate(check_program(self._session, who.program).document).policy)
        decisions = [one for one in Rows(self._session, who.program).all(PhaseEntry) if one.participant == who.id]
        return staff_page(
            self._request,
            self._session,
            "people/stay.html",
            status=412 if both is not None else 422 if form.errors else 200,
            who=who,
            person=person,
            form=form,
            both=both,
            statuses=STATUSES,
            labels=self._labels,
            decisions=sorted(decisions, key=lambda one: (one.first, one.id), reverse=True),
            phases=(("", "Choose"), *sorted(self._labels.of_kind("phases").items(), key=lambda pair: pair[1])),
            clinicians=(("", "Choose"), *sorted(self._labels.of_kind("clinicians").items(), key=lambda pair: pair[1])),
            kept_until=person.on_hold_since and person.on_hold_since + timedelta(days=policy.on_hold_days),
            aftercare=AFTERCARE,
            last=last,
            seats=self._seats() if last is not None else (),
            booked=self._booked_after(last) if last is not None else (),
            links_end=self._links_end(last) if last is not None else None,
            is_saved=self._request.query_params.get("saved") == "1",
            may_change=self._act.caller.may("program:write", who.program) and not who.is_archived,
        )

    def _seats(self) -> tuple[FreeSeat, ...]:
        prepared: PreparedRosters = self._request.app.state.prepared_rosters
        return freed_seats(self._session, self.who.program, self.who.id, self.who.today, self.who.now, prepared)

    def _booked_after(self, last: date) -> tuple[StaffSession, ...]:
        """Published sessions after the last day."""
        mondays = {monday_of(self.who.today), monday_of(self.who.today) + timedelta(weeks=1)}
        weeks = (read_week(self._session, self.who.program, monday, self._act.caller, self.who.now) for monday in sorted(mondays))
        sessions = (one for week in weeks for one in week.sessions if one.day > last and not one.is_begun)
        return tuple(one for one in sessions if one.booking_of(self.who.id) is not None)

    def _links_end(self, last: date) -> date | None:
        """When the calendar links end."""
        feeds = live_feeds(self._session, self.who.program, "participant", self.who.id, self.who.now).values()
        return max((last + timedelta(days=feed.days_after) for feed in feeds), default=None)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
