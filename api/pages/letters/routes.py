"""Routes of letters about a participant, as printable pages or as data: an attendance letter, and the hand-off summary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.kernel.errors import Place, Problem
from api.letters import words, write_attendance, write_hand_off
from api.letters.models import AttendanceLetter, HandOff, LetterFormat, LetterPurpose
from api.letters.store.attendance_letter import LetterRequest
from api.letters.store.hand_off import stay_of
from api.pages.rendering import page
from api.programs.store.entities import find_participant
from api.programs.store.programs import zone_of
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from api.web.problems import problems
from scheduler.fields import Id
from scheduler.instance import Participant

router = APIRouter(prefix="/v1/programs/{program}/participants/{participant}/letters", tags=["letters"])

MOST_DAYS = 53 * 7
PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}

ParticipantId = Annotated[Id, Path(description="The participant.")]
From = Annotated[date | None, Query(alias="from", description="The first date; if omitted: the admission, or the first published week.")]
To = Annotated[date | None, Query(description="The last date, inclusive; if omitted: the discharge, or today.")]
ForWhom = Annotated[LetterPurpose, Query(description="Whom the letter is for.")]
AsFormat = Annotated[LetterFormat, Query(description="`html` for a page to print or save as PDF, `json` for its data.")]


@router.get(
    "/attendance", summary="Get an attendance letter", response_model=AttendanceLetter,
    responses=PAGE | problems("not_found", "no_consent", "wrong_shape"),
)  # fmt: skip
def get_attendance_letter(
    act: Annotated[Act, needs("roster:read", "letter.attendance")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
    first: From = None,
    to: To = None,
    purpose: ForWhom = "attendance",
    format: AsFormat = "html",
) -> Response:
    """Get a letter that states when and for how long a participant attended "appointments": no service, program, reason or name.

    For an employer, it also lists the appointments ahead; for a court, the dates missed. Requires a consent of the kind
    `attendance_letter`, `employer_letter` or `court_letter` that is in force today. The name is filled in on the page or by hand and is
    not sent anywhere. The sender is the program's `letter_sender`. The letter is available for discharged participants, too.
    """
    today = now.astimezone(zone_of(session, program)).date()
    to = to or (ahead_until(today) if purpose == "employer" else None)
    letter, consent = write_attendance(session, letter_request(session, act, program, participant, first, to, today), now, purpose)
    request.state.act = act.about(**{"from": str(letter.first), "to": str(letter.last), "consent": consent.id})
    return letter_page(request, letter) if format == "html" else _data(letter)


@router.get(
    "/hand-off", summary="Get a hand-off summary", response_model=HandOff,
    responses=PAGE | problems("not_found", "wrong_shape"),
)  # fmt: skip
def get_hand_off(
    act: Annotated[Act, needs("roster:read", "letter.hand_off")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
    first: From = None,
    to: To = None,
    format: AsFormat = "html",
) -> Response:
    """Get the ordered, scheduled, delivered and billable hours of each week of a stay, with its phases, for the next provider.

    Whole weeks, at most 53. The summary states whether a `hand_off` consent is in force; without one, it is only for the program itself.
    """
    today = now.astimezone(zone_of(session, program)).date()
    summary = write_hand_off(session, letter_request(session, act, program, participant, first, to, today), now)
    consent = "yes" if summary.may_be_given else "no"
    request.state.act = act.about(**{"from": str(summary.first), "to": str(summary.last), "consent": consent})
    return letter_page(request, summary) if format == "html" else _data(summary)


def letter_request(
    session: Session, act: Act, program: str, participant: str, first: date | None, last: date | None, today: date
) -> LetterRequest:  # fmt: skip
    """The requested letter; dates that are not given are those of the stay.

    Raises:
        Problem: No such participant exists, or the dates do not form a span of at most 53 weeks.
    """
    person = Participant.model_validate(find_participant(session, program, participant).document)
    begun, ended = stay_of(session, program, participant, person, today)
    last = last or (ended if first is None or first <= ended else first)
    first = first or max(min(begun, last), last - timedelta(days=MOST_DAYS - 1))
    if not 0 <= (last - first).days < MOST_DAYS:
        place = Place(code="date_range", path="query.to", message="give a date that is not before `from`, and at most 53 weeks after it")
        raise Problem("wrong_shape", issues=[place])
    return LetterRequest(program, participant, first, last, today, act.request_id[:8])


def ahead_until(today: date) -> date:
    """The last date of a letter about the appointments ahead, if none is named: the end of next week."""
    return today - timedelta(days=today.weekday()) + timedelta(days=13)


def letter_page(request: Request, letter: AttendanceLetter | HandOff) -> Response:
    """A letter as a page to print."""
    template = "hand_off.html" if isinstance(letter, HandOff) else "attendance_letter.html"
    return page(request, template, letter=letter, words=words)


def _data(letter: AttendanceLetter | HandOff) -> Response:
    return Response(letter.model_dump_json(), media_type="application/json")
