"""A roster in which the week of one participant is open: their sessions to come are taken out, and everyone else is held as booked.

Held means also the rooms: only rooms that are free in the roster are offered. So what is chosen is put into the roster as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.lines import Lines
from scheduler.model.local_model import LocalModel, compiled, hold_others
from scheduler.roster import Roster, Session
from scheduler.rules import RULES
from scheduler.terms import Housing, Run, Staffing, Visit
from scheduler.timegrid import Span
from scheduler.verify import Verdict, judge
from scheduler.view import View


@dataclass(frozen=True)
class OpenWeek:
    """A roster without what one participant has ahead.

    Attributes:
        roster: Without it; past sessions stay. A couple session is taken out for both.
    """

    case: Case
    participant: str
    roster: Roster

    @classmethod
    def of(cls, case: Case, roster: Roster, participant: str) -> OpenWeek:
        """Open the week of a participant."""
        sessions = tuple(_without(case, roster, participant))
        return cls(case, participant, roster.model_copy(update={"sessions": sessions, "homes": case.places.homes_to_store(sessions)}))

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the roster: what it breaks is so whatever the participant gets, unless they come back to a group."""
        return judge(self.case, self.roster)

    @cached_property
    def view(self) -> View:
        """The roster in minutes."""
        return View(self.case, self.roster)

    @cached_property
    def local(self) -> LocalModel:
        """Everything that the participant could have, as lines."""
        case, rules = self.case, [rule for rule in RULES if rule.applies_to(self.case)]
        people = case.care.together_with([self.participant])
        candidates = enumerate_candidates(case, rules, people)
        for partner in people[1:]:
            candidates.visits[partner] = tuple(v for v in candidates.visits[partner] if v.partner == self.participant)
        hold_others(candidates, self.view, people)
        candidates = self._with_free_rooms(candidates, people)
        return compiled(self.view, [self.participant], Lines(case, candidates, rules, moving=people))

    def options(self) -> Iterator[Visit | Run | Staffing | Housing]:
        """What may be chosen: visits of the participant, and runs of groups that nobody else attends."""
        candidates = self.local.candidates
        for visits in candidates.visits.values():
            yield from (visit for visit in visits if self.participant in (visit.participant, visit.partner))
        attended = {placed.session.group for placed in self.view.runs}
        for run in candidates.runs:
            if run.group not in attended:
                yield run
                yield from candidates.staffings[run]
                yield from candidates.housings[run]

    def _with_free_rooms(self, candidates: Candidates, people: Sequence[str]) -> Candidates:
        """The candidates without rooms that others use at the time, and without appointments that no room is left for."""
        busy = {room: [placed.span for placed in sessions] for room, sessions in self.view.by_room.items()}
        free = _FreeRooms(candidates.rooms_for, busy, frozenset(self.view.session_of), self.participant)
        allowed = replace(candidates, rooms_for=free)
        allowed.visits = {p: tuple(v for v in visits if p not in people or free.is_held(v)) for p, visits in candidates.visits.items()}
        attended = {placed.run for placed in self.view.runs}
        allowed.housings = {
            run: housings if run in attended else tuple(h for h in housings if free.is_free(h.room, run.span))
            for run, housings in candidates.housings.items()
        }
        return allowed


@dataclass(frozen=True)
class _FreeRooms:
    """The rooms that an appointment may use: those of everyone else's are as they are."""

    rooms_for: Callable[[Visit], tuple[str, ...]]
    busy: dict[str, list[Span]]
    booked: frozenset[Visit]
    participant: str

    def __call__(self, visit: Visit) -> tuple[str, ...]:
        rooms = self.rooms_for(visit)
        return rooms if visit in self.booked else tuple(room for room in rooms if self.is_free(room, visit.span))

    def is_free(self, room: str, span: Span) -> bool:
        """Whether nobody uses a room."""
        return not any(span.overlaps(other) for other in self.busy.get(room, ()))

    def is_held(self, visit: Visit) -> bool:
        """Whether a visit needs no room of its own, has it already, or finds one."""
        return visit.group is not None or visit.site is None or visit in self.booked or bool(self(visit))


def _without(case: Case, roster: Roster, participant: str) -> Iterator[Session]:
    """The sessions without a participant, those that have begun as they are."""
    for session in roster.sessions:
        others = tuple(booking for booking in session.bookings if booking.participant != participant)
        if len(others) == len(session.bookings) or case.time.is_past(case.week.minute(session.start)):
            yield session
        elif session.group is not None and others:
            yield session.model_copy(update={"bookings": others})
