"""What settles a line of the list: each through the store that the API uses, and nothing over someone else's change."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.attendance.models import OutreachRecord
from api.attendance.store.attendance import Recorder
from api.attendance.store.outreach import record_outreach
from api.audit.acts import Act
from api.kernel.errors import Problem
from api.outbox.store import find_message, retry
from api.pages.forms import Form, SentForm
from api.pages.staff import go, program_url
from api.pages.words import AUTHORIZATION_STATES
from api.programs.models import PhaseEntry
from api.programs.store.entities import create_kept, find_kept, replace_kept
from api.programs.store.kinds import KINDS
from api.web.addresses import Monday, ProgramId
from api.web.dependencies import Now, Writing, needs
from api.weeks.store.weeks import lock_week
from scheduler.fields import Id, Model
from scheduler.instance import Authorization, Participant

M = TypeVar("M", bound=Model)

router = APIRouter(prefix="/programs/{program}/due", include_in_schema=False)

FILTER: Final = re.compile(r"[\w.-]+")
MAKE_UP: Final = "make_up"
"""Sent as the result when someone was reached and is offered a make-up."""
UNREADABLE: Final = "Something in the form cannot be used: go back, and correct it."


@router.post("/outreach/{monday}/{number}")
def settle_outreach(
    act: Annotated[Act, needs("attendance", "outreach.record")],
    program: ProgramId,
    monday: Monday,
    number: Annotated[Id, Path()],
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Record whether someone who missed a session was reached; who was reached may be offered a make-up at once."""
    week = lock_week(session, program, monday, act.caller.name)
    recorder = Recorder.of(session, week, act.caller.name, now, act.caller.clinicians(program))
    row, participant = recorder.find_session(number), form.text("participant")
    is_made_up = form.text("result") == MAKE_UP
    record_outreach(recorder, row, participant, _parsed(OutreachRecord, result="reached" if is_made_up else form.text("result")))
    request.state.act = act.about(of=row.session, participant=participant)
    if is_made_up:
        return go(program_url(program, f"phone/make-up/{monday}/{number}/{participant}"))
    return _back(program, form)


@router.post("/messages/{message}")
def settle_message(
    act: Annotated[Act, needs("roster:write", "message.retry")],
    program: ProgramId,
    message: Annotated[Id, Path()],
    form: SentForm,
    session: Writing,
    now: Now,
) -> Response:
    """Retry a message that was given up."""
    retry(find_message(session, program, message, to_change=True), now)
    return _back(program, form)


@router.post("/phases/{participant}")
def settle_phase(
    act: Annotated[Act, needs("program:write", "phase_decision.create")],
    program: ProgramId,
    participant: Annotated[Id, Path()],
    form: SentForm,
    request: Request,
    session: Writing,
) -> Response:
    """Record the clinician's decision: a phase, and from when on."""
    decision = _parsed(PhaseEntry, participant=participant, phase=form.text("phase"), first=_day(form, "first"))
    row = create_kept(session, program, KINDS["phase_decisions"], decision, act.caller.name)
    request.state.act = act.about(phase_decision=row.id)
    return _back(program, form)


@router.post("/authorizations/{participant}/{grant}")
def settle_authorization(
    act: Annotated[Act, needs("program:write", "participant.change")],
    program: ProgramId,
    participant: Annotated[Id, Path()],
    grant: Annotated[Id, Path()],
    form: SentForm,
    session: Writing,
) -> Response:
    """Change the state or the next review of an authorization, or add one that follows it."""
    row = find_kept(session, program, KINDS["participants"], participant, to_change=True)
    form.check_version(row.version)
    person = Participant.model_validate(row.document)
    current = next((one for one in person.authorizations if one.id == grant), None)
    if current is None:
        raise Problem("not_found")
    grants = _changed(person, current, form)
    changed = person.model_copy(update={"authorizations": grants})
    replace_kept(session, row, KINDS["participants"], changed, act.caller.name)
    return _back(program, form)


def _changed(person: Participant, current: Authorization, form: Form) -> tuple[Authorization, ...]:
    """The participant's authorizations as the form changes them."""
    match form.text("do"):
        case "review":
            change: dict[str, Any] = {"next_review": _day(form, "next_review") if form.text("next_review") else None}
        case "state" if form.text("state") in AUTHORIZATION_STATES:
            change = {"state": form.text("state")}
        case "renew":
            return (*person.authorizations, _following(person, current, form))
        case _:
            raise Problem("malformed", UNREADABLE)
    return tuple(one.model_copy(update=change) if one.id == current.id else one for one in person.authorizations)


def _following(person: Participant, current: Authorization, form: Form) -> Authorization:
    """The authorization that follows another one: the same services, payer and unit."""
    ids = {one.id for one in person.authorizations}
    id = next(f"{current.id[:58]}-{n}" for n in range(2, len(ids) + 3) if f"{current.id[:58]}-{n}" not in ids)
    first, last, units = _day(form, "first"), _day(form, "last"), form.text("units")
    if last < first:
        raise Problem("malformed", "The last date is before the first: go back, and correct it.")
    same = ("services", "unit", "units_per_week", "week_start", "payer", "responsible")
    fields = {name: getattr(current, name) for name in same} | {"id": id, "first": first, "last": last, "units": units or None}
    fields["counted_on"] = first
    return _parsed(Authorization, state=form.text("state"), number=form.text("number"), **fields)


def _parsed(model: type[M], **fields: Any) -> M:
    try:
        return model.model_validate(fields)
    except ValidationError:
        raise Problem("malformed", UNREADABLE) from None


def _day(form: Form, name: str) -> date:
    day = form.day(name, UNREADABLE)
    if day is None:
        raise Problem("malformed", UNREADABLE)
    return day


def _back(program: str, form: Form) -> Response:
    """Go back to the lines that were shown: all of them, those of a kind, or those of a clinician."""
    filters = {name: text for name in ("kind", "responsible") if FILTER.fullmatch(text := form.text(name))}
    return go(program_url(program, f"due?{urlencode(filters)}" if filters else "due"))
