"""What has happened in the demo program until now: who came, who reported time away, whose appointment was cancelled.

Everything is written by the stores that serve requests, and chosen by number, so that the same moment always looks the same.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.announcements.models import NewAnnouncement
from api.announcements.store import announce
from api.attendance.models import AttendanceRecord
from api.attendance.store.attendance import Recorder
from api.calls.store.calls import noting_changes
from api.database.tables import PublishedSessionRow
from api.feeds import WARNING, issue_feed
from api.feeds.store.issuing import Purpose
from api.kernel.settings import Settings
from api.programs.models import AbsenceEntry
from api.programs.person import Person
from api.programs.store.entities import create_kept
from api.programs.store.kinds import KINDS
from api.publishing.store import publish
from api.security.access import SYSTEM
from api.weeks.store.building import build_instance
from api.weeks.store.published import bookings_of, sessions_of
from api.weeks.store.rosters import add_draft, roster_of
from api.weeks.store.weeks import lock_week, published_roster
from scheduler.case import Case
from scheduler.exchange.options import FeedOptions
from scheduler.instance import Instance
from scheduler.verify import JudgedWeek

BY: Final = SYSTEM.name
WITH_CALENDAR, WITHOUT_MARK, LATE, NO_SHOW, EXCUSED = 60, 25, 6, 8, 4
"""Per cent of people or bookings."""


def add_happenings(session: Session, settings: Settings, program: str, week: Instance, at: datetime) -> None:
    """Add everything that has happened until a time."""
    zone = ZoneInfo(week.program.zone)
    today = at.astimezone(zone).date()
    _issue_feeds(session, settings, program, week, at)
    for monday in (week.monday - timedelta(weeks=1), week.monday):
        _record_attendance(session, program, monday, at)
    _announce_absences(session, program, week, today, at)
    _cancel_appointment(session, settings, program, week, at - timedelta(hours=2))


def _share(*parts: object) -> int:
    """A number from 0 to 99 that is the same for the same parts."""
    return int(hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest(), 16) % 100


def _issue_feeds(session: Session, settings: Settings, program: str, week: Instance, at: datetime) -> None:
    people = [Person.of("participant", p.id) for p in week.participants if p.status == "active" and _share("feed", p.id) < WITH_CALENDAR]
    for person in (*people, *(Person.of("clinician", c.id) for c in week.clinicians)):
        purpose: Purpose = "clinician" if person.kind == "clinician" else "self"
        issue_feed(session, settings, program, person, purpose, FeedOptions(), BY, at, acknowledged=WARNING.version)


def _record_attendance(session: Session, program: str, monday: date, at: datetime) -> None:
    """Mark who came to each session that has begun; the last group that is over is still to be marked."""
    recorder = Recorder.of(session, lock_week(session, program, monday, BY), BY, at, None)
    bookings = bookings_of(session, program, monday)
    begun = [row for row in sessions_of(session, program, monday) if row.start <= at]
    unmarked = next((row.session for row in reversed(begun) if row.group and row.end <= at), None)
    for row in begun:
        for booking in bookings.get(row.session, ()):
            number = _share(row.session, booking.participant)
            if row.session != unmarked and (row.end <= at or number >= WITHOUT_MARK):
                recorder.record(row, booking.participant, _mark(row, number), None)


def _mark(row: PublishedSessionRow, number: int) -> AttendanceRecord:
    if number >= 100 - LATE:
        return AttendanceRecord(status="late", minutes_late=min(10, row.care_minutes))
    if number < NO_SHOW:
        return AttendanceRecord(status="no_show")
    return AttendanceRecord(status="excused" if number < NO_SHOW + EXCUSED else "attended")


def _announce_absences(session: Session, program: str, week: Instance, today: date, at: datetime) -> None:
    """One participant is away today, and two ask for time away."""
    active = [p.id for p in week.participants if p.status == "active"]
    away = AbsenceEntry(id=f"{active[3]}.away", participant=active[3], first=today, last=today)
    create_kept(session, program, KINDS["absences"], away, BY)
    for person, first, last in ((active[5], 2, 2), (active[9], 6, 9)):
        report = NewAnnouncement(first=today + timedelta(days=first), last=today + timedelta(days=last))
        announce(session, program, person, report, f"participant:{person}", at - timedelta(hours=15))


def _cancel_appointment(session: Session, settings: Settings, program: str, week: Instance, at: datetime) -> None:
    """Cancel an appointment of the coming days, so that somebody must be called."""
    row = published_roster(session, program, week.monday)
    assert row is not None
    roster = roster_of(session, row)
    coming = sorted((s for s in roster.sessions if s.group is None and s.start > at + timedelta(hours=4)), key=lambda s: s.start)
    if not coming:
        return
    changed = roster.model_copy(update={"sessions": tuple(s for s in roster.sessions if s is not coming[0])})
    judged = JudgedWeek.of(Case(build_instance(session, program, week.monday)), changed)
    locked = lock_week(session, program, week.monday, BY)
    draft = add_draft(session, program, week.monday, judged, "edited", BY, parent=row.id)
    accepted = tuple(sorted({violation.rule for violation in judged.verdict.violations}))
    with noting_changes(session, locked, at, BY, is_mailing=settings.mail_server is not None):
        publish(session, locked, draft, judged, BY, at, accepted)
