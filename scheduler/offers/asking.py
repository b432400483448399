"""Which weeks a participant or a newcomer could have: the week that is asked about, the search, and the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from scheduler.case import Case
from scheduler.compare import Comparison, compare_judged
from scheduler.errors import EditError, InstanceError
from scheduler.explain.examination import Examination
from scheduler.explain.isolated_weeks import Alone
from scheduler.explain.missing import missing_care
from scheduler.explain.unmet import explain_unmet
from scheduler.fixes.attempts import Attempts
from scheduler.fixes.ideas import ideas_for
from scheduler.fixes.report import with_fixes
from scheduler.fixes.trial import base
from scheduler.instance import Instance, Participant, Published
from scheduler.instance.change import applied
from scheduler.model.clock import Clock
from scheduler.offers.agreed import agreed, given_up
from scheduler.offers.answers import MovedPerson, Offers, OffersQuestion, PersonWeek, sentences
from scheduler.offers.movers import others_of
from scheduler.offers.open_week import OpenWeek
from scheduler.offers.waiting import A_WEEK, WAITING, first_day
from scheduler.offers.week_offers import WeekOffer, offer_weeks
from scheduler.result import Unmet
from scheduler.rollover import resume
from scheduler.roster import Roster, Session
from scheduler.validation import errors, validate
from scheduler.verify import JudgedWeek, judge, shape_faults
from scheduler.view import View
from scheduler.whatif import Whatif
from scheduler.words import counted

HELP_SECONDS = 2.0
"""The most time for what would help, in the unit of the clock."""


def ask_offers(instance: Instance, roster: Roster, question: OffersQuestion, clock: Clock) -> Offers:
    """Up to three weeks that really differ, the best first, with what the first of them lacks and what would help.

    Whoever has not begun is offered the usual week, as if nothing of it had happened.

    Raises:
        EditError: The question names what is not there, or makes no sense; says what would.
        InstanceError: The instance with the newcomer has errors.
    """
    if (fault := next(shape_faults(Case(instance), roster), None)) is not None:
        raise EditError(f"the roster does not belong to the instance: {fault.message}")
    return _Answer(_week_of(instance, roster, question), roster, question, clock).answer()


@dataclass(frozen=True, slots=True)
class WeekInQuestion:
    """The week that is asked about.

    Attributes:
        starts: For someone who has not begun, the moment after which the schedule may begin; None for others.
    """

    case: Case
    participant: str
    starts: datetime | None


def _week_of(instance: Instance, roster: Roster, question: OffersQuestion) -> WeekInQuestion:
    person = _person(instance, question)
    if instance.published is None:
        # Who sits in a group keeps the seat, even after giving up a claim to it from last week.
        instance = instance.model_copy(update={"published": Published(roster=roster)})
    if person.status not in WAITING:
        if question.first is not None:
            instance = _changed_from(instance, roster, question.first)
        return WeekInQuestion(Case(instance), person.id, None)
    let_in = person.model_copy(update={"status": "cleared", "admitted": None})
    people = (*(one for one in instance.participants if one.id != person.id), let_in)
    usual = instance.model_copy(update={"participants": people, "now": None})
    if mistakes := errors(validate(usual)):
        raise InstanceError("the newcomer does not fit the instance", mistakes)
    case = Case(usual)
    day = question.first or person.admitted
    first = case.week.at(0) if day is None else datetime.combine(day, time(), case.week.zone)
    return WeekInQuestion(case, person.id, max(first, instance.now or first))


def _person(instance: Instance, question: OffersQuestion) -> Participant:
    people = {person.id: person for person in instance.participants}
    if question.newcomer is not None:
        if question.participant is not None:
            raise EditError("ask about a participant or about a newcomer, not both")
        if question.newcomer.id in people:
            raise EditError(f"the id {question.newcomer.id} is taken: give the newcomer another one, or ask about the participant")
        return question.newcomer.model_copy(update={"status": "waiting"})
    if question.participant is None:
        raise EditError("name a participant, or give a newcomer")
    person = people.get(question.participant)
    if person is None:
        raise EditError(f"{question.participant} is no participant of the instance; someone who is not in it is asked about as a newcomer")
    if person.status == "on_hold":
        since = "" if person.on_hold_since is None else f" since {person.on_hold_since}"
        raise EditError(f"{person.id} is on hold{since} and is not scheduled: end the hold first, then ask")
    if person.status == "discharged":
        raise EditError(f"{person.id} is discharged: admit them again first, then ask")
    return person


def _changed_from(instance: Instance, roster: Roster, first: date) -> Instance:
    """The rest of a week from a day on; what begins before that stays as it is.

    Raises:
        EditError: The day is not in the rest of the week.
    """
    at = datetime.combine(first, time(), Case(instance).week.zone)
    if not instance.monday <= first < instance.monday + A_WEEK:
        raise EditError(f"{first} is not in the week of {instance.monday}: take the instance and the roster of its own week")
    return instance if instance.now is not None and at <= instance.now else resume(instance, roster, at)


class _Answer:
    """The answer to one question."""

    def __init__(self, week: WeekInQuestion, roster: Roster, question: OffersQuestion, clock: Clock) -> None:
        self.person, self.starts, self.before = week.participant, week.starts, week.case
        self.case, self.roster, self.question, self.clock = agreed(week.case, [week.participant]), roster, question, clock
        self.open = OpenWeek.of(self.case, roster, self.person)

    def answer(self) -> Offers:
        """The offers, each checked by all rules once more."""
        if self.question.moves > (others := len(others_of(self.open))):
            raise EditError(f"at most {counted(others, 'other')} can move: no more have a session to come")
        weeks = offer_weeks(self._whatif, self.person, self.clock, moves=self.question.moves)
        offers = tuple(offer for one in weeks.offers if (offer := self._offer(one)) is not None)
        answer = Offers(
            participant=self.person, offers=offers, moves=self.question.moves, considered=weeks.movers, is_complete=weeks.is_complete,
            unmet=self._unmet(offers[0].roster if offers else self.open.roster, bool(offers)),
        )  # fmt: skip
        return answer.model_copy(update={"lines": tuple(sentences(answer))})

    def _offer(self, offer: WeekOffer) -> PersonWeek | None:
        """An offer as a document; None if it needs more than what those concerned can agree to."""
        change = given_up(self.before, View(self.before, offer.roster), (self.person, *offer.moved))
        case = self.before.changed(applied(self.before.instance, change)) if change else self.before
        after = JudgedWeek.of(case, offer.roster)
        if Counter(after.verdict.violations) - Counter(offer.broken) - Counter(self._judged.verdict.violations):
            return None
        compared = compare_judged(self._judged, after)
        view = View(case, offer.roster)
        before, sessions = set(self._sessions(View(self.case, self.roster))), tuple(self._sessions(view))
        return PersonWeek(
            first=self._first(view), minutes=view.care_minutes(self.person), sessions=sessions,
            new=tuple(session.id for session in sessions if session not in before),
            moved=tuple(MovedPerson(participant=one, changes=tuple(_changes(compared, one))) for one in offer.moved),
            missing=tuple(m.what for m in missing_care(case, view, after.verdict) if m.participant == self.person),
            broken=tuple(violation.message for violation in offer.broken), change=change,
            care=offer.care, preference=offer.preference, roster=offer.roster,
        )  # fmt: skip

    @cached_property
    def _whatif(self) -> Whatif:
        return Whatif(self.case, self.roster)

    @cached_property
    def _judged(self) -> JudgedWeek:
        return JudgedWeek(self.case, self.roster, self._whatif.verdict())

    def _sessions(self, view: View) -> Iterator[Session]:
        """The participant's sessions in a roster, without the other bookings."""
        for _, placed in view.bookings[self.person]:
            mine = tuple(booking for booking in placed.session.bookings if booking.participant == self.person)
            yield placed.session.model_copy(update={"bookings": mine})

    def _first(self, view: View) -> date | None:
        """The day of the first session to come; of a schedule that has not begun, the first on which it can."""
        if self.starts is not None:
            return first_day(view, self.person, self.starts)
        return min((placed.session.start.date() for _, placed in view.bookings[self.person] if not placed.is_past), default=None)

    def _unmet(self, roster: Roster, is_offered: bool) -> tuple[Unmet, ...]:
        """What the participant lacks in a roster, with the causes and what would help."""
        case = self.case
        view, verdict = View(case, roster), judge(case, roster)
        missing = tuple(one for one in missing_care(case, view, verdict) if one.participant == self.person)
        if not missing:
            return ()
        examined = Examination(case, roster, view, missing)
        near = examined.look_closely([self.person])
        unmet = explain_unmet(near, Alone(case, near.candidates), [self.person])
        if verdict.violations:
            return unmet
        attempts = Attempts(base(case, roster))
        attempts.try_all(ideas_for(examined, unmet), self.clock.part(HELP_SECONDS))
        return with_fixes(attempts, unmet)


def _changes(compared: Comparison, person: str) -> Iterator[str]:
    """What changes for someone, in words."""
    for change in (change for change in compared.bookings if change.participant == person):
        if change.before is None:
            yield f"now also {change.what} ({change.after})"
        elif change.after is None:
            yield f"no longer {change.what} ({change.before})"
        else:
            yield f"{change.what} ({change.before}, now {change.after})"
