"""The letter that states when a participant attended appointments: neutral, and only with consent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.attendance.store.minutes import attended_days
from api.consents.store import consent_on, state_of
from api.database.tables import ConsentRow
from api.kernel.errors import Problem
from api.letters.models import AttendanceLetter
from api.programs.models import ProgramSettings
from api.programs.store.entities import find_participant
from api.programs.store.programs import check_program

KIND: Final = "attendance_letter"
WHY = {
    "to_come": "The participant's consent is not in force yet.",
    "expired": "The participant's consent has expired.",
    "withdrawn": "The participant has withdrawn the consent.",
}


class LetterRequest(NamedTuple):
    """A requested letter.

    Attributes:
        today: Today's date in the program's zone.
        reference: Identifies the letter in the audit trail.
    """

    program: str
    participant: str
    first: date
    last: date
    today: date
    reference: str


def write_attendance(session: Session, request: LetterRequest, now: datetime) -> tuple[AttendanceLetter, ConsentRow]:
    """The letter for a span of dates, and the consent it is based on. Discharged participants can get one, too.

    Raises:
        Problem: No such participant exists (`not_found`), or no consent is in force today (`no_consent`).
    """
    find_participant(session, request.program, request.participant)
    consent = consent_on(session, request.program, request.participant, KIND, request.today)
    if consent is None:
        raise Problem("no_consent", f"{_why(session, request)} Record a consent of kind {KIND} that is in force today.")
    days, unrecorded = attended_days(session, request.program, request.participant, request.first, request.last, now)
    letter = AttendanceLetter(
        participant=request.participant,
        first=request.first,
        last=request.last,
        issued=request.today,
        reference=request.reference,
        sender=sender_of(session, request.program),
        days=tuple(days),
        minutes=sum(day.minutes for day in days),
        sessions=sum(day.sessions for day in days),
        unrecorded=unrecorded,
    )
    return letter, consent


def sender_of(session: Session, program: str) -> str:
    """The sender of letters to others: the neutral name from the settings, never the program's own label."""
    return ProgramSettings.model_validate(check_program(session, program).document).letter_sender


def _why(session: Session, request: LetterRequest) -> str:
    """Why no consent is in force, according to the last one recorded."""
    query = select(ConsentRow).where(
        ConsentRow.program == request.program, ConsentRow.participant == request.participant, ConsentRow.kind == KIND
    )
    last = session.scalar(query.order_by(ConsentRow.created_at.desc(), ConsentRow.id).limit(1))
    return "No consent is recorded for this participant." if last is None else WHY[state_of(last, request.today)]
