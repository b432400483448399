"""An answer about one participant's week in words: what no longer fits, and the weeks that do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from api.kernel.instance_checks import require_sound
from api.offers.room_made import MovesOfOthers, moves_for
from api.offers.roster_edits import edits_between
from api.offers.store import AskedWeek
from api.pages.plan.names import StaffNames
from api.programs.store.labels import ProgramLabels
from scheduler.case import Case
from scheduler.instance import Authorization, PlaceRelease
from scheduler.offers import MovedPerson, Offers, PersonWeek
from scheduler.offers.answers import entries
from scheduler.reasons import reasons_once
from scheduler.rollover.units import drawn_in_week
from scheduler.roster import Roster
from scheduler.roster import Session as RosterSession
from scheduler.timegrid import Week
from scheduler.verify import judge
from scheduler.view import View
from scheduler.words import counted

RELEASES: Final = TypeAdapter(tuple[PlaceRelease, ...])


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A session of a week, and what is new about it for the participant."""

    start: datetime
    end: datetime
    title: str
    where: str
    change: str


@dataclass(frozen=True, slots=True)
class MovedPersonCard:
    """Someone who moves so that another has a week."""

    id: str
    name: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A week that the participant could have.

    Attributes:
        lines: The sessions to come.
        lost: Sessions to come that it no longer has, by their names.
        minutes: Care minutes of the whole week.
        payer: What it means for authorizations.
        missing: Ordered care that it lacks.
        broken: Rules that it breaks for others.
        others: Other participants whose appointment with this one changes.
        moved: Other participants who move, each with what changes for them.
        edits: What is to be changed in the published week.
        released: Places of last week to be given up for it, as a form sends them.
        gives_up: The same in words.
    """

    lines: tuple[OfferLine, ...]
    lost: tuple[str, ...]
    minutes: int
    payer: tuple[str, ...]
    missing: tuple[str, ...]
    broken: tuple[str, ...]
    others: tuple[str, ...]
    moved: tuple[MovedPersonCard, ...]
    edits: str
    released: str
    gives_up: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhyNotMore:
    """What the best week lacks, why, and which exceptions would help, in sentences."""

    what: tuple[str, ...]
    causes: tuple[str, ...]
    fixes: tuple[str, ...]


class WeekAnswer:
    """The answer about a published week.

    Attributes:
        week: Its days and zone.
        version: Its version.
        floor, ceiling: The minutes ordered.
        minutes: The minutes published.
    """

    def __init__(self, session: Session, program: str, question: AskedWeek, participant: str) -> None:
        self._labels, self._week, self._id = ProgramLabels(session, program), question, participant
        self._case: Case = require_sound(question.instance)
        self._view = View(self._case, question.roster)
        self.week: Week = self._case.week
        self.version = question.version
        order = self._case.care.order(participant)
        self.floor, self.ceiling, self.minutes = order.floor, order.ceiling, self._view.care_minutes(participant)

    @cached_property
    def _names(self) -> StaffNames:
        return StaffNames.of(self._labels, {self._id: self._case.participants[self._id].label})

    @cached_property
    def breaks(self) -> tuple[OfferLine, ...]:
        """The sessions to come that the participant cannot keep."""
        ahead = self._ahead(self._week.roster)
        broken = {session.id for session in ahead if session.id in self._broken([session])}
        # Two may be possible each, but not with the wait between them.
        return tuple(self._line(session, "") for session in ahead if session.id in (broken or self._broken(self._week.roster.sessions)))

    def _broken(self, sessions: Iterable[RosterSession]) -> frozenset[str]:
        """Those of some sessions, held without the others, with which a rule about the participant is broken."""
        violations = judge(self._case, self._week.roster.model_copy(update={"sessions": tuple(sessions)})).violations
        return frozenset(id for violation in violations if self._id in violation.about for id in violation.sessions)

    def cards(self, weeks: Sequence[PersonWeek]) -> tuple[OfferCard, ...]:
        """The weeks offered, in words."""
        return tuple(map(self._card, weeks))

    def why_not_more(self, offers: Offers | None) -> WhyNotMore | None:
        """What the best week lacks, why, and what would help; None if it lacks nothing."""
        names, unmet = self._names, () if offers is None else offers.unmet
        texts = (
            (entry.what for entry in unmet),
            reasons_once(unmet),
            (fix.sentence for entry in unmet for fix in entry.fixes),
        )
        return WhyNotMore(*(tuple(map(names.written, dict.fromkeys(one))) for one in texts)) if unmet else None

    def moves(self, week: PersonWeek, now: datetime) -> MovesOfOthers | None:
        """What others who move change in the published week; None if nobody does, or if some of it is over."""
        return moves_for(self._week, week.roster, self._id, RELEASES.validate_python(_released(week)), now) if week.moved else None

    def _card(self, week: PersonWeek) -> OfferCard:
        view = View(self._case, week.roster)
        before = {session.id: session for session in self._ahead(self._week.roster)}
        ahead = self._ahead(week.roster)
        edits = edits_between(self._case, self._week.roster, week.roster)
        ids = {session.id for session in ahead}
        names = self._names
        return OfferCard(
            lines=tuple(self._line(session, _change(before.get(session.id), session)) for session in ahead),
            lost=tuple(self._title(session) for id, session in before.items() if id not in ids),
            minutes=view.care_minutes(self._id),
            payer=tuple(self._payer(view, week.roster)),
            missing=tuple(map(names.written, week.missing)),
            broken=tuple(map(names.written, week.broken)),
            others=tuple(sorted(self._others(week))),
            moved=tuple(self._moved(person, names) for person in week.moved),
            edits=json.dumps([edit.model_dump(mode="json", exclude_unset=True) for edit in edits]),
            released=json.dumps(_released(week)),
            gives_up=tuple(names.written(sentence) for sentence in entries(week.change)),
        )

    def _ahead(self, roster: Roster) -> list[RosterSession]:
        """The participant's sessions to come, by start."""
        time, week = self._case.time, self._case.week
        mine = (s for s in roster.sessions if any(b.participant == self._id for b in s.bookings))
        return sorted((s for s in mine if not time.is_past(week.minute(s.start))), key=lambda session: session.start)

    def _moved(self, person: MovedPerson, names: StaffNames) -> MovedPersonCard:
        changes = tuple(names.written(f"; {change}").removeprefix("; ") for change in person.changes)
        return MovedPersonCard(person.participant, self._labels.name("participants", person.participant), changes)

    def _others(self, week: PersonWeek) -> Iterator[str]:
        """Names of those who share an appointment with the participant that changes."""
        moved = {self._id, *(person.participant for person in week.moved)}
        before, after = ({s.id: s for s in one.sessions if s.group is None} for one in (self._week.roster, week.roster))
        for id in before.keys() | after.keys():
            if before.get(id) != after.get(id):
                people = {b.participant for session in (before.get(id), after.get(id)) if session for b in session.bookings}
                yield from (self._labels.name("participants", person) for person in people - moved)

    def _payer(self, view: View, roster: Roster) -> Iterator[str]:
        grants = {grant.id: grant for grant in self._case.participants[self._id].authorizations}
        for id, units in drawn_in_week(self._case, view, self._id).items():
            yield _units(grants[id], units)
        verdict = judge(self._case, roster)
        if open_sessions := [entry for entry in verdict.not_covered if entry.participant == self._id]:
            yield f"No authorization covers {counted(len(open_sessions), 'session')}."

    def _line(self, session: RosterSession, change: str) -> OfferLine:
        place = "Online" if session.mode == "telehealth" else self._labels.name("rooms", session.room)
        leaders = ", ".join(self._labels.name("clinicians", id) for id in session.facilitators)
        return OfferLine(session.start, session.end, self._title(session), " · ".join(filter(None, (place, leaders))), change)

    def _title(self, session: RosterSession) -> str:
        return self._labels.name("groups", session.group) or self._labels.name("services", session.service)


def _released(week: PersonWeek) -> list[Any]:
    """The places of last week that are given up for it."""
    released: list[Any] = week.change.get("history", {}).get("released", {}).get("add", [])
    return released


def _change(old: RosterSession | None, new: RosterSession) -> str:
    if old is None:
        return "New"
    if old.start != new.start:
        return "Other time"
    return "" if (old.mode, old.room, old.facilitators) == (new.mode, new.room, new.facilitators) else "Other place or person"


def _units(grant: Authorization, units: int) -> str:
    name, unit = grant.payer or "Authorization", grant.unit.replace("_", " ")
    if grant.units is None:
        return f"{name}: {counted(units, unit)} this week."
    return f"{name}: {counted(units, unit)} this week, of {max(0, grant.units - grant.used)} left."
