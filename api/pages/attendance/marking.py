"""The form of a sheet, read into attendance entries: each person's choice, and "everyone else is here"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final, cast, get_args
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.attendance.models import AttendanceItem, AttendanceRecord, AttendanceStatus
from api.attendance.store.attendance import Recorder
from api.kernel.errors import Problem
from api.pages.attendance.sheets import AttendanceSheet, SheetPerson
from api.pages.forms import Form
from api.security.access import Caller
from api.weeks.store.weeks import lock_week

STATUSES: Final = get_args(AttendanceStatus)
PARTS: Final = ("late", "left_early")
MOST_MINUTES: Final = 600
MINUTES_OF_WHAT: Final = "Choose came late or left early for these minutes, or empty the field."
CHOOSE: Final = "Choose one of the marks."
MINUTES: Final = "Write the minutes missed as a number."
CHANGED: Final = "Someone else marked this person in the meantime; the mark shown is theirs. Choose again if it is wrong."


def recorder_of(session: Session, program: str, monday: date, caller: Caller, now: datetime) -> Recorder:
    """The recorder of a week, which is locked."""
    return Recorder.of(session, lock_week(session, program, monday, caller.name), caller.name, now, caller.clinicians(program))


def record_sheet(recorder: Recorder, sheet: AttendanceSheet, form: Form, zone: ZoneInfo) -> bool:
    """Record what a form says of a sheet, all of it or nothing.

    Returns:
        Whether it was recorded; otherwise the form has errors.
    """
    row = recorder.find_session(sheet.session.number)
    entries = [entry for person in sheet.people if (entry := _entry(form, sheet, person, zone)) is not None]
    for entry in entries:
        try:
            recorder.find_version(row, entry.participant, entry.version)
            recorder.check(row, entry.participant, entry)
        except Problem as problem:
            form.wrong(f"status-{entry.participant}", CHANGED if problem.code == "changed_meanwhile" else problem.detail)
    if form.errors:
        return False
    for entry in entries:
        recorder.record(row, entry.participant, entry, recorder.find(row, entry.participant))
    return True


def record_walk_in(recorder: Recorder, sheet: AttendanceSheet, form: Form) -> bool:
    """Record someone who came without being booked.

    Returns:
        Whether it was recorded; otherwise the form has errors.
    """
    row, participant = recorder.find_session(sheet.session.number), form.text("participant")
    entry = AttendanceRecord(status="attended", is_walk_in=True)
    if recorder.find(row, participant) is not None:
        form.wrong("participant", "This person is on the sheet already.")
        return False
    try:
        recorder.record(row, participant, entry, None)
    except Problem as problem:
        words = "No participant has this number." if problem.code == "not_found" else problem.detail
        form.wrong("participant", words)
        return False
    return True


def _entry(form: Form, sheet: AttendanceSheet, person: SheetPerson, zone: ZoneInfo) -> AttendanceItem | None:
    """What the form says of a person; None if it says nothing new, or is wrong."""
    status = form.text(f"status-{person.id}") or ("attended" if form.is_on("rest") and not person.status else "")
    if status and status not in STATUSES:
        form.wrong(f"status-{person.id}", CHOOSE)
        return None
    if status in ("", "attended") and form.text(f"minutes-{person.id}") not in ("", "0", str(person.missed)):
        form.wrong(f"minutes-{person.id}", MINUTES_OF_WHAT)
        return None
    if not status:
        return None
    minutes = _minutes(form, f"minutes-{person.id}") if status in PARTS else None
    times = tuple(_times(form, sheet, person, zone)) if status in (*PARTS, "attended") else (None, None)
    if form.errors or _is_same(form, person, status, minutes):
        return None
    try:
        return AttendanceItem(
            session=sheet.session.number,
            participant=person.id,
            version=form.number(f"version-{person.id}") or None,
            status=cast(AttendanceStatus, status),
            minutes_late=minutes if status == "late" else None,
            minutes_early=minutes if status == "left_early" else None,
            joined_at=times[0],
            left_at=times[1],
            is_walk_in=person.is_walk_in,
        )
    except ValueError:
        form.wrong(f"left-{person.id}", "Leaving is after joining.")
        return None


def _minutes(form: Form, name: str) -> int | None:
    if not form.text(name):
        return None
    number = form.number(name)
    if number is None or number > MOST_MINUTES:
        form.wrong(name, MINUTES)
        return None
    return number


def _times(form: Form, sheet: AttendanceSheet, person: SheetPerson, zone: ZoneInfo) -> Iterator[datetime | None]:
    """When the person joined and left by telehealth, on the day of the session."""
    for name in ("joined", "left"):
        if not form.text(f"{name}-{person.id}"):
            yield None
        elif (minute := form.clock(f"{name}-{person.id}", "Write a time, e.g. 17:35.")) is not None and minute < 1440:
            yield datetime.combine(sheet.session.day, time(minute // 60, minute % 60), zone)
        else:
            yield None


def _is_same(form: Form, person: SheetPerson, status: str, minutes: int | None) -> bool:
    """Whether the form only repeats the mark that it showed."""
    same_times = form.text(f"joined-{person.id}") == person.joined and form.text(f"left-{person.id}") == person.left
    return status == person.status and same_times and (status not in PARTS or minutes == person.missed)
