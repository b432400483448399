"""The best weeks that one participant could have, by a small model of this participant alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.model.clock import Clock
from scheduler.model.cp_sat import CpSatModel, build_model
from scheduler.model.free_rooms import change
from scheduler.model.sessions import appointment_session, group_session
from scheduler.model.solver_library import cp_model
from scheduler.offers.open_week import OpenWeek
from scheduler.roster import Booking, Roster, Session
from scheduler.rule import Violation
from scheduler.rules.participant_preference import time_of_day
from scheduler.terms import Handle, Housing, Run, Staffing, Visit
from scheduler.verify import judge
from scheduler.view import View

MOST_OFFERS = 3


@dataclass(frozen=True, slots=True)
class WeekOffer:
    """A week that a participant could have.

    Attributes:
        roster: The whole week with it; everyone else is booked as before.
        visits: The participant's sessions, those that have happened included.
        care, preference: The objectives of the whole roster; less is better.
        broken: What the roster breaks because the participant leaves a group, whatever week they get: such a week needs a decision.
    """

    roster: Roster
    visits: tuple[Visit, ...]
    care: int
    preference: int
    broken: tuple[Violation, ...]

    @property
    def rank(self) -> tuple[int, int, int]:
        """The sort key; less is better."""
        return sum(violation.amount for violation in self.broken), self.care, self.preference


def offer_weeks(case: Case, roster: Roster, participant: str, clock: Clock, most: int = MOST_OFFERS) -> tuple[WeekOffer, ...]:
    """The best weeks of one participant with everyone else held, the best first.

    Each is the best of those that really differ from all before it: at most half of its sessions to come are on a day and in a part of the
    day (morning, afternoon or evening) in which that week has one. Each is checked by the rules. There are fewer offers where no other week
    has a session, or the time is over.

    Args:
        roster: The week as it is; the participant may be in it or not.
        clock: Limits the solves.
    """
    week = OpenWeek.of(case, roster, participant)
    before = Counter(judge(case, roster).violations)
    model = _OfferModel(week)
    offers: list[WeekOffer] = []
    while len(offers) < most and not clock.is_over():
        solution = model.best(clock)
        if solution is None:
            break
        offer = _offer(week, solution, before)
        if offer is not None:
            offers.append(offer)
        model.forbid_like([h for h in solution if isinstance(h, Visit) and h not in week.local.candidates.past])
    return tuple(sorted(offers, key=lambda offer: offer.rank))


def part_of_week(case: Case, visit: Visit) -> tuple[int, str]:
    """The day of a visit, and the part of the day in which it begins."""
    return visit.day, time_of_day(case, visit.span.start)


class _OfferModel:
    """The model of one participant's week: what nobody can mend is allowed at a price above everything."""

    def __init__(self, week: OpenWeek) -> None:
        self.week, self.local = week, week.local
        self.free = [self.local.number(handle) for handle in dict.fromkeys(week.options())]
        self.cp_sat = self._with_price()

    def _with_price(self) -> CpSatModel:
        broken = {violation.rule for violation in self.week.verdict.violations}
        cp_sat = build_model(self.local.index, self.free, self.local.values, relaxed=broken)
        care, preference = cp_sat.costs["care"], cp_sat.costs["preference"]
        scale = int(preference.domain.max()) + 1
        price = (int(care.domain.max()) + 1) * scale
        slacks = [slack for _, slack in cp_sat.slacks]
        cp_sat.model.minimize(cp_model.LinearExpr.sum(slacks) * price + care * scale + preference if slacks else care * scale + preference)
        return cp_sat

    def best(self, clock: Clock) -> list[Handle] | None:
        """What the best week has; None if there is no other, or none was found in time."""
        solver = clock.solver(clock.left(), workers=1)
        status = solver.solve(self.cp_sat.model)
        clock.spend(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        handles = self.local.lines.handles
        return [handles[number] for number in self.free if solver.boolean_value(self.cp_sat.variables[number])]

    def forbid_like(self, visits: Sequence[Visit]) -> None:
        """Ask for a week that really differs from one with these sessions to come."""
        case, handles, variables = self.week.case, self.local.lines.handles, self.cp_sat.variables
        parts = {part_of_week(case, visit) for visit in visits}
        ahead = [(variables[n], h) for n in self.free if isinstance(h := handles[n], Visit) and self._is_ahead(h)]
        others = [1 if part_of_week(case, visit) in parts else -1 for _, visit in ahead]
        self.cp_sat.model.add(cp_model.LinearExpr.weighted_sum([variable for variable, _ in ahead], others) <= 0)
        self.cp_sat.model.add(cp_model.LinearExpr.sum([variable for variable, _ in ahead]) >= 1)

    def _is_ahead(self, visit: Visit) -> bool:
        return visit.participant == self.week.participant and visit not in self.local.candidates.past


def _offer(week: OpenWeek, solution: Iterable[Handle], before: Counter[Violation]) -> WeekOffer | None:
    """A solution as a roster; None if it has no session to come, or breaks more than nobody can mend."""
    roster = _with(week, list(solution))
    verdict, view = judge(week.case, roster), View(week.case, roster)
    broken = Counter(verdict.violations) - before
    visits = view.visits[week.participant]
    has_sessions = any(not week.case.time.is_past(visit.span.start) for visit in visits)
    if not has_sessions or broken - Counter(week.verdict.violations):
        return None
    return WeekOffer(roster, visits, verdict.score.care, verdict.score.preference, tuple(broken.elements()))


def _with(week: OpenWeek, solution: Sequence[Handle]) -> Roster:
    """The open roster with what was chosen; the sessions of everyone else stay as they are."""
    case, past = week.case, week.local.candidates.past
    chosen = [handle for handle in solution if handle not in past]
    sessions = {session.id: session for session in week.roster.sessions}
    places = {visit.group: visit for visit in chosen if isinstance(visit, Visit) and visit.group is not None}
    for id, session in sessions.items():
        if session.group in places:
            sessions[id] = _joined(session, places.pop(session.group))
    for run in chosen:
        if isinstance(run, Run) and run.group in places:
            staff = [h.clinician for h in chosen if isinstance(h, Staffing) and h.run == run]
            room = next((h.room for h in chosen if isinstance(h, Housing) and h.run == run), None)
            opened = group_session(case, run, [places.pop(run.group)], staff, room)
            sessions[opened.id] = opened
    for visit in chosen:
        if isinstance(visit, Visit) and visit.group is None and visit.is_lead:
            added = appointment_session(case, visit, _room(week, visit))
            sessions[added.id] = added
    ordered = tuple(sorted(sessions.values(), key=lambda session: (session.start, session.id)))
    return week.roster.model_copy(update={"sessions": ordered, "homes": case.places.homes_to_store(ordered)})


def _joined(session: Session, visit: Visit) -> Session:
    """A group session with one more booking."""
    bookings = (*session.bookings, Booking(participant=visit.participant, mode=visit.mode))
    return session.model_copy(update={"bookings": tuple(sorted(bookings, key=lambda booking: booking.participant))})


def _room(week: OpenWeek, visit: Visit) -> str | None:
    """The room of an appointment: the one that changes least."""
    rooms = () if visit.site is None else week.local.candidates.rooms_at(visit)
    return min(rooms, key=lambda room: (change(week.case, visit, room), room), default=None)
