"""A roster in which the week of one participant is open, and perhaps those of a few others who may move; everyone else is as booked.

That includes the rooms: only rooms that are free in the roster are offered. So what is chosen is put into the roster as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.lines import Lines
from scheduler.model.local_model import LocalModel, compiled, hold_others
from scheduler.roster import Roster, Session
from scheduler.rules import RULES
from scheduler.rules._clinicians import Task, of_visit, sessions_of
from scheduler.rules.clinician_conflict import missing
from scheduler.terms import Housing, Run, Staffing, Visit
from scheduler.timegrid import Span
from scheduler.view import PlacedSession, View


@dataclass(frozen=True)
class OpenWeek:
    """A roster without what one participant has ahead.

    Attributes:
        roster: Without it; past sessions stay. A couple session is taken out for both.
        movers: Others who may move; their bookings are still in the roster.
    """

    case: Case
    participant: str
    roster: Roster
    movers: tuple[str, ...] = ()

    @classmethod
    def of(cls, case: Case, roster: Roster, participant: str) -> OpenWeek:
        """Open the week of a participant."""
        sessions = tuple(_without(case, roster, participant))
        return cls(case, participant, roster.model_copy(update={"sessions": sessions, "homes": case.places.homes_to_store(sessions)}))

    @cached_property
    def people(self) -> tuple[str, ...]:
        """The participant, and partners of couple sessions."""
        return tuple(self.case.care.together_with([self.participant]))

    @cached_property
    def view(self) -> View:
        """The roster in minutes."""
        return View(self.case, self.roster)

    @cached_property
    def local(self) -> LocalModel:
        """Everything that the participant and those who may move could have, as lines."""
        case, rules = self.case, [rule for rule in RULES if rule.applies_to(self.case)]
        open_to = (*self.people, *self.movers)
        candidates = enumerate_candidates(case, rules, open_to)
        for partner in self.people[1:]:
            candidates.visits[partner] = tuple(v for v in candidates.visits[partner] if v.partner == self.participant)
        for mover in self.movers:
            candidates.visits[mover] = tuple(v for v in candidates.visits[mover] if v.partner is None)
        hold_others(candidates, self.view, open_to)
        candidates = self._with_free_places(candidates)
        return compiled(self.view, [self.participant, *self.movers], Lines(case, candidates, rules, moving=open_to))

    def options(self) -> Iterator[Visit | Run | Staffing | Housing]:
        """What may change: visits, and runs of groups that nobody else attends; where only movers do, the run as it is may end."""
        candidates = self.local.candidates
        for visits in candidates.visits.values():
            yield from (visit for visit in visits if self.participant in (visit.participant, visit.partner))
        for mover in self.movers:
            yield from (v for v in candidates.visits[mover] if v.partner is None and v not in candidates.past)
        attended = {placed.session.group for placed in self.view.runs}
        for run in candidates.runs:
            if run.group not in attended:
                yield run
                yield from candidates.staffings[run]
                yield from candidates.housings[run]
        for placed in self._loose if self.movers else ():
            if placed.session.group is not None:
                yield from (handle for handle in self.view.handles_of(placed) if not isinstance(handle, Visit))

    @cached_property
    def _loose(self) -> tuple[PlacedSession, ...]:
        """The sessions to come of movers alone, which may end."""
        movers = frozenset(self.movers)
        return tuple(placed for placed in self.view.placed if not placed.is_past and movers.issuperset(placed.participants()))

    def _with_free_places(self, candidates: Candidates) -> Candidates:
        """The candidates without rooms and hours that others use at the time, and without appointments that no room is left for."""
        loose = frozenset(placed.id for placed in self._loose)
        busy = {room: [p.span for p in sessions if p.id not in loose] for room, sessions in self.view.by_room.items()}
        booked = {visit: placed.session.room for visit, placed in self.view.session_of.items()}
        movers = frozenset(visit for mover in self.movers for visit in self.view.visits[mover])
        rooms = _FreeRooms(candidates.rooms_for, busy, booked, movers)
        staff = _StaffTime.of(self.view, loose)
        allowed = replace(candidates, rooms_for=rooms, has_timed_rooms=True)
        open_to = frozenset((*self.people, *self.movers))
        allowed.visits = {
            p: tuple(v for v in visits if p not in open_to or v in booked or (rooms.is_held(v) and staff.is_free(v)))
            for p, visits in candidates.visits.items()
        }
        attended = {placed.run for placed in self.view.runs}
        allowed.housings = {
            run: housings if run in attended else tuple(h for h in housings if rooms.is_free(h.room, run.span))
            for run, housings in candidates.housings.items()
        }
        return allowed


@dataclass(frozen=True)
class _FreeRooms:
    """The rooms that an appointment may use: those of everyone else's are as they are.

    Attributes:
        booked: The visits of the roster with their rooms.
        fixed: Those that stay in their room if they stay.
    """

    rooms_for: Callable[[Visit], tuple[str, ...]]
    busy: dict[str, list[Span]]
    booked: dict[Visit, str | None]
    fixed: frozenset[Visit]
    answers: dict[tuple[str, Span], bool] = field(default_factory=dict)

    def __call__(self, visit: Visit) -> tuple[str, ...]:
        if visit in self.fixed and (room := self.booked[visit]) is not None:
            return (room,)
        rooms = self.rooms_for(visit)
        return rooms if visit in self.booked else tuple([room for room in rooms if self.is_free(room, visit.span)])

    def is_free(self, room: str, span: Span) -> bool:
        """Whether nobody uses a room."""
        if (room, span) not in self.answers:
            self.answers[room, span] = not any(span.overlaps(other) for other in self.busy.get(room, ()))
        return self.answers[room, span]

    def is_held(self, visit: Visit) -> bool:
        """Whether a visit needs no room of its own, or finds one."""
        return visit.group is not None or visit.site is None or bool(self(visit))


@dataclass(frozen=True)
class _StaffTime:
    """The sessions that clinicians give in any case, by clinician and day."""

    case: Case
    tasks: dict[tuple[str, int], list[Task]]
    answers: dict[tuple[str, Span, str | None], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, view: View, loose: frozenset[str]) -> _StaffTime:
        tasks: dict[tuple[str, int], list[Task]] = {}
        for clinician in view.case.clinicians:
            for task, placed in sessions_of(view, clinician):
                if placed.id not in loose:
                    tasks.setdefault((clinician, task.day), []).append(task)
        return cls(view.case, tasks)

    def is_free(self, visit: Visit) -> bool:
        """Whether the clinician of a visit has time for it, notes and travel included."""
        if visit.clinician is None:
            return True
        key = visit.clinician, visit.span, visit.site
        if key not in self.answers:
            mine, others = of_visit(self.case, visit), self.tasks.get((visit.clinician, visit.day), ())
            pairs = ((mine, other) if mine.span.start < other.span.start else (other, mine) for other in others)
            self.answers[key] = all(missing(self.case, visit.clinician, a, b) <= 0 for a, b in pairs)
        return self.answers[key]


def _without(case: Case, roster: Roster, participant: str) -> Iterator[Session]:
    """The sessions without a participant, those that have begun as they are."""
    for session in roster.sessions:
        others = tuple(booking for booking in session.bookings if booking.participant != participant)
        if len(others) == len(session.bookings) or case.time.is_past(case.week.minute(session.start)):
            yield session
        elif session.group is not None and others:
            yield session.model_copy(update={"bookings": others})
