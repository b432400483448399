"""Publish a week: what participants see changes in one transaction, either completely or not at all.

All functions expect the week to be locked (`api.weeks.store.weeks.lock_week`), so that when two people publish at once, the second
sees what the first did.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from api.database.tables import PublishedBookingRow, PublishedLeadRow, PublishedSessionRow, RosterRow, WeekRow
from api.feeds.store.calendar_events import clear_calendars, revise_calendars
from api.programs.store.programs import check_program
from api.weeks.store.rosters import add_draft, judged_by, keep_instance
from api.weeks.store.weeks import published_roster
from scheduler.case import Case
from scheduler.roster import Roster as RosterDocument
from scheduler.roster import Session as RosterSession
from scheduler.verify import JudgedWeek
from scheduler.view import View


def publish(
    session: Session,
    week: WeekRow,
    row: RosterRow,
    judged: JudgedWeek,
    by: str,
    at: datetime,
    accepted: tuple[str, ...],
) -> RosterRow | None:
    """Make a roster its week's published one.

    Args:
        judged: Its sessions and bookings, judged by the week as it is now.
        accepted: Rules that it breaks and the publisher accepted.

    Returns:
        The previously published roster, now superseded.
    """
    former = published_roster(session, week.program, week.monday)
    if former is not None and former is not row:
        supersede(session, former, by, at)
    week.touch(by, at)
    row.state, row.published_at, row.published_by, row.week_version = "published", at, by, week.version
    row.published_hash, row.accepted = keep_instance(session, judged.case), list(accepted)
    row.touch(by, at)
    write_published(session, row, judged)
    revise_calendars(session, week.program, View(judged.case, judged.roster), at)
    return former


def supersede(session: Session, row: RosterRow, by: str, at: datetime) -> None:
    """Mark a published roster as superseded."""
    row.state, row.superseded_at = "superseded", at
    row.touch(by, at)
    # Written before the next one is published: the database allows only one published roster at a time.
    session.flush()


def unpublish(session: Session, week: WeekRow, row: RosterRow, by: str, at: datetime, reason: str | None) -> None:
    """Unpublish a week: no calendar shows it any longer."""
    supersede(session, row, by, at)
    row.withdrawn_reason = reason
    week.touch(by, at)
    clear_published(session, row)
    clear_calendars(session, week.program, week.monday, ZoneInfo(check_program(session, week.program).document["zone"]), at)


def keep_begun(
    session: Session, week: WeekRow, row: RosterRow, begun: RosterDocument, by: str, at: datetime, reason: str | None
) -> RosterRow:  # fmt: skip
    """Withdraw the part of a published week that has not begun; the rest becomes the published roster.

    Args:
        begun: The sessions that stay.
    """
    judged = JudgedWeek.of(Case(judged_by(session, row)), begun)
    broken = {violation.rule for violation in judged.verdict.violations}
    draft = add_draft(session, week.program, week.monday, judged, "edited", by, parent=row.id)
    row.withdrawn_reason = reason
    publish(session, week, draft, judged, by, at, tuple(sorted(broken)))
    return draft


def is_published_after(session: Session, week: WeekRow, versions: Collection[int]) -> bool:
    """Whether the week has been published since the latest of these versions."""
    of_week = (RosterRow.program == week.program, RosterRow.monday == week.monday)
    last = session.scalar(select(func.max(RosterRow.week_version)).where(*of_week)) or 0
    return bool(versions) and max(versions) < last


def clear_published(session: Session, row: RosterRow) -> None:
    """Delete the published rows of a roster's week; bookings and leads are deleted with their session."""
    session.execute(
        delete(PublishedSessionRow).where(PublishedSessionRow.program == row.program, PublishedSessionRow.monday == row.monday),
        execution_options={"synchronize_session": False},
    )


def write_published(session: Session, row: RosterRow, judged: JudgedWeek) -> None:
    """Replace the published sessions, bookings and leads of a week with those of a roster; its week determines how they count."""
    session.flush()
    clear_published(session, row)
    document = judged.roster
    of_week = {"program": row.program, "monday": row.monday}
    view = View(judged.case, document)
    # An appointment for which a group is left has one participant; what the group counts already is counted with it.
    minutes = {placed.id: judged.case.care.minutes_of(visit) for placed in view.placed for visit in view.visits_in(placed)}
    sessions = [_session_row(judged.case, row, s, minutes.get(s.id)) | of_week for s in document.sessions]
    bookings = [
        of_week | {"session": s.id, "participant": b.participant, "mode": b.mode} for s in document.sessions for b in s.bookings
    ]  # fmt: skip
    leads = [
        of_week | {"session": s.id, "clinician": clinician, "position": position}
        for s in document.sessions
        for position, clinician in enumerate(s.facilitators)
    ]
    for table, rows in ((PublishedSessionRow, sessions), (PublishedBookingRow, bookings), (PublishedLeadRow, leads)):
        if rows:
            session.execute(insert(table), rows)


def _session_row(case: Case, row: RosterRow, session: RosterSession, minutes: int | None) -> dict[str, Any]:
    return {
        "session": session.id,
        "roster": row.id,
        "group": session.group,
        "service": session.service,
        "ordinal": session.ordinal,
        "start": session.start,
        "end": session.end,
        "mode": session.mode,
        "site": session.site,
        "room": session.room,
        "guests": list(session.guests),
        "care_minutes": case.care.minutes(session.service, session.group) if minutes is None else minutes,
        "is_counted": case.care.is_counted(session.service, session.group),
    }
