"""Who said that they will be late as rows, without a service around them: when it can be noted, and until when it holds."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from api.attendance.models import AttendanceRecord
from api.attendance.store.attendance import Recorder
from api.attendance.store.late_notices import late_notices, note_late
from api.database.tables import LateNoticeRow
from api.kernel.errors import Problem
from api.weeks.store.weeks import lock_week
from tests.api.weeks.small import MONDAY, draft, publish_draft
from tests.build import at

G1, ANA = "g.g1.2026-11-30", "a.ana.individual.2026-11-30.1"
NINE = at("mon", "09:00")


def recorder(rows: Session, now: datetime = NINE, program: str = "north") -> Recorder:
    return Recorder.of(rows, lock_week(rows, program, MONDAY), "user:3", now, None)


def note(to: Recorder, participant: str = "ana", minutes: int = 10, session: str = G1) -> None:
    note_late(to, to.sessions[session], participant, minutes)


@pytest.fixture
def desk(rows: Session) -> Recorder:
    """Monday at 9:00, with the week published in two programs."""
    for program in ("north", "south"):
        publish_draft(rows, draft(rows, program))
    return recorder(rows)


def test_it_is_noted_by_session_and_participant_and_corrected(desk):
    note(desk)
    note(desk, session=ANA, minutes=5)
    note(desk, "ben", 240)
    note(desk, minutes=1)
    assert late_notices(desk.session, desk.week) == {(G1, "ana"): 1, (ANA, "ana"): 5, (G1, "ben"): 240}
    row = desk.session.get(LateNoticeRow, ("north", MONDAY, G1, "ana"))
    assert (row.at, row.by) == (NINE, "user:3")


def test_it_holds_until_the_participant_is_marked_there(desk):
    south = recorder(desk.session, program="south")
    note(south)
    for participant, session in (("ana", G1), ("ben", G1), ("ana", ANA)):
        note(desk, participant, session=session)
    desk.record(desk.sessions[G1], "ana", AttendanceRecord(status="late", minutes_late=12), None)
    desk.session.flush()
    assert late_notices(desk.session, desk.week) == {(G1, "ben"): 10, (ANA, "ana"): 10}
    assert late_notices(desk.session, south.week) == {(G1, "ana"): 10}


@pytest.mark.parametrize(
    ("participant", "minutes", "time", "code"),
    [
        ("ana", 0, "09:00", "bad_reference"),
        ("ana", 241, "09:00", "bad_reference"),
        ("dora", 10, "09:00", "not_found"),
        ("ana", 10, "12:00", "wrong_state"),
        ("ana", 10, "11:59", None),
        ("ben", 10, "09:30", "changed_meanwhile"),
    ],
)
def test_what_is_over_or_marked_and_who_is_not_booked_is_refused(desk, participant, minutes, time, code):
    desk.record(desk.sessions[G1], "ben", AttendanceRecord(status="attended"), None)
    later = recorder(desk.session, at("mon", time))
    if code is None:
        note(later, participant, minutes)
        return
    with pytest.raises(Problem) as problem:
        note(later, participant, minutes)
    assert problem.value.code == code
    assert late_notices(desk.session, desk.week) == {}
