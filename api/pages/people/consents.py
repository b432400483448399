"""A participant's consents: recorded from a signed form, and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final, cast

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.consents.models import ConsentKind, ConsentRecord, ConsentState
from api.consents.store import find_consent, list_consents, record_consent, state_of, withdraw_consent
from api.database.listing import Listing
from api.pages.forms import Form, SentForm
from api.pages.people.subject import PageSubject, subject_of
from api.pages.staff import go, staff_page
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, Writing, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/people/{participant}/consents", include_in_schema=False)

ParticipantId = Annotated[Id, Path()]

MOST_LISTED: Final = 200
KINDS: Final[Mapping[ConsentKind, str]] = {
    "attendance_letter": "Attendance letter",
    "employer_letter": "Letter to an employer or school",
    "court_letter": "Letter to a court",
    "hand_off": "Summary for the next provider",
    "email": "E-mail",
    "guardian_feed": "Calendar link of a guardian",
    "guest_feed": "Calendar link of a guest",
}
"""What participants consent to, as staff call it."""
STATES: Final[Mapping[ConsentState, str]] = {"to_come": "from", "in_force": "since", "expired": "ended", "withdrawn": "withdrawn"}
ORDER: Final = ("in_force", "to_come", "expired", "withdrawn")


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent in words.

    Attributes:
        day: When it came or comes into force, or when it ended.
        until: Its last date, if it has one and is not over.
        reference: The code of the signed form.
    """

    id: str
    version: int
    words: str
    state: ConsentState
    day: date
    until: date | None
    reference: str

    @property
    def state_words(self) -> str:
        """The state, worded to come before the date."""
        return STATES[self.state]

    @property
    def is_in_force(self) -> bool:
        """Whether it allows anything today."""
        return self.state == "in_force"

    @property
    def is_open(self) -> bool:
        """Whether it can be withdrawn."""
        return self.state in ("in_force", "to_come")


def consent_lines(session: Session, who: PageSubject) -> tuple[ConsentLine, ...]:
    """The participant's consents, those in force first."""
    lines = []
    for row in list_consents(session, who.program, who.id, Listing(MOST_LISTED)).rows:
        state = state_of(row, who.today)
        ended = row.withdrawn_at.astimezone(who.zone).date() if row.withdrawn_at else row.last
        is_over = state in ("expired", "withdrawn")
        words = KINDS[cast(ConsentKind, row.kind)] + (f": {who.guest_name(row.guest)}" if row.guest else "")
        day = ended if is_over and ended is not None else row.first
        lines.append(ConsentLine(row.id, row.version, words, state, day, None if is_over else row.last, row.reference or ""))
    return tuple(sorted(lines, key=lambda line: (ORDER.index(line.state), line.day)))


@router.get("")
def show_consents(
    act: Annotated[Act, needs("program:read", "page.consents")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show all consents ever recorded, and the form for another."""
    return _show(request, session, subject_of(session, program, participant, act.caller, now), act, Form())


@router.post("")
def add_consent(
    act: Annotated[Act, needs("program:write", "consent.record")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Record what a participant signed."""
    who = subject_of(session, program, participant, act.caller, now)
    record = _record(form, who)
    if record is None:
        request.state.act = replace(act, action="page.consents")
        return _show(request, session, who, act, form)
    row = record_consent(session, program, participant, record, act.caller.name, now)
    request.state.act = act.about(consent=row.id, kind=row.kind)
    return go(who.url("consents"))


@router.post("/{consent}/withdraw")
def end_consent(
    act: Annotated[Act, needs("program:write", "consent.withdraw")],
    program: ProgramId,
    participant: ParticipantId,
    consent: Annotated[Id, Path()],
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Withdraw a consent, from now on; if it has been withdrawn already, nothing changes."""
    who, row = subject_of(session, program, participant, act.caller, now), find_consent(session, program, participant, consent)
    if row.withdrawn_at is None:
        if form.number("version") != row.version:
            request.state.act = replace(act, action="page.consents")
            return _show(request, session, who, act, Form(), is_outdated=True)
        withdraw_consent(row, act.caller.name, now)
    return go(who.url("consents"))


def _record(form: Form, who: PageSubject) -> ConsentRecord | None:
    """The consent as the form says it; None if something is wrong."""
    kind = form.one_of("kind", dict(_kinds(who)), "Choose what the participant allows.")
    first = form.day("first", "Choose the first day, e.g. when the form was signed.")
    last = form.day("last", "Choose the last day, or leave it empty.") if form.text("last") else None
    if form.errors or kind is None or first is None:
        return None
    if last is not None and last < first:
        form.wrong("last", "The last day is before the first.")
        return None
    name, _, guest = kind.partition(":")
    try:
        return ConsentRecord.model_validate(
            {"kind": name, "guest": guest or None, "first": first, "last": last, "reference": form.text("reference") or None}
        )
    except ValidationError:
        form.wrong("reference", "Use letters, digits, dots and dashes only, e.g. the number of the form.")
        return None


def _kinds(who: PageSubject) -> tuple[tuple[str, str], ...]:
    """What may be chosen: one entry for each guest."""
    plain = tuple((kind, words) for kind, words in KINDS.items() if kind != "guest_feed")
    return (*plain, *((f"guest_feed:{id}", f"{KINDS['guest_feed']}: {name}") for id, name in who.guests))


def _show(request: Request, session: Session, who: PageSubject, act: Act, form: Form, *, is_outdated: bool = False) -> HTMLResponse:
    return staff_page(
        request,
        session,
        "people/consents.html",
        status=412 if is_outdated else 422 if form.errors else 200,
        is_outdated=is_outdated,
        who=who,
        form=form,
        consents=consent_lines(session, who),
        kinds=(("", "Choose"), *_kinds(who)),
        may_change=act.caller.may("program:write", who.program) and not who.is_archived,
    )
