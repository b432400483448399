"""Gather what is due in a program, from its people, weeks, attendance, calendar and messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.attendance.store.minutes import LOOK_BACK, bookings_between, unmarked_sessions
from api.database.tables import OutreachRow
from api.due.attendance_items import OutreachAttempt, outreach_items, unmarked_items
from api.due.authorization_items import UnitsOfWeek, authorization_items
from api.due.calendar_items import closure_items, leaderless_runs, leave_items
from api.due.care_items import WeekOfCare, care_items
from api.due.frame import DueFrame, WorkingDays
from api.due.models import Concern, DueItem
from api.due.published_care import published_care
from api.outbox.store import messages_of
from api.programs.models import AbsenceEntry, PhaseEntry
from api.programs.store.kinds import KIND_OF, active_documents
from api.programs.store.programs import zone_of
from api.weeks.store.building import build_instance
from api.weeks.store.weeks import published_roster
from scheduler.fields import Model
from scheduler.instance import Absence, Instance, Participant
from scheduler.policies import resolve
from scheduler.words import weekday_date

M = TypeVar("M", bound=Model)

WEEK = timedelta(weeks=1)
MOST_MESSAGES = 100
LEAVE_WEEKS = 8
"""How many weeks of a leave are looked at when it is entered."""


def due_items(session: Session, program: str, now: datetime) -> list[DueItem]:
    """Everything that is due in a program, by date.

    Raises:
        Problem: No such program exists, or it has no site yet.
    """
    zone = zone_of(session, program)
    frame, week = _frame(session, program, now, zone)
    people = week.participants
    cares, drawn = _weeks_of_care(session, frame, people)
    items = [
        *authorization_items(frame, people, drawn),
        *care_items(frame, week, _decided(session, frame), cares),
        *_attendance(session, frame, people, now, zone),
        *closure_items(frame, week.program.closures),
        *_leave(session, frame, week),
        *_messages(session, frame, zone),
    ]
    return sorted(items, key=lambda item: (item.date, item.id))


def leave_effects(session: Session, program: str, leave: AbsenceEntry, now: datetime) -> list[DueItem]:
    """The groups that a leave would leave without a leader, in its first weeks; nothing is changed."""
    frame, _ = _frame(session, program, now, zone_of(session, program))
    first, last = max(frame.today, leave.first), leave.last
    absence = Absence(first=leave.first, last=leave.last, start=leave.start, end=leave.end)
    items: list[DueItem] = []
    for n in range(LEAVE_WEEKS if leave.clinician is not None else 0):
        monday = first - timedelta(days=first.weekday()) + n * WEEK
        if monday > last:
            break
        week = build_instance(session, program, monday)
        staff = (c.model_copy(update={"leave": (*c.leave, absence)}) if c.id == leave.clinician else c for c in week.clinicians)
        runs = leaderless_runs(week.model_copy(update={"clinicians": tuple(staff)}))
        items += leave_items(frame, (run for run in runs if leave.clinician in run.on_leave), is_everything=True)
    return sorted(items, key=lambda item: (item.date, item.id))


def leave_lines(session: Session, program: str, now: datetime) -> list[DueItem]:
    """All groups without a leader because of leave, in the weeks in which leave is looked at when it is entered."""
    frame, week = _frame(session, program, now, zone_of(session, program))
    spans = _leave_spans(session, frame, week)
    items: list[DueItem] = []
    for n in range(LEAVE_WEEKS):
        monday = frame.monday + n * WEEK
        if any(first <= monday + timedelta(days=6) and last >= monday for first, last in spans):
            items += leave_items(frame, leaderless_runs(build_instance(session, program, monday)), is_everything=True)
    return items


def _frame(session: Session, program: str, now: datetime, zone: ZoneInfo) -> tuple[DueFrame, Instance]:
    """The frame of the list, and the instance of this week."""
    today = now.astimezone(zone).date()
    week = build_instance(session, program, today - timedelta(days=today.weekday()), now)
    return DueFrame(program, today, WorkingDays.of(week.program), resolve(week.policy)), week


def _weeks_of_care(session: Session, frame: DueFrame, people: Iterable[Participant]) -> tuple[list[WeekOfCare], UnitsOfWeek]:
    """The care of this week and the next, as far as they are published, and the units that this week draws on authorizations of today."""
    cares, drawn = [], dict[tuple[str, str], int]()
    for monday in (frame.monday, frame.monday + WEEK):
        if (row := published_roster(session, frame.program, monday)) is not None:
            week = published_care(session, row, people)
            cares.append(week.care)
            if monday == frame.monday:
                drawn.update(week.drawn)
    return cares, drawn


def _entities(session: Session, program: str, model: type[M]) -> tuple[M, ...]:
    """The active entities of one kind."""
    return tuple(model.model_validate(document) for document in active_documents(session, program, KIND_OF[model]))


def _decided(session: Session, frame: DueFrame) -> frozenset[str]:
    """Participants for whom a move into a phase is recorded for later than this week."""
    decisions = _entities(session, frame.program, PhaseEntry)
    return frozenset(d.participant for d in decisions if d.phase is not None and d.first >= frame.monday + WEEK)


def _attendance(
    session: Session, frame: DueFrame, people: Iterable[Participant], now: datetime, zone: ZoneInfo
) -> Iterator[DueItem]:  # fmt: skip
    first = frame.monday - LOOK_BACK
    bookings = bookings_between(session, frame.program, first, frame.monday)
    yield from unmarked_items(frame, unmarked_sessions(session, frame.program, now, bookings=bookings))
    rows = session.scalars(select(OutreachRow).where(OutreachRow.program == frame.program, OutreachRow.monday >= first))
    attempts = [OutreachAttempt(row.participant, row.at, row.result == "reached") for row in rows]
    therapists = {person.id: person.primary_therapist for person in people if person.status != "discharged"}
    yield from outreach_items(frame, bookings.by_participant, attempts, therapists, zone)


def _leave(session: Session, frame: DueFrame, week: Instance) -> Iterator[DueItem]:
    """Groups without a leader, in the weeks in which leave is entered and near."""
    spans = _leave_spans(session, frame, week)
    monday = frame.monday
    while frame.is_near(monday, frame.policy.due_warning_days):
        if any(first <= monday + timedelta(days=6) and last >= monday for first, last in spans):
            instance = week if monday == frame.monday else build_instance(session, frame.program, monday)
            yield from leave_items(frame, leaderless_runs(instance))
        monday += WEEK


def _leave_spans(session: Session, frame: DueFrame, week: Instance) -> list[tuple[date, date]]:
    """The dates of all leave."""
    absences = [a for a in _entities(session, frame.program, AbsenceEntry) if a.clinician is not None]
    return [(a.first, a.last) for a in absences] + [(a.first, a.last) for c in week.clinicians for a in c.leave]


def _messages(session: Session, frame: DueFrame, zone: ZoneInfo) -> Iterator[DueItem]:
    """Messages that were given up."""
    for row in messages_of(session, frame.program, state="dead", after=None, limit=MOST_MESSAGES):
        day = (row.finished_at or row.created_at).astimezone(zone).date()
        concerns = [Concern(kind="message", id=row.id)]
        what = "An e-mail" if row.kind == "mail" else "A message to a webhook"
        message = f"{what} could not be delivered and was given up on {weekday_date(day)}."
        yield frame.item("message", row.id, day, message, f"/outbox/{row.id}", concerns, None)
