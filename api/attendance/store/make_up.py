"""Who falls below the ordered minutes of a published week by what they miss, attendance included, and where they could make up for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.attendance.models import CAME
from api.database.tables import AttendanceRow, RosterRow
from api.kernel.errors import Problem
from api.weeks.store.prepared import PreparedRosters
from scheduler.errors import EditError
from scheduler.offers import MakeUpQuestion, ParticipantInSession, ShortWeeks
from scheduler.offers.short_weeks import short_weeks_of
from scheduler.view import View


def short_weeks_now(session: Session, row: RosterRow, rosters: PreparedRosters, now: datetime) -> ShortWeeks:
    """The answer for a published roster, with what is marked so far: who missed sessions, and walk-ins.

    Raises:
        Problem: The week's data is inconsistent, or does not fit the roster any more.
    """
    prepared = rosters.of_week(session, row.program, row.monday, now).find(row)
    question = _marked(session, row, prepared.whatif.view)
    try:
        with prepared.lock:
            return short_weeks_of(prepared.whatif, question)
    except EditError as error:
        raise Problem("bad_reference", "The roster names someone or something that the week no longer has.") from error


def _marked(session: Session, row: RosterRow, view: View) -> MakeUpQuestion:
    """What is marked of the bookings of a roster, and of people who came to its sessions without one."""
    of_week = (AttendanceRow.program == row.program, AttendanceRow.monday == row.monday)
    missed, walk_ins = list[ParticipantInSession](), list[ParticipantInSession]()
    for mark in session.scalars(select(AttendanceRow).where(*of_week).order_by(AttendanceRow.session, AttendanceRow.participant)):
        placed = view.by_id.get(mark.session)
        if placed is None or mark.participant not in view.case.participants:
            continue
        is_booked, entry = (
            mark.participant in placed.participants(),
            ParticipantInSession(participant=mark.participant, session=mark.session),
        )
        if is_booked and mark.status not in CAME:
            missed.append(entry)
        elif mark.is_walk_in and not is_booked:
            walk_ins.append(entry)
    return MakeUpQuestion(missed=tuple(missed), walk_ins=tuple(walk_ins))
