"""Rosters of a week: each is checked before it is stored, and its documents never change."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api.database.documents import document_text, keep_document, pack
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import RosterRow, WeekRow
from api.kernel.recent_results import RecentResults
from api.programs.store.programs import check_program
from api.weeks.models.rosters import RosterEntry, Tier
from api.weeks.store.weeks import lock_week
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.result import SolveResult
from scheduler.roster import Roster as RosterDocument
from scheduler.roster import Session as RosterSession
from scheduler.roster import appointment_id, group_session_id
from scheduler.timegrid import with_offset
from scheduler.verify import JudgedWeek

Origin = Literal["solved", "edited", "imported"]

_rosters: RecentResults[str, RosterDocument] = RecentResults(16)
_instances: RecentResults[str, Instance] = RecentResults(4)
"""Documents by their hashes: they never change, and reading one from its text takes longer than most pages do without it."""


def add_draft(
    session: Session,
    program: str,
    monday: date,
    judged: JudgedWeek,
    origin: Origin,
    by: str,
    *,
    result: SolveResult | None = None,
    job: str | None = None,
    parent: str | None = None,
) -> RosterRow:
    """Store a roster as a new draft of its week. Violations are counted, not refused: edits may pass through an illegal state.

    Args:
        judged: The roster, judged by the week it was made for.
        by: `Caller.name`.
        result: The solver's result with bounds and explanations, if there is one.
    """
    verdict = judged.verdict
    lock_week(session, program, monday, by)
    row = RosterRow(
        program=program,
        monday=monday,
        number=_last_number(session, program, monday) + 1,
        origin=origin,
        parent=parent,
        job=job,
        roster_hash=keep_document(session, "roster", judged.roster.model_dump_json()),
        instance_hash=keep_instance(session, judged.case),
        result_hash=None if result is None else keep_document(session, "result", result.model_dump_json()),
        violations=len(verdict.violations),
        care=verdict.score.care,
        preference=verdict.score.preference,
        care_bound=None if result is None or result.care is None else result.care.bound,
        preference_bound=None if result is None or result.preference is None else result.preference.bound,
        accepted=[],
        created_by=by,
        changed_by=by,
    )
    session.add(row)
    session.flush()
    return row


def _last_number(session: Session, program: str, monday: date) -> int:
    return session.scalar(select(func.max(RosterRow.number)).where(RosterRow.program == program, RosterRow.monday == monday)) or 0


def keep_instance(session: Session, case: Case) -> str:
    """Store the instance of a case, written once however many rosters refer to it, and return its hash."""
    packed = case.memo("stored instance", lambda: pack(case.instance.model_dump_json(exclude_defaults=True)))
    return keep_document(session, "instance", packed)


def find_roster(session: Session, program: str, monday: date, roster: str) -> RosterRow:
    """A roster of a week.

    Raises:
        Problem: The week has no roster with this id.
    """
    check_program(session, program)
    return find_row(session, RosterRow, roster, "This week has no such roster.", program=program, monday=monday)


def lock_roster(session: Session, program: str, monday: date, roster: str) -> tuple[WeekRow, RosterRow]:
    """A roster to be changed: its week is locked before it is read.

    Raises:
        Problem: The week has no roster with this id.
    """
    return lock_week(session, program, monday), find_roster(session, program, monday, roster)


def list_rosters(session: Session, program: str, monday: date, listing: Listing) -> ListedRows[RosterRow]:
    """The rosters of a week."""
    query = select(RosterRow).where(RosterRow.program == program, RosterRow.monday == monday)
    return list_rows(session, query, listing, orders_of(RosterRow, "number"), RosterRow.id)


def newest_roster(session: Session, program: str, monday: date, before: int | None = None) -> RosterRow | None:
    """The roster of a week that was made last.

    Args:
        before: Only rosters with a smaller number.
    """
    query = select(RosterRow).where(RosterRow.program == program, RosterRow.monday == monday)
    if before is not None:
        query = query.where(RosterRow.number < before)
    return session.scalars(query.order_by(RosterRow.number.desc()).limit(1)).first()


def roster_in_force(session: Session, program: str, monday: date, at: datetime) -> RosterRow | None:
    """The roster of a week that was the published one at a time."""
    query = select(RosterRow).where(RosterRow.program == program, RosterRow.monday == monday, RosterRow.published_at <= at)
    query = query.where(or_(RosterRow.superseded_at.is_(None), RosterRow.superseded_at > at))
    return session.scalars(query.order_by(RosterRow.published_at.desc(), RosterRow.number.desc()).limit(1)).first()


def roster_of(session: Session, row: RosterRow) -> RosterDocument:
    """The sessions and bookings of a roster."""
    hash = row.roster_hash
    return _rosters.find(hash) or _rosters.keep(hash, RosterDocument.model_validate_json(document_text(session, hash)))


def instance_of(session: Session, row: RosterRow) -> Instance:
    """The instance a roster was made for."""
    return _read_instance(session, row.instance_hash)


def judged_by(session: Session, row: RosterRow) -> Instance:
    """The instance a roster was last checked against: for a published roster, the one at its publishing."""
    return _read_instance(session, row.published_hash or row.instance_hash)


def _read_instance(session: Session, hash: str) -> Instance:
    return _instances.find(hash) or _instances.keep(hash, Instance.model_validate_json(document_text(session, hash)))


def result_of(session: Session, row: RosterRow) -> SolveResult | None:
    """The solver's result of a solved roster."""
    return None if row.result_hash is None else SolveResult.model_validate_json(document_text(session, row.result_hash))


def brought_home(roster: RosterDocument, zone: str) -> RosterDocument:
    """Convert an external roster: times to the minute in the program's zone, and Stepdown's session ids."""
    where = ZoneInfo(zone)
    sessions = tuple(
        s.model_copy(update={name: with_offset(getattr(s, name), where).replace(second=0, microsecond=0) for name in ("start", "end")})
        for s in roster.sessions
    )
    return with_own_ids(roster.model_copy(update={"zone": zone, "sessions": sessions}))


def with_own_ids(roster: RosterDocument) -> RosterDocument:
    """The same roster with every session under its derived id, by which feeds and attendance recognize it.

    Sessions without a derived id, i.e. appointments without participants, are left out.
    """
    sessions = (s for s in roster.sessions if s.group is not None or s.bookings)
    return roster.model_copy(update={"sessions": tuple(s.model_copy(update={"id": own_id(s, roster.monday)}) for s in sessions)})


def own_id(session: RosterSession, monday: date) -> str:
    """The derived id of a session: from its group, or from its first participant, service and ordinal."""
    if session.group is not None:
        return group_session_id(session.group, monday)
    return appointment_id(min(b.participant for b in session.bookings), session.service, monday, session.ordinal)


def entry_of(row: RosterRow) -> RosterEntry:
    """A roster as shown in lists."""
    return RosterEntry.model_validate(
        {name: getattr(row, name) for name in RosterEntry.model_fields if name not in ("care", "preference")}
        | {
            "care": Tier(objective=row.care, bound=row.care_bound),
            "preference": Tier(objective=row.preference, bound=row.preference_bound),
        }
    )
