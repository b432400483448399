"""The letter that states when a participant attended appointments: neutral, and only with consent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.attendance.store.minutes import attended_days, missed_dates
from api.consents.models import ConsentKind
from api.consents.store import consent_on, state_of
from api.database.tables import ConsentRow, PublishedBookingRow, PublishedSessionRow
from api.kernel.errors import Problem
from api.letters.models import AttendanceLetter, LetterPurpose, MissedDate, TimeAhead
from api.programs.models import ProgramSettings
from api.programs.store.entities import find_participant
from api.programs.store.programs import check_program, zone_of

CONSENTS: Final[Mapping[LetterPurpose, ConsentKind]] = {
    "attendance": "attendance_letter",
    "employer": "employer_letter",
    "court": "court_letter",
}
"""The consent that each letter needs."""
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


def write_attendance(
    session: Session, request: LetterRequest, now: datetime, purpose: LetterPurpose = "attendance"
) -> tuple[AttendanceLetter, ConsentRow]:
    """The letter for a span of dates, and the consent it is based on. Discharged participants can get one, too.

    Args:
        purpose: For a court, with missed dates; for an employer, with the appointments ahead.

    Raises:
        Problem: No such participant exists (`not_found`), or no consent is in force today (`no_consent`).
    """
    find_participant(session, request.program, request.participant)
    kind = CONSENTS[purpose]
    consent = consent_on(session, request.program, request.participant, kind, request.today)
    if consent is None:
        raise Problem("no_consent", f"{_why(session, request, kind)} Record a consent of kind {kind} that is in force today.")
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
        purpose=purpose,
        missed=tuple(_missed(session, request)) if purpose == "court" else (),
        ahead=tuple(_ahead(session, request, now)) if purpose == "employer" else (),
    )
    return letter, consent


def sender_of(session: Session, program: str) -> str:
    """The sender of letters to others: the neutral name from the settings, never the program's own label."""
    return ProgramSettings.model_validate(check_program(session, program).document).letter_sender


def _missed(session: Session, request: LetterRequest) -> Iterator[MissedDate]:
    """The dates of missed appointments; what was cancelled, nobody missed."""
    dates = missed_dates(session, request.program, request.participant, request.first, request.last)
    yield from (MissedDate(date=day, is_excused=status == "excused") for day, status in dates if status != "cancelled")


def _ahead(session: Session, request: LetterRequest, now: datetime) -> Iterator[TimeAhead]:
    """The published appointments that have not begun, up to the last date, in the program's zone."""
    zone, one, booking = zone_of(session, request.program), PublishedSessionRow, PublishedBookingRow
    same = and_(booking.program == one.program, booking.monday == one.monday, booking.session == one.session)
    query = select(one.start, one.end).join(booking, same).where(one.program == request.program, booking.participant == request.participant)
    for start, end in session.execute(query.where(one.start > now).order_by(one.start)):
        if start.astimezone(zone).date() <= request.last:
            yield TimeAhead(start=start.astimezone(zone), end=end.astimezone(zone))


def _why(session: Session, request: LetterRequest, kind: ConsentKind) -> str:
    """Why no consent is in force, according to the last one recorded."""
    query = select(ConsentRow).where(
        ConsentRow.program == request.program, ConsentRow.participant == request.participant, ConsentRow.kind == kind
    )
    last = session.scalar(query.order_by(ConsentRow.created_at.desc(), ConsentRow.id).limit(1))
    return "No consent is recorded for this participant." if last is None else WHY[state_of(last, request.today)]
