"""Sessions without attendance, and participants who missed a session and have not been reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.attendance.models import CAME
from api.attendance.store.minutes import BookingAttendance, UnmarkedSession
from api.due.frame import DueFrame, participant_of
from api.due.models import Concern, DueItem, DueKind
from scheduler.words import counted, weekday_date


@dataclass(frozen=True, slots=True)
class OutreachAttempt:
    """An attempt to reach a participant."""

    participant: str
    at: datetime
    is_reached: bool


def unmarked_items(frame: DueFrame, sessions: Iterable[UnmarkedSession]) -> Iterator[DueItem]:
    """The lines about sessions whose attendance is not recorded."""
    for entry in sessions:
        message = f"The attendance of {counted(entry.unmarked, 'participant')} in {entry.session} is not recorded."
        concerns, address = [Concern(kind="session", id=entry.session)], f"/weeks/{entry.monday}/attendance"
        yield frame.item("unmarked", entry.session, entry.day, message, address, concerns, entry.leader)


def outreach_items(
    frame: DueFrame,
    bookings: Mapping[str, Sequence[BookingAttendance]],
    attempts: Iterable[OutreachAttempt],
    therapists: Mapping[str, str | None],
    zone: ZoneInfo,
) -> Iterator[DueItem]:
    """The lines about participants whose last sessions were missed without excuse, and who were not reached since.

    Args:
        bookings: By participant, in chronological order.
        therapists: The primary therapist of each participant who is not discharged.
    """
    by_participant: dict[str, list[OutreachAttempt]] = {}
    for attempt in attempts:
        by_participant.setdefault(attempt.participant, []).append(attempt)
    for participant in sorted(bookings.keys() & therapists.keys()):
        missed = _last_missed(bookings[participant])
        if not missed:
            continue
        last = missed[-1]
        since = [attempt for attempt in by_participant.get(participant, ()) if attempt.at >= last.start]
        if any(attempt.is_reached for attempt in since):
            continue
        day = last.start.astimezone(zone).date()
        kind: DueKind = "outreach" if len(missed) == 1 else "missed_again"
        times = "a session" if len(missed) == 1 else f"{len(missed)} sessions in a row, the last"
        tried = f" after {counted(len(since), 'attempt')}" if since else ""
        message = f"{participant} missed {times} on {weekday_date(day)}, and has not been reached{tried}."
        address = f"/weeks/{last.monday}/attendance/{last.session}/{participant}/outreach"
        concerns = [participant_of(participant), Concern(kind="session", id=last.session)]
        responsible = therapists[participant] if kind == "missed_again" else None
        yield frame.item(kind, participant, day, message, address, concerns, responsible)


def _last_missed(bookings: Sequence[BookingAttendance]) -> list[BookingAttendance]:
    """The sessions missed without excuse since the participant last came; excused and cancelled ones are ignored."""
    missed: list[BookingAttendance] = []
    for booking in bookings:
        if booking.status in CAME:
            missed = []
        elif booking.status == "no_show":
            missed.append(booking)
    return missed
