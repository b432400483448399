"""Whom a disruption concerns: the sessions of one published week that cannot take place as published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from api.disruptions.entries import is_to_stay
from api.disruptions.models import WeekToRepair
from api.pages.happened.happening import HAPPENINGS, Happening, What
from api.pages.happened.happening_form import hidden_fields
from api.pages.published_week import WEEK, BookedPerson, StaffSession, StaffWeek, monday_of, program_now, read_week
from api.pages.typed_hours import hours_in_words
from api.pages.words import days, moment
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from api.weeks.store.judging import week_now
from api.weeks.store.weeks import find_week, published_roster
from scheduler.case import Case
from scheduler.repair.disruption import Disruption
from scheduler.repair.entering import disrupted
from scheduler.repair.impact import ConcernedSession, impact_of
from scheduler.view import View
from scheduler.words import short_weekday_date

MOST_WEEKS: Final = 9
"""The number of weeks that a disruption of the longest time allowed can touch."""


@dataclass(frozen=True, slots=True)
class SessionToMend:
    """A session with those of its people whose bookings are concerned."""

    session: StaffSession
    people: tuple[BookedPerson, ...]


@dataclass(frozen=True, slots=True)
class WhatHappened:
    """A disruption and one week that it concerns.

    Attributes:
        who: The name of who or what is out.
        particulars: What is new instead, in sentences.
        is_published: Whether the week is.
        sessions: To come, by start.
        begun: On now; they go on as they are.
        weeks: Mondays of all published weeks concerned.
        week: What a child process needs to find remedies; None: nothing is to be found.
        now: In the program's zone.
    """

    what: What
    happening: Happening
    disruption: Disruption
    who: str
    particulars: tuple[str, ...]
    monday: date
    version: int
    is_published: bool
    sessions: tuple[SessionToMend, ...]
    begun: tuple[SessionToMend, ...]
    weeks: tuple[date, ...]
    week: WeekToRepair | None
    now: datetime

    @property
    def fields(self) -> dict[str, str]:
        """The fields that carry it on."""
        return hidden_fields(self.disruption, self.monday, self.version)

    @property
    def people(self) -> int:
        """How many participants are concerned."""
        return len({person.id for one in self.sessions for person in one.people})

    @property
    def when(self) -> str:
        """From when until when, in words."""
        zone = self.now.tzinfo
        start, end = (one.astimezone(zone) for one in (self.disruption.start, self.disruption.end))
        if is_to_stay(self.disruption):
            return f"From {short_weekday_date(start.date())} on"
        last = end - timedelta(minutes=1)
        if start.hour == start.minute == end.hour == end.minute == 0:
            return f"{short_weekday_date(start.date())}, all day" if start.date() == last.date() else days(start.date(), last.date())
        until = f"the end of {short_weekday_date(last.date())}" if end.hour == end.minute == 0 else moment(end)
        return f"{moment(start)}, until {until}"


def what_happened(
    session: Session, program: str, caller: Caller, what: What, who: str, disruption: Disruption, monday: date | None, at: datetime
) -> WhatHappened:
    """Read what a disruption concerns.

    Args:
        who: The name of who or what is out.
        monday: The week to look at; None: the first one that it concerns.
    """
    now = program_now(session, program, at)
    first, last = (monday_of(moment.astimezone(now.tzinfo).date()) for moment in (max(disruption.start, now), disruption.end))
    mondays = [first + n * WEEK for n in range(MOST_WEEKS) if first + n * WEEK <= last]
    weeks = tuple(day for day in mondays if published_roster(session, program, day) is not None)
    chosen = monday if monday in mondays else next(iter(weeks), first)
    reader = _Week(session, program, caller, chosen, disruption, at)
    return WhatHappened(
        what=what,
        happening=HAPPENINGS[what],
        disruption=disruption,
        who=who,
        particulars=tuple(_particulars(session, program, disruption)),
        monday=chosen,
        version=find_week(session, program, chosen).version,
        is_published=chosen in weeks,
        sessions=tuple(reader.sessions()) if chosen in weeks else (),
        begun=tuple(reader.begun()) if chosen in weeks else (),
        weeks=weeks,
        now=now,
        week=WeekToRepair(instance=reader.instance, disruptions=(disruption,)) if chosen in weeks else None,
    )


def _particulars(session: Session, program: str, disruption: Disruption) -> Iterator[str]:
    match disruption.kind:
        case "availability":
            yield f"Free from then on: {'; '.join(hours_in_words(disruption.free)) or 'never'}."
            yield "This replaces the hours of every week, and of later dates that have hours of their own."
        case "merge":
            yield f"Its people join {labels_of_kind(session, program, 'groups').get(disruption.into or '', '')}."
        case "split":
            yield f"Half of its people form a new group, {disruption.label}, at the same times, with a leader and a room of its own."
        case _:
            pass


class _Week:
    """One week with the disruption entered."""

    def __init__(self, session: Session, program: str, caller: Caller, monday: date, disruption: Disruption, at: datetime) -> None:
        self.instance = week_now(session, program, monday, at).instance
        self._now = program_now(session, program, at)
        self._staff_week: StaffWeek = read_week(session, program, monday, caller, self._now)
        if self.instance.published is not None:
            case = Case(disrupted(self.instance, disruption))
            self._impact = impact_of(case, View(case, self.instance.published.roster), disruption)

    def sessions(self) -> Iterator[SessionToMend]:
        """The sessions to come that are concerned."""
        return self._people_of(self._impact.sessions)

    def begun(self) -> Iterator[SessionToMend]:
        """Those that are on now."""
        return self._people_of(self._impact.begun)

    def _people_of(self, concerned: tuple[ConcernedSession, ...]) -> Iterator[SessionToMend]:
        by_id = {session.id: session for session in self._staff_week.sessions}
        for one in concerned:
            if (session := by_id.get(one.placed.id)) is not None:
                yield SessionToMend(session, tuple(person for person in session.people if person.id in one.people))
