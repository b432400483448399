"""Who waits for a place, in order of need: which seats each could take, and which would have to come free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from api.kernel.errors import Problem
from api.kernel.instance_checks import require_sound
from api.weeks.store.building import build_instance
from api.weeks.store.held_offers import without_held
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import published_roster
from scheduler.errors import EditError
from scheduler.fields import BookingMode
from scheduler.instance import Instance, Participant
from scheduler.rules.group_size import places, sum_of_places
from scheduler.rules.held_place import HeldPlaceRule
from scheduler.timegrid import DAY
from scheduler.view import PlacedSession
from scheduler.whatif import BookingDrop, NewBooking, RosterEdit, Whatif, places_of_need

WAITING: Final = ("waiting", "cleared")
WEEK: Final = timedelta(weeks=1)
HELD_PLACE: Final = HeldPlaceRule.id
"""The rule that keeps the places of last week's participants for them."""


class GroupSeats(NamedTuple):
    """The seats of a group in the week.

    Attributes:
        day: The weekday, 0 for Monday.
        start: Minute of the day.
        free: How many seats are free.
    """

    group: str
    day: int
    start: int
    free: int


@dataclass(frozen=True, slots=True)
class WaitingNeed:
    """What someone waits for.

    Attributes:
        seats: Groups in which they could take a free seat now, by every rule.
        full: Groups in which they could take a seat as soon as one comes free.
        hours: For each ordered appointment, its service and the clinicians with a free hour that fits; none: nobody has one.
    """

    person: Participant
    seats: tuple[GroupSeats, ...]
    full: tuple[GroupSeats, ...]
    hours: tuple[tuple[str, tuple[str, ...]], ...]


def order_of_need(person: Participant) -> tuple[bool, date, str]:
    """The sort key: those at risk first, then by the day on which the first session is due, then by number."""
    return not person.has_risk_flag, person.first_session_due or person.admitted or date.max, person.id


@dataclass(frozen=True, slots=True)
class WaitingWeek:
    """The last published week as if nothing of it had happened, and everyone who waits could begin with all intake done.

    Attributes:
        waiting: Those who wait or are cleared, in order of need, as they are; who has a session in the week waits no more.
    """

    whatif: Whatif
    waiting: tuple[Participant, ...]

    @classmethod
    def of(cls, session: Session, program: str, today: date, now: datetime) -> WaitingWeek | None:
        """This week or the next, whichever is published last; None without one, or if its data is inconsistent."""
        monday = today - timedelta(days=today.weekday())
        for start in (monday + WEEK, monday):
            if (row := published_roster(session, program, start)) is not None:
                instance = without_held(session, program, build_instance(session, program, start), now)
                people = sorted((person for person in instance.participants if person.status in WAITING), key=order_of_need)
                try:
                    whatif = Whatif(require_sound(_with_let_in(instance)), roster_of(session, row))
                except (Problem, EditError):
                    return None
                return cls(whatif, tuple(person for person in people if not whatif.view.visits[person.id]))
        return None

    def takers(self, placed: PlacedSession, leaving: str) -> Iterator[str]:
        """Those waiting who could sit in a session instead of someone, in order of need."""
        return (person.id for person in self.waiting if person.id != leaving and self._fits(placed, person.id, leaving))

    def needs(self) -> Iterator[WaitingNeed]:
        """What each of those who are not cleared yet waits for, in order of need."""
        groups = [placed for placed in self.whatif.view.runs if placed.session.group is not None]
        for person in self.waiting:
            if person.status == "waiting":
                seats = [placed for placed in groups if self.seats_of(placed).free > 0 and self._fits(placed, person.id)]
                rest = (placed for placed in groups if placed not in seats)
                full = [placed for placed in rest if self._could_follow(placed, person.id)]
                yield WaitingNeed(person, self._all(seats), self._all(full), tuple(self._hours(person.id)))

    def free_seats(self) -> tuple[GroupSeats, ...]:
        """The groups of the week with a free seat, in the order of the week."""
        groups = [placed for placed in self.whatif.view.runs if placed.session.group is not None]
        return tuple(seats for seats in self._all(groups) if seats.free)

    def seats_of(self, placed: PlacedSession) -> GroupSeats:
        """The seats of a group's session."""
        case, group = self.whatif.case, placed.session.group or ""
        free = places(case, group) - sum_of_places(case, group, placed.participants())
        return GroupSeats(group, placed.span.start // DAY, placed.span.start % DAY, max(0, free))

    def _all(self, sessions: Sequence[PlacedSession]) -> tuple[GroupSeats, ...]:
        return tuple(sorted(map(self.seats_of, sessions), key=lambda seats: (seats.day, seats.start, seats.group)))

    def _could_follow(self, placed: PlacedSession, person: str) -> bool:
        """Whether someone could sit in a session instead of the first person in it."""
        there = placed.participants()
        return person not in there and bool(there) and self._fits(placed, person, there[0])

    def _fits(self, placed: PlacedSession, person: str, leaving: str | None = None) -> bool:
        """Whether someone could sit in a session, by every rule: what breaks because another leaves breaks without them, too."""
        mode: BookingMode = "telehealth" if placed.session.mode == "telehealth" else "in_person"
        edits: tuple[RosterEdit, ...] = () if leaving is None else (BookingDrop(placed.id, leaving),)
        try:
            # The place of who leaves is held for them no longer.
            alone = {HELD_PLACE, *(violation.rule for violation in self.whatif.judge(*edits).broken)} if edits else set()
            return all(violation.rule in alone for violation in self.whatif.judge(*edits, NewBooking(placed.id, person, mode)).broken)
        except EditError:
            return False

    def _hours(self, person: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        needs = self.whatif.case.care.order(person).needs
        for need in (need for need in needs if need.ordinal == 1):
            possible = (place for place in places_of_need(self.whatif, person, need.service) if place.kind != "forbidden")
            yield need.service, tuple(sorted({clinician for place in possible for clinician in place.clinicians}))


def _with_let_in(instance: Instance) -> Instance:
    intake = tuple(service.id for service in instance.services)
    people = (_let_in(person, intake) if person.status in WAITING else person for person in instance.participants)
    return instance.model_copy(update={"participants": tuple(people)})


def _let_in(person: Participant, intake: tuple[str, ...]) -> Participant:
    return person.model_copy(update={"status": "cleared", "intake_done": intake, "admitted": None, "first_session_due": None})
