"""Letters about a participant, written from a form: only with the consent that each one needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.consents.models import ConsentKind
from api.consents.store import has_consent
from api.kernel.errors import Problem
from api.letters import write_attendance, write_hand_off
from api.letters.models import LetterPurpose
from api.letters.store.attendance_letter import CONSENTS
from api.pages.forms import Form, SentForm
from api.pages.letters.routes import ahead_until, letter_page, letter_request
from api.pages.people.subject import PageSubject, subject_of
from api.pages.staff import staff_page
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/people/{participant}/letters", include_in_schema=False)

ParticipantId = Annotated[Id, Path()]

HAND_OFF: Final = "hand_off"
LETTERS: Final[Mapping[str, str]] = {
    "attendance": "Attendance: the dates attended",
    "employer": "Employer or school: the dates attended, and the times ahead",
    "court": "Court: the dates attended and missed",
    HAND_OFF: "Next provider: hours week by week",
}
"""The letters, and what each says."""


@router.get("")
def choose_letter(
    act: Annotated[Act, needs("roster:read", "page.letters")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show the letters, and which have a consent."""
    return _show(request, session, subject_of(session, program, participant, act.caller, now), Form())


@router.post("")
def write_letter(
    act: Annotated[Act, needs("roster:read", "letter.attendance")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Reading,
    now: Now,
) -> Response:
    """Write a letter as a page to print."""
    who = subject_of(session, program, participant, act.caller, now)
    letter = form.one_of("letter", LETTERS, "Choose a letter.")
    first = form.day("first", "Choose the first day, or leave it empty.") if form.text("first") else None
    last = form.day("last", "Choose the last day, or leave it empty.") if form.text("last") else None
    if not form.errors:
        purpose: LetterPurpose | None = next((one for one in get_args(LetterPurpose) if one == letter), None)
        last = last or (ahead_until(who.today) if purpose == "employer" else None)
        try:
            wish = letter_request(session, act, program, participant, first, last, who.today)
            request.state.act = replace(act, action="letter.hand_off") if purpose is None else act
            request.state.act = request.state.act.about(**{"from": str(wish.first), "to": str(wish.last)})
            if purpose is None:
                return letter_page(request, write_hand_off(session, wish, now))
            text, consent = write_attendance(session, wish, now, purpose)
            request.state.act = request.state.act.about(consent=consent.id)
            return letter_page(request, text)
        except Problem as problem:
            _explain(form, problem)
    request.state.act = replace(act, action="page.letters")
    return _show(request, session, who, form)


def _explain(form: Form, problem: Problem) -> None:
    """Say what is wrong at its field.

    Raises:
        Problem: It is not about a field.
    """
    match problem.code:
        case "no_consent":
            form.wrong("letter", "There is no consent to this letter that is in force today.")
        case "wrong_shape":
            form.wrong("last", "Choose a last day that is not before the first, and at most 53 weeks after it.")
        case _:
            raise problem


def _show(request: Request, session: Session, who: PageSubject, form: Form) -> HTMLResponse:
    kinds: dict[str, ConsentKind] = {**dict(CONSENTS.items()), HAND_OFF: "hand_off"}
    return staff_page(
        request,
        session,
        "people/letters.html",
        status=422 if form.errors else 200,
        who=who,
        form=form,
        letters=LETTERS,
        allowed={letter for letter, kind in kinds.items() if has_consent(session, who.program, who.id, kind, who.today)},
    )
