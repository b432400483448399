"""The seats in groups that a participant's leaving frees, and who of those waiting could take each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from api.offers.waiting_list import WaitingWeek
from api.programs.store.labels import ProgramLabels
from api.weeks.store.prepared import PreparedRosters

MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A seat in a group.

    Attributes:
        title: The group.
        day: The weekday, 0 for Monday.
        start: Minute of the day.
        takers: Id and name of those waiting who could take it by every rule, in order of need.
    """

    title: str
    day: int
    start: int
    takers: tuple[tuple[str, str], ...]


def freed_seats(
    session: Session, program: str, participant: str, today: date, at: datetime, prepared: PreparedRosters
) -> tuple[FreeSeat, ...]:
    """The seats that a participant has in the last published week, this one or the next; none if there is no such week."""
    week = WaitingWeek.of(session, program, today, at, prepared)
    if week is None:
        return ()
    labels = ProgramLabels(session, program)
    names, bookings = labels.of_kind("participants"), week.prepared.whatif.view.bookings.get(participant, ())
    return tuple(
        FreeSeat(
            title=labels.name("groups", placed.session.group),
            day=visit.day,
            start=visit.span.start % 1440,
            takers=tuple((id, names.get(id, id)) for id in islice(week.takers(placed, participant), MOST_NAMED)),
        )
        for visit, placed in bookings
        if placed.session.group is not None
    )
