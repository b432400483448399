"""Who waits for a place, in order of need: which seats each could take, and which would have to come free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from api.database.tables import RosterRow
from api.kernel.errors import Problem
from api.weeks.store.building import build_instance
from api.weeks.store.held_offers import without_held
from api.weeks.store.prepared import PreparedRoster, PreparedRosters
from api.weeks.store.weeks import published_roster
from scheduler.instance import Instance, Participant
from scheduler.offers.fitting import Fitting, GroupSeats, PlacesThatFit
from scheduler.offers.waiting import WAITING, order_of_need, with_let_in
from scheduler.view import PlacedSession

WEEK: Final = timedelta(weeks=1)
PURPOSE: Final = "waiting"
"""What the prepared week is for, in which everyone who waits may begin."""


@dataclass(frozen=True, slots=True)
class WaitingNeed:
    """What someone waits for."""

    person: Participant
    places: PlacesThatFit


@dataclass(frozen=True, slots=True)
class WaitingWeek:
    """The last published week as if nothing of it had happened, and everyone who waits could begin with all intake done.

    Attributes:
        waiting: Those who wait or are cleared, in order of need, as they are; who has a session in the week waits no more.
    """

    prepared: PreparedRoster
    waiting: tuple[Participant, ...]

    @classmethod
    def of(cls, session: Session, program: str, today: date, now: datetime, rosters: PreparedRosters) -> WaitingWeek | None:
        """This week or the next, whichever is published last; None without one, or if its data is inconsistent."""
        row = last_published(session, program, today)
        if row is None:
            return None
        instance = _week_of(session, row, now)
        try:
            return cls._prepared(rosters.find_with(session, row, with_let_in(instance), PURPOSE), instance)
        except Problem:
            return None

    @classmethod
    def at_hand(cls, session: Session, program: str, today: date, now: datetime, rosters: PreparedRosters) -> WaitingWeek | None:
        """The same, if what everyone waits for was worked out since the last change; None: that takes seconds, or there is no such week."""
        row = last_published(session, program, today)
        if row is None:
            return None
        instance = _week_of(session, row, now)
        prepared = rosters.at_hand(row, with_let_in(instance), PURPOSE)
        if prepared is None:
            return None
        week = cls._prepared(prepared, instance)
        return week if all(week.fitting.has(person.id) for person in week.waiting if person.status == "waiting") else None

    @classmethod
    def _prepared(cls, prepared: PreparedRoster, instance: Instance) -> WaitingWeek:
        people = sorted((person for person in instance.participants if person.status in WAITING), key=order_of_need)
        return cls(prepared, tuple(person for person in people if not prepared.whatif.view.visits[person.id]))

    @property
    def fitting(self) -> Fitting:
        """Who would fit where."""
        return self.prepared.about(Fitting)

    def takers(self, placed: PlacedSession, leaving: str) -> Iterator[str]:
        """Those waiting who could sit in a session instead of someone, in order of need."""
        others = (person.id for person in self.waiting if person.id != leaving)
        return (id for id in others if self.fitting.fits(placed, id, leaving))

    def needs(self) -> Iterator[WaitingNeed]:
        """What each of those who are not cleared yet waits for, in order of need."""
        for person in self.waiting:
            if person.status == "waiting":
                with self.prepared.lock:
                    places = self.fitting.places_of(person.id)
                yield WaitingNeed(person, places)

    def free_seats(self) -> tuple[GroupSeats, ...]:
        """The groups of the week with a free seat, in the order of the week."""
        return self.fitting.free_seats()


def last_published(session: Session, program: str, today: date) -> RosterRow | None:
    """The roster of this week or the next, whichever is published last."""
    monday = today - timedelta(days=today.weekday())
    return published_roster(session, program, monday + WEEK) or published_roster(session, program, monday)


def _week_of(session: Session, row: RosterRow, now: datetime) -> Instance:
    """The week of a roster, without what is held for others."""
    return without_held(session, row.program, build_instance(session, row.program, row.monday), now)
