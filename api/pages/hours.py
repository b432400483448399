"""A participant's hours of this week in plain words: what the plan says, what is scheduled, what is done, what remains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.errors import Problem
from api.models.attendance import Counted, Ordered
from api.pages.agenda import WeekOfDays
from api.pages.words import counted, duration
from api.store.minutes import week_minutes
from api.store.visits import Visitor


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a week.

    Attributes:
        ahead: Scheduled minutes that have not begun.
        unrecorded: Appointments that have begun and of which nobody wrote down anything yet.
    """

    ordered: Ordered
    scheduled: Counted
    delivered: Counted
    ahead: int
    unrecorded: int
    is_published: bool

    @property
    def plan(self) -> int:
        """What the plan aims at."""
        return self.ordered.target or self.ordered.floor

    @property
    def full(self) -> int:
        """The end of the gauge: the largest of what is planned, scheduled and done."""
        return max(self.plan, self.ordered.floor, self.scheduled.minutes, self.delivered.minutes + self.ahead, 1)

    def share(self, minutes: int) -> str:
        """Minutes as a length on the gauge."""
        return f"{100 * minutes / self.full:.2f}%"

    @property
    def planned(self) -> str:
        """What the plan says, e.g. 9 h to 10 h, 3 days."""
        o = self.ordered
        hours = duration(o.floor) if o.floor == o.ceiling else f"{duration(o.floor)} to {duration(o.ceiling)}"
        days = str(o.days_floor) if o.days_floor == o.days_ceiling else f"{o.days_floor} to {o.days_ceiling}"
        return hours if o.days_ceiling == 0 else f"{hours}, {days} {'day' if o.days_ceiling == 1 else 'days'}"

    @property
    def sentences(self) -> Iterator[str]:
        """How the week stands."""
        if not self.is_published:
            yield "The appointments of this week are not published yet."
            return
        if self.ahead:
            yield f"{duration(self.ahead)} are still ahead of you this week."
        elif self.scheduled.minutes:
            yield "Nothing is left for this week."
        missing = self.ordered.floor - self.scheduled.minutes
        if missing > 0:
            yield f"{duration(missing)} of your plan could not be scheduled. The office knows; you need not do anything."
        if self.unrecorded:
            yield f"{counted(self.unrecorded, 'past appointment')} {'is' if self.unrecorded == 1 else 'are'} not recorded yet."


def hours_of(session: Session, visitor: Visitor, week: WeekOfDays) -> Hours | None:
    """The hours of a week; None where they cannot be counted now, or the participant is not in the program that week."""
    try:
        found = next(iter(week_minutes(session, visitor.program, week.monday, visitor.now, [visitor.participant])), None)
    except Problem:
        # What the program keeps makes no sense at the moment; that is for staff to mend, and no reason to show no appointments.
        return None
    if found is None:
        return None
    ahead = sum(a.minutes for a in week.appointments if a.start > visitor.now and a.came is None)
    return Hours(found.ordered, found.scheduled, found.delivered, ahead, found.unrecorded, found.is_published)
