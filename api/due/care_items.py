"""Participants whose phase ends, who have too little care, who wait for a place, or whose place is kept no longer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.due.frame import DueFrame, participant_of
from api.due.models import Concern, DueItem, DueKind
from scheduler.case.stay import phase_week
from scheduler.instance import Instance, Participant
from scheduler.words import counted, weekday_date

SUNDAY = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class WeekOfCare:
    """The care of a published week.

    Attributes:
        minutes: Minutes ordered at least and minutes scheduled, by participant; the others are not in the week.
    """

    monday: date
    minutes: Mapping[str, tuple[int, int]]


def care_items(frame: DueFrame, week: Instance, decided: Collection[str], weeks: Iterable[WeekOfCare]) -> Iterator[DueItem]:
    """The lines about participants.

    Args:
        week: This week's instance.
        decided: Participants for whom a move into a phase is recorded for later.
        weeks: Published weeks from this one on.
    """
    phases = {phase.id: phase for phase in week.phases}
    weeks = tuple(weeks)
    for person in week.participants:
        if person.status in ("active", "cleared"):
            is_open = person.id not in decided and person.phase in phases
            planned = phase_week(person, phases, week.plans, week.monday) if is_open else None
            if planned is not None:
                yield from _phase_end(frame, person, *planned)
            for entry in weeks:
                yield from _care(frame, person, entry)
        elif person.status == "waiting":
            day = person.first_session_due or person.admitted or frame.today
            yield from _item(frame, "waiting", person, day, f"{person.id} is waiting for a place.")
        elif person.status == "on_hold" and person.on_hold_since is not None:
            day = person.on_hold_since + timedelta(days=frame.policy.on_hold_days)
            yield from _item(
                frame, "hold_end", person, day, f"The place of {person.id}, who is on hold, is kept until {weekday_date(day)}."
            )


def _phase_end(frame: DueFrame, person: Participant, week: int, planned: int) -> Iterator[DueItem]:
    day = frame.monday + timedelta(weeks=planned - week) + SUNDAY
    words = "ended" if day < frame.today else "ends"
    message = f"Phase {person.phase} of {person.id}, planned for {counted(planned, 'week')}, {words} on {weekday_date(day)}."
    phase = Concern(kind="phase", id=person.phase or "")
    yield from _item(frame, "phase_end", person, day, message, "/phase_decisions", concerns=(phase,))


def _care(frame: DueFrame, person: Participant, week: WeekOfCare) -> Iterator[DueItem]:
    """What is missing in a published week is due on its Monday; during the week, at once."""
    is_there = (person.admitted is None or person.admitted <= week.monday + SUNDAY) and (
        person.discharge is None or person.discharge >= max(week.monday, frame.today)
    )
    if not is_there:
        return
    day, address = max(frame.today, week.monday), f"/weeks/{week.monday}"
    floor, scheduled = week.minutes.get(person.id, (0, 0))
    name = f"the week of {weekday_date(week.monday)}"
    if not scheduled:
        yield from _item(frame, "no_session", person, day, f"{person.id} has no care in {name}.", address, week.monday)
    elif scheduled < floor:
        message = f"{person.id} has {scheduled} of {floor} ordered minutes in {name}."
        yield from _item(frame, "below_floor", person, day, message, address, week.monday)


def _item(
    frame: DueFrame,
    kind: DueKind,
    person: Participant,
    day: date,
    message: str,
    address: str = "",
    monday: date | None = None,
    concerns: tuple[Concern, ...] = (),
) -> Iterator[DueItem]:
    if frame.is_near(day, frame.policy.due_warning_days):
        name = person.id if monday is None else f"{person.id}~{monday}"
        about = (participant_of(person.id), *concerns)
        yield frame.item(kind, name, day, message, address or f"/participants/{person.id}", about, person.primary_therapist)
