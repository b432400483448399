"""The best weeks that one participant could have, by a small model of this participant and of a few others who may move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduler.case import Case
from scheduler.model.clock import Clock
from scheduler.offers.agreed import agreed
from scheduler.offers.movers import who_could_move
from scheduler.offers.offer_model import OfferModel
from scheduler.offers.offered_sessions import OfferedSessions
from scheduler.offers.open_week import OpenWeek
from scheduler.roster import Roster, Session
from scheduler.rule import Violation
from scheduler.terms import Handle, Visit
from scheduler.view import View
from scheduler.whatif import Effect, Whatif

MOST_OFFERS = 3
MOST_FAILURES = 20
"""How many weeks may turn out to be impossible, for want of a room or by more than nobody can mend, before no more are looked for."""


@dataclass(frozen=True, slots=True)
class WeekOffer:
    """A week that a participant could have.

    Attributes:
        roster: The whole week with it; everyone else is booked as before, but those who move.
        visits: The participant's sessions, those that have happened included.
        missing: The care that the participant and partners of couple sessions miss, factors included.
        moved: The others who move.
        care, preference: The objectives of the whole roster; less is better.
        broken: What the roster breaks because the participant leaves a group, whatever week they get: such a week needs a decision.
    """

    roster: Roster
    visits: tuple[Visit, ...]
    missing: int
    moved: tuple[str, ...]
    care: int
    preference: int
    broken: tuple[Violation, ...]

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The sort key; less is better."""
        return sum(violation.amount for violation in self.broken), self.missing, len(self.moved), self.preference


@dataclass(frozen=True, slots=True)
class WeekOffers:
    """The weeks that one participant could have, the best first.

    Attributes:
        movers: The others who were considered to move.
        is_complete: Whether nothing better exists with anyone else moved.
    """

    offers: tuple[WeekOffer, ...]
    movers: tuple[str, ...] = ()
    is_complete: bool = True


def offer_weeks(whatif: Whatif, participant: str, clock: Clock, most: int = MOST_OFFERS, moves: int = 0) -> WeekOffers:
    """The best weeks of one participant with everyone else held, or with at most some others moved, the best first.

    Each is the best of those that really differ from all before it: at most half of its sessions to come are on a day and in a part of the
    day (morning, afternoon or evening) in which that week has one, and none misses more than a tenth of the ordered minutes beyond what the
    best one misses. Each is checked by the rules. There are fewer offers where no other week is like that, or the time is over.

    Args:
        whatif: The roster as it is, prepared once for any number of participants, in the roster or not. Where others may move, its week
            has the roster as published, so that whoever sits in a group is a member.
        clock: Limits the solves.
        moves: How many others may move. Nobody moves who would miss more care, and nobody without gain for the participant.
    """
    case, roster = whatif.case, whatif.roster
    offers = OfferSearch(whatif, participant).offers(clock, most)
    if moves <= 0:
        return WeekOffers(offers)
    week, rosters = OpenWeek.of(agreed(case, case.participants), roster, participant), [offer.roster for offer in offers]
    movers = who_could_move(week, rosters if len(offers) == most else [*rosters, week.roster])
    if not movers.people or clock.is_over():
        return WeekOffers(offers, (), movers.is_complete)
    changed = agreed(case, movers.people)
    search = OfferSearch(whatif if changed is case else Whatif(changed, roster), participant, movers.people)
    return WeekOffers(search.offers(clock, most, moves) or offers, movers.people, movers.is_complete)


class OfferSearch:
    """The search for weeks of one participant in a roster."""

    def __init__(self, whatif: Whatif, participant: str, movers: Sequence[str] = ()) -> None:
        """Open the week of the participant.

        Args:
            movers: The others who may move.
        """
        self._whatif, case = whatif, whatif.case
        self._week = replace(OpenWeek.of(case, whatif.roster, participant), movers=tuple(movers))
        self._verdict = whatif.verdict()
        self._missing: Counter[str] = Counter()
        for amount in self._verdict.amounts:
            if amount.participant is not None:
                self._missing[amount.participant] += amount.amount * case.care.factor(amount.participant)
        self._leaving = whatif.judge_sessions(self._changes(self._week.roster))[1].new

    def offers(self, clock: Clock, most: int, moves: int = 0) -> tuple[WeekOffer, ...]:
        """The best weeks, the best first."""
        broken = {violation.rule for violation in (*self._verdict.violations, *self._leaving)}
        model = OfferModel(self._week, broken, moves, self._missing)
        offers: list[WeekOffer] = []
        failures = 0
        while len(offers) < most and failures < MOST_FAILURES and not clock.is_over():
            solution = model.best(clock)
            if solution is None:
                break
            offer = self._offer(solution)
            if offer is None:
                failures += 1
                model.forbid(solution)
                continue
            offers.append(offer)
            if len(offers) == 1:
                model.stay_near()
            model.forbid_like([handle for handle in solution if isinstance(handle, Visit) and model.is_ahead(handle)])
        return tuple(sorted(offers, key=lambda offer: offer.rank))

    def _offer(self, solution: Sequence[Handle]) -> WeekOffer | None:
        """A solution as a roster; None without rooms for it, or if it breaks more than nobody can mend."""
        week = self._week
        sessions = OfferedSessions(week, solution).sessions()
        if sessions is None:
            return None
        roster = week.roster.model_copy(update={"sessions": sessions, "homes": week.case.places.homes_to_store(sessions)})
        after, effect = self._whatif.judge_sessions(self._changes(roster))
        if Counter(effect.new) - Counter(self._leaving) or _loses(effect, week.movers):
            return None
        missing = sum(self._missing[person] for person in week.people) + _rise(week.case, effect, week.people)
        moved = tuple(mover for mover in week.movers if _places(self._whatif.view, mover) != _places(after, mover))
        care, preference = self._verdict.score.care + effect.care, self._verdict.score.preference + effect.preference
        return WeekOffer(roster, after.visits[week.participant], missing, moved, care, preference, effect.new)

    def _changes(self, roster: Roster) -> dict[str, Session | None]:
        """The sessions that another roster has otherwise, by id."""
        before = {placed.id: placed.session for placed in self._whatif.view.placed}
        after = {session.id: session for session in roster.sessions}
        gone: dict[str, Session | None] = dict.fromkeys(before.keys() - after.keys())
        return gone | {id: session for id, session in after.items() if session != before.get(id)}


def _rise(case: Case, effect: Effect, people: Sequence[str]) -> int:
    """By how much more care some participants miss after a change."""
    amounts = [*((violation, 1) for violation in effect.costs), *((violation, -1) for violation in effect.savings)]
    mine = [(violation, sign) for violation, sign in amounts if violation.participant in people]
    return sum(sign * violation.amount * case.care.factor(violation.participant or "") for violation, sign in mine)


def _loses(effect: Effect, people: Sequence[str]) -> bool:
    """Whether one of some participants misses more of anything after a change."""
    more = Counter[tuple[str, tuple[str, ...]]]()
    for violations, sign in ((effect.costs, 1), (effect.savings, -1)):
        for violation in violations:
            if violation.participant in people:
                more[violation.rule, violation.about] += sign * violation.amount
    return any(amount > 0 for amount in more.values())


def _places(view: View, participant: str) -> set[tuple[Visit, str | None]]:
    """The sessions of a participant with their rooms where these are their own."""
    return {(visit, None if visit.group else placed.session.room) for visit, placed in view.bookings[participant]}
