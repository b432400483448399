"""A participant's hours this week in plain words: planned, scheduled, done and still ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.attendance.models import Counted, Ordered
from api.attendance.store.minutes import week_minutes
from api.kernel.errors import Problem
from api.pages.words import duration
from api.visits.store.agenda import WeekOfDays
from api.visits.store.visits import Visitor
from scheduler.words import counted

NO_CEILING = 10_080
"""Minutes of a whole week; an upper limit this high does not restrict anything."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The hours of a week.

    Attributes:
        ahead: Scheduled minutes that have not begun.
        unrecorded: Appointments that have begun without attendance recorded.
    """

    ordered: Ordered
    scheduled: Counted
    delivered: Counted
    ahead: int
    days_ahead: int
    unrecorded: int
    is_published: bool

    @property
    def full(self) -> int:
        """The full length of the gauge: the largest of the ordered minimum, scheduled and delivered minutes."""
        return max(self.ordered.floor, self.scheduled.minutes, self.delivered.minutes + self.ahead, 1)

    def share(self, minutes: int) -> str:
        """Minutes as a length on the gauge."""
        return f"{100 * minutes / self.full:.2f}%"

    @property
    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """The rows ordered, scheduled, delivered and ahead: name, key on the gauge, hours, days."""
        o = self.ordered
        yield "Ordered", "", _stretch(o.floor, o.ceiling), _range(o.days_floor, o.days_ceiling)
        yield "Scheduled", "", duration(self.scheduled.minutes), str(self.scheduled.service_days)
        yield "Delivered", "done", duration(self.delivered.minutes), str(self.delivered.service_days)
        yield "Still ahead", "ahead", duration(self.ahead), str(self.days_ahead)

    @property
    def headline(self) -> str:
        """The week's hours in one sentence."""
        if not self.is_published:
            return "This week's appointments are not published yet."
        if not self.scheduled.minutes:
            return "Nothing is scheduled this week."
        if not self.ahead:
            return "Nothing is left for this week."
        if not self.delivered.minutes:
            return f"{duration(self.ahead)} are ahead of you this week."
        return f"{duration(self.delivered.minutes)} done, {duration(self.ahead)} to go."

    @property
    def remarks(self) -> Iterator[str]:
        """Further remarks on the week."""
        missing = self.ordered.floor - self.scheduled.minutes
        if self.is_published and missing > 0:
            yield f"{duration(missing)} of your plan could not be scheduled. The office knows; you do not need to do anything."
        if self.unrecorded:
            yield f"{counted(self.unrecorded, 'past appointment')} {'is' if self.unrecorded == 1 else 'are'} not recorded yet."


def _stretch(floor: int, ceiling: int) -> str:
    """Ordered hours, e.g. 9 to 12 h."""
    if ceiling >= NO_CEILING:
        return f"from {duration(floor)}" if floor else "–"
    if floor == ceiling:
        return duration(floor)
    first = str(floor // 60) if floor % 60 == 0 and ceiling % 60 == 0 else duration(floor)
    return f"{first} to {duration(ceiling)}"


def _range(floor: int, ceiling: int) -> str:
    return str(ceiling) if floor == ceiling else f"up to {ceiling}" if not floor else f"{floor} to {ceiling}"


def hours_of(session: Session, visitor: Visitor, week: WeekOfDays) -> WeekHours | None:
    """The hours of a week; None if they cannot be computed now, or the participant is not in the program that week."""
    try:
        minutes = next(iter(week_minutes(session, visitor.program, week.monday, visitor.now, [visitor.participant])), None)
    except Problem:
        # The program's data is currently inconsistent; staff must correct it, and the appointments can still be shown.
        return None
    if minutes is None:
        return None
    ahead = [a for a in week.appointments if a.start > visitor.now and a.came is None and a.minutes]
    to_come = (sum(a.minutes for a in ahead), len({a.start.date() for a in ahead}))
    return WeekHours(minutes.ordered, minutes.scheduled, minutes.delivered, *to_come, minutes.unrecorded, minutes.is_published)
