"""What every line of the list needs to know: the program, the date, its working days, and how early things are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from api.due.models import Concern, DueItem, DueKind
from scheduler.instance import PolicyValues, Program
from scheduler.timegrid import DAY, WEEKDAYS

MOST_DAYS = 400
"""How far days are counted; beyond it, nothing is due yet or more overdue."""

TO_DO: dict[DueKind, str] = {
    "authorization_end": "Ask the payer for more, and enter the new authorization.",
    "authorization_units": "Ask the payer for more units, and enter them.",
    "authorization_review": "Send the payer what the review needs, and enter the date of the next one.",
    "authorization_answer": "Ask the payer for the decision, and enter it.",
    "authorization_denied": "Appeal, or plan without it: enter the appeal, or remove the authorization.",
    "phase_end": "Record the clinician's decision: the next phase, or a new start of this one.",
    "below_floor": "Add sessions to the week, or change the order.",
    "no_session": "Generate the week again, or add sessions to it.",
    "waiting": "Offer a place, and change the status.",
    "hold_end": "Ask the participant, and change the status.",
    "outreach": "Call the participant, and record the outreach.",
    "missed_again": "Call the participant, talk about the plan, and record the outreach.",
    "unmarked": "Record who came.",
    "leave": "Name another leader, or cancel the session.",
    "closure": "Tell participants, and plan the week around it.",
    "message": "Correct the address or the server, and retry the message.",
}


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The days on which the program is open.

    Attributes:
        weekdays: 0 for Monday.
        closed: Dates on which everything is closed.
    """

    weekdays: frozenset[int]
    closed: frozenset[date]

    @classmethod
    def of(cls, program: Program) -> WorkingDays:
        """The weekdays of opening hours, without closures of the whole program for a whole day."""
        windows = [window for site in program.sites for window in site.hours] + list(program.telehealth_hours or ())
        weekdays = frozenset(WEEKDAYS.index(window.day) for window in windows) or frozenset(range(5))
        closures = (c for c in program.closures if c.site is None and c.start == 0 and c.end == DAY)
        return cls(weekdays, frozenset(closure.date for closure in closures))

    def between(self, today: date, day: date) -> int:
        """The working days after today up to a date; for a date in the past, those since then, negative."""
        if day < today:
            return -self.between(day, today)
        days = (today + timedelta(days=n) for n in range(1, min((day - today).days, MOST_DAYS) + 1))
        return sum(one.weekday() in self.weekdays and one not in self.closed for one in days)


@dataclass(frozen=True, slots=True)
class DueFrame:
    """The program and the date for which the list is made."""

    program: str
    today: date
    working: WorkingDays
    policy: PolicyValues

    @property
    def monday(self) -> date:
        """The Monday of this week."""
        return self.today - timedelta(days=self.today.weekday())

    def is_near(self, day: date, working_days: int) -> bool:
        """Whether a date is at most so many working days ahead, or past."""
        return day <= self.today or ((day - self.today).days <= MOST_DAYS and self.working.between(self.today, day) <= working_days)

    def item(
        self, kind: DueKind, name: str, day: date, message: str, address: str, concerns: Iterable[Concern], responsible: str | None
    ) -> DueItem:  # fmt: skip
        """A line of the list.

        Args:
            name: Tells it apart from others of its kind.
            address: Below the program.
        """
        return DueItem(
            id=f"{kind}~{name}",
            date=day,
            working_days=self.working.between(self.today, day),
            kind=kind,
            message=message,
            to_do=TO_DO[kind],
            address=f"/v1/programs/{self.program}{address}",
            concerns=tuple(concerns),
            responsible=responsible,
        )


def participant_of(id: str) -> Concern:
    """A participant whom a line is about."""
    return Concern(kind="participant", id=id)
