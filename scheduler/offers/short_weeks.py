"""Who falls below the ordered minutes of a week because of what they miss, and where they could make up for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pydantic import Field

from scheduler.case import Case
from scheduler.case.times import absence_spans
from scheduler.errors import EditError
from scheduler.fields import Id, Model
from scheduler.instance import Instance
from scheduler.offers.make_ups import MakeUps, make_ups
from scheduler.roster import Roster
from scheduler.terms import Visit
from scheduler.timegrid import Span, merge
from scheduler.view import PlacedSession
from scheduler.whatif import Whatif
from scheduler.words import counted


class ParticipantInSession(Model):
    """A participant and a session, by its id or its group."""

    participant: Id
    session: str


class MakeUpQuestion(Model):
    """What happened in a week that its data does not say."""

    missed: tuple[ParticipantInSession, ...] = Field(
        (), description="Sessions that participants missed, besides those in an absence or a closure."
    )
    walk_ins: tuple[ParticipantInSession, ...] = Field(
        (), description="Sessions to which participants came without being booked; their minutes count."
    )


class ShortWeek(Model):
    """Someone who misses sessions, what is left of their week, and where they could make up for it."""

    participant: Id
    floor: int = Field(description="The minutes ordered at least.")
    minutes: int = Field(description="Care minutes of the week without what is missed, with walk-ins.")
    make_ups: tuple[MakeUps, ...] = Field(description="By missed session, the places of this week.")

    @property
    def short(self) -> int:
        """The minutes missing."""
        return max(0, self.floor - self.minutes)


class ShortWeeks(Model):
    """Everyone who misses sessions and is below the floor for it, the most minutes first, then those who were asked about."""

    people: tuple[ShortWeek, ...]
    lines: tuple[str, ...] = ()


def short_weeks(instance: Instance, roster: Roster, question: MakeUpQuestion) -> ShortWeeks:
    """Who falls below the floor by absence, closure or a missed session, and where they could make up for it this week.

    A missed booking stays, and counts as scheduled where a place must not go above the week's ceiling.

    Raises:
        EditError: A participant is not booked in a missed session, is booked in one as a walk-in, or one of them does not exist.
    """
    return short_weeks_of(Whatif(Case(instance), roster), question)


def short_weeks_of(whatif: Whatif, question: MakeUpQuestion) -> ShortWeeks:
    """The same of a roster that is prepared already.

    Raises:
        EditError: As in `short_weeks`.
    """
    week = _Week(whatif, question)
    people = [week.of(person) for person in week.missed]
    in_question = {one.participant for one in question.missed}
    people = [one for one in people if one.short or one.participant in in_question]
    people.sort(key=lambda one: (-one.short * whatif.case.care.factor(one.participant), one.participant))
    answer = ShortWeeks(people=tuple(people))
    return answer.model_copy(update={"lines": tuple(_lines(answer))})


@dataclass(frozen=True)
class _Week:
    """A roster, and what happened in it."""

    whatif: Whatif
    question: MakeUpQuestion

    @cached_property
    def missed(self) -> dict[str, dict[str, None]]:
        """By participant, the ids of the sessions that they miss, in order."""
        view, missed = self.whatif.view, dict[str, dict[str, None]]()
        for person, bookings in view.bookings.items():
            away = merge(absence_spans(self.whatif.case.participants[person].availability.absences, self.whatif.case.week))
            for visit, placed in bookings:
                if any(visit.span.overlaps(span) for span in away) or self._is_closed(visit):
                    missed.setdefault(person, {})[placed.id] = None
        for one in self.question.missed:
            placed = self._session(one)
            if one.participant not in placed.participants():
                raise EditError(f"{one.participant} is not booked in {one.session}, so there is nothing to make up")
            missed.setdefault(one.participant, {})[placed.id] = None
        return missed

    def of(self, person: str) -> ShortWeek:
        """The week of someone without what they miss."""
        case, missed = self.whatif.case, self.missed[person]
        came = {placed.id: placed for placed in self._walked_into(person)}
        left = sum(case.care.minutes_of(visit) for visit, placed in self.whatif.view.bookings[person] if placed.id not in missed)
        more = sum(case.care.minutes(placed.session.service, placed.session.group) for placed in came.values())
        answers = (make_ups(self.whatif, id, person) for id in missed)
        # Who has been in a session is not offered it again, and there is nothing to join among what is missed anyway.
        gone = {*came, *missed}
        places = (one.model_copy(update={"places": tuple(p for p in one.places if p.session not in gone)}) for one in answers)
        return ShortWeek(participant=person, floor=case.care.order(person).floor, minutes=left + more, make_ups=tuple(places))

    def _walked_into(self, person: str) -> Iterator[PlacedSession]:
        for one in self.question.walk_ins:
            if one.participant == person:
                placed = self._session(one)
                if person in placed.participants():
                    raise EditError(f"{person} is booked in {one.session}, and so is no walk-in")
                yield placed

    def _session(self, one: ParticipantInSession) -> PlacedSession:
        view = self.whatif.view
        placed = view.by_group.get(one.session) or view.by_id.get(one.session)
        if placed is None or one.participant not in self.whatif.case.participants:
            raise EditError(f"{one.session} is no group or session of the roster, or {one.participant} is no participant")
        return placed

    def _is_closed(self, visit: Visit) -> bool:
        """Whether the site is closed then, which is open in an ordinary week."""
        time = self.whatif.case.time
        return any(span.contains(visit.span) for span in time.regular(visit.site)) and not _is_within(visit.span, time.open(visit.site))


def _is_within(span: Span, windows: tuple[Span, ...]) -> bool:
    return any(window.contains(span) for window in windows)


def _lines(answer: ShortWeeks) -> Iterator[str]:
    """The answer, line by line."""
    if not answer.people:
        yield "Nobody falls below the ordered minutes because of an absence, a closure or a missed session"
    for one in answer.people:
        if one.floor:
            lack = f", {counted(one.short, 'minute')} short" if one.short else ""
            yield f"{one.participant}: {one.minutes} of {counted(one.floor, 'ordered minute')} left{lack}"
        for missed in one.make_ups:
            yield from missed.lines
