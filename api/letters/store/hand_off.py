"""The hand-off summary for the next provider: ordered, scheduled, delivered and billable hours, week by week, with phases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.attendance.models import Counted, ParticipantMinutes
from api.attendance.store.minutes import participant_minutes
from api.consents.store import consent_on
from api.database.tables import PhaseRow, PublishedBookingRow, RosterRow
from api.letters.models import HandOff, StayPhase, StayWeek, Totals
from api.letters.store.attendance_letter import LetterRequest, sender_of
from api.programs.store.entities import find_participant
from scheduler.instance import Participant

WEEK, SUNDAY = timedelta(weeks=1), timedelta(days=6)
Documents = Mapping[str, dict[str, Any]]
KIND: Final = "hand_off"


def write_hand_off(session: Session, request: LetterRequest, now: datetime) -> HandOff:
    """The summary of the weeks from one date to another. Weeks without a published roster are only listed.

    Raises:
        Problem: No such participant exists.
    """
    person = Participant.model_validate(find_participant(session, request.program, request.participant).document)
    published = _published(session, request)
    phases = {row.id: row.document for row in session.scalars(select(PhaseRow).where(PhaseRow.program == request.program))}
    weeks = _served(participant_minutes(session, request.program, request.participant, published, now), phases)
    mondays = {week.monday for week in weeks}
    between = _mondays(weeks[0].monday, weeks[-1].monday) if weeks else ()
    consent = consent_on(session, request.program, request.participant, KIND, request.today)
    return HandOff(
        participant=request.participant,
        first=request.first,
        last=request.last,
        issued=request.today,
        reference=request.reference,
        sender=sender_of(session, request.program),
        label=person.label,
        admitted=person.admitted,
        discharge=person.discharge,
        may_be_given=consent is not None,
        consent_until=None if consent is None else consent.last,
        weeks=weeks,
        left_out=tuple(monday for monday in between if monday not in mondays),
        phases=tuple(_phases(weeks, phases)),
        totals=_totals(weeks),
    )


def stay_of(session: Session, program: str, participant: str, person: Participant, today: date) -> tuple[date, date]:
    """The dates of a stay, as far as known: from admission or the first published week to discharge or today."""
    booked = select(PublishedBookingRow.monday).where(
        PublishedBookingRow.program == program, PublishedBookingRow.participant == participant
    )
    mondays = sorted(session.scalars(booked.distinct()))
    first = person.admitted or (mondays[0] if mondays else today)
    last = min(person.discharge or today, today)
    return first, max(first, last)


def _published(session: Session, request: LetterRequest) -> list[date]:
    """The Mondays of the weeks with a published roster."""
    monday = request.first - timedelta(days=request.first.weekday())
    query = select(RosterRow.monday).where(
        RosterRow.program == request.program, RosterRow.state == "published", RosterRow.monday >= monday, RosterRow.monday <= request.last
    )
    return sorted(session.scalars(query))


def _served(weeks: Sequence[ParticipantMinutes], phases: Documents) -> tuple[StayWeek, ...]:
    """The weeks from the first to the last in which the participant got or was due care."""
    is_there = [week.is_served or week.scheduled.sessions > 0 or week.delivered.minutes > 0 for week in weeks]
    if not any(is_there):
        return ()
    first, last = is_there.index(True), len(weeks) - is_there[::-1].index(True)
    fields = [name for name in StayWeek.model_fields if name != "label"]
    return tuple(StayWeek(label=_label(week.phase, phases), **{name: getattr(week, name) for name in fields}) for week in weeks[first:last])


def _label(phase: str | None, phases: Documents) -> str:
    """The label of a phase."""
    return str(phases.get(phase or "", {}).get("label") or phase or "")


def _mondays(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += WEEK


def _phases(weeks: Sequence[StayWeek], phases: Documents) -> Iterator[StayPhase]:
    """Consecutive weeks in the same phase; weeks without care in between belong to none."""
    for phase, group in groupby((week for week in weeks if week.is_served), key=lambda week: week.phase):
        of_phase = tuple(group)
        yield StayPhase(
            phase=phase,
            label=of_phase[0].label,
            level=phases.get(phase or "", {}).get("level", ""),
            first=of_phase[0].monday,
            last=of_phase[-1].monday + SUNDAY,
            weeks=len(of_phase),
            ordered=sum(week.ordered.floor for week in of_phase),
            delivered=sum(week.delivered.minutes for week in of_phase),
        )


def _totals(weeks: Sequence[StayWeek]) -> Totals:
    served = [week for week in weeks if week.is_served]
    return Totals(
        weeks=len(served),
        ordered=sum(week.ordered.floor for week in served),
        scheduled=_sum([week.scheduled for week in weeks]),
        delivered=_sum([week.delivered for week in weeks]),
        billable_days=sum(week.billable.days for week in weeks),
        unrecorded=sum(week.unrecorded for week in weeks),
    )


def _sum(counted: Sequence[Counted]) -> Counted:
    return Counted(**{name: sum(getattr(each, name) for each in counted) for name in Counted.model_fields})
