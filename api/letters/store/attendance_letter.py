"""The letter that states when a participant attended appointments: neutral, and only with consent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.attendance.store.minutes import attended_days
from api.consents.store import consent_on, state_of
from api.database.tables import ConsentRow, ParticipantRow
from api.kernel.errors import Problem
from api.letters.models import AttendanceLetter
from api.programs.models import ProgramSettings
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


def write_attendance(session: Session, asked: LetterRequest, now: datetime) -> tuple[AttendanceLetter, ConsentRow]:
    """The letter for a span of dates, and the consent it is based on. Discharged participants can get one, too.

    Raises:
        Problem: No such participant exists (`not_found`), or no consent is in force today (`no_consent`).
    """
    find_participant(session, asked)
    consent = consent_on(session, asked.program, asked.participant, KIND, asked.today)
    if consent is None:
        raise Problem("no_consent", f"{_why(session, asked)} Record a consent of kind {KIND} that is in force today.")
    days, unrecorded = attended_days(session, asked.program, asked.participant, asked.first, asked.last, now)
    letter = AttendanceLetter(
        participant=asked.participant,
        first=asked.first,
        last=asked.last,
        issued=asked.today,
        reference=asked.reference,
        sender=sender_of(session, asked.program),
        days=tuple(days),
        minutes=sum(day.minutes for day in days),
        sessions=sum(day.sessions for day in days),
        unrecorded=unrecorded,
    )
    return letter, consent


def find_participant(session: Session, asked: LetterRequest) -> ParticipantRow:
    """The participant a letter is about, archived or not.

    Raises:
        Problem: The program has no such participant.
    """
    check_program(session, asked.program)
    row = session.get(ParticipantRow, {"program": asked.program, "id": asked.participant})
    if row is None:
        raise Problem("not_found", "The program has no such participant.")
    return row


def sender_of(session: Session, program: str) -> str:
    """The sender of letters to others: the neutral name from the settings, never the program's own label."""
    return ProgramSettings.model_validate(check_program(session, program).document).letter_sender


def _why(session: Session, asked: LetterRequest) -> str:
    """Why no consent is in force, according to the last one recorded."""
    found = select(ConsentRow).where(
        ConsentRow.program == asked.program, ConsentRow.participant == asked.participant, ConsentRow.kind == KIND
    )
    last = session.scalar(found.order_by(ConsentRow.created_at.desc(), ConsentRow.id).limit(1))
    return "No consent is recorded for this participant." if last is None else WHY[state_of(last, asked.today)]
