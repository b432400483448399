"""The participants who could make room for another: in a small program everyone, in a large one those who seem to help the most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

from scheduler.case import Need
from scheduler.enumeration import enumerate_candidates
from scheduler.explain.missing import Missing, missing_care
from scheduler.offers.open_week import OpenWeek
from scheduler.roster import Roster
from scheduler.rules._clinicians import of_visit, sessions_of
from scheduler.rules.clinician_conflict import missing
from scheduler.terms import Visit
from scheduler.verify import judge
from scheduler.view import PlacedSession, View
from scheduler.whatif import BookingDrop, BookingMove, NewBooking, RosterEdit, Whatif
from scheduler.whatif.appointments import AppointmentPlaces

EVERYONE = 7
"""Of so many others, all are considered."""
MOST_MOVERS = 6
MOST_TRIED = 12
"""How many of each kind are asked about another place, of those who sit in the way."""


def others_of(week: OpenWeek) -> tuple[str, ...]:
    """Everyone else with a session to come that is theirs alone to move."""
    view, time = week.view, week.case.time
    people = (person for person in view.visits if person not in week.people)
    return tuple(p for p in people if any(v.partner is None and not time.is_past(v.span.start) for v in view.visits[p]))


class Movers(NamedTuple):
    """Those who could make room.

    Attributes:
        is_complete: Whether nobody else needs to be considered.
    """

    people: tuple[str, ...]
    is_complete: bool


def who_could_move(week: OpenWeek, rosters: Sequence[Roster]) -> Movers:
    """The participants who could make room for what some weeks of the participant lack; nobody if they lack nothing.

    In a program of more than a few people, these are holders of a seat in a full group, or of an hour of a clinician, that would help, and
    who could have another one without missing more care; those come first who are in the way most often.

    Args:
        week: With everyone's places of last week given up by agreement.
        rosters: The week with what the participant could have if nobody moved.
    """
    lacking = [one for roster in rosters for one in _missing(week, roster)]
    others = others_of(week)
    if not lacking or len(others) <= EVERYONE:
        return Movers(others if lacking else (), is_complete=True)
    whatif = Whatif(week.case, week.roster)
    visits = enumerate_candidates(week.case, whatif.rules.in_force, week.people).visits[week.participant]
    helpful = [visit for visit in visits if any(one.helps(visit) for one in lacking)]
    holders = (_movable(whatif, _seats_in_the_way(whatif, helpful)), _movable(whatif, _hours_in_the_way(whatif, helpful)))
    ordered = dict.fromkeys(person for person in chain.from_iterable(zip_longest(*holders)) if person in others)
    return Movers(tuple(ordered)[:MOST_MOVERS], is_complete=False)


def _missing(week: OpenWeek, roster: Roster) -> Iterator[Missing]:
    items = missing_care(week.case, View(week.case, roster), judge(week.case, roster))
    return (one for one in items if one.participant in week.people)


Holder = tuple[str, str]
"""A session and a participant in it."""


def _seats_in_the_way(whatif: Whatif, helpful: Sequence[Visit]) -> list[Holder]:
    """Who sits in groups that a participant could be in if a seat were free."""
    holders: list[Holder] = []
    for group in dict.fromkeys(visit.group for visit in helpful if visit.group is not None):
        placed = whatif.view.by_group.get(group)
        visit = next((v for v in helpful if placed is not None and (v.group, v.span) == (group, placed.span)), None)
        if placed is None or visit is None or placed.is_past:
            continue
        members, booking = placed.participants(), NewBooking(placed.id, visit.participant, visit.mode)
        if whatif.judge(booking).broken and not whatif.judge(BookingDrop(placed.id, members[0]), booking).broken:
            holders += [(placed.id, member) for member in members]
    return holders


def _hours_in_the_way(whatif: Whatif, helpful: Sequence[Visit]) -> list[Holder]:
    """Who has the one appointment that a clinician would have to give at another time, those first who have it the most often."""
    case, view, counts = whatif.case, whatif.view, Counter[Holder]()
    for visit in dict.fromkeys(visit for visit in helpful if visit.clinician is not None):
        mine, clinician = of_visit(case, visit), visit.clinician or ""
        tasks = [(task, placed) for task, placed in sessions_of(view, clinician, visit.day)]
        pairs = (((mine, task) if mine.span.start < task.span.start else (task, mine), placed) for task, placed in tasks)
        in_the_way = [placed for (a, b), placed in pairs if missing(case, clinician, a, b) > 0]
        if len(in_the_way) == 1 and in_the_way[0].session.group is None and len(in_the_way[0].participants()) == 1:
            counts[in_the_way[0].id, in_the_way[0].participants()[0]] += 1
    return [holder for holder, _ in counts.most_common()]


def _movable(whatif: Whatif, holders: Sequence[Holder]) -> Iterator[str]:
    """Those of some holders who could have another place, in order."""
    for session, person in list(dict.fromkeys(holders))[:MOST_TRIED]:
        if _has_other_place(whatif, whatif.view.by_id[session], person):
            yield person


def _has_other_place(whatif: Whatif, placed: PlacedSession, person: str) -> bool:
    """Whether someone could be elsewhere, or do without, and not miss more care."""
    session = placed.session
    if session.group is None:
        need = Need(person, session.service, session.ordinal, placed.span.minutes, session.guests)
        return any(place.kind != "forbidden" and (place.care or 0) <= 0 for place in AppointmentPlaces(whatif, need, placed))
    mode = next(booking.mode for booking in session.bookings if booking.participant == person)
    others = (other for other in whatif.view.runs if other is not placed and other.session.service == session.service)
    moves: list[RosterEdit] = [BookingDrop(placed.id, person)]
    moves += [BookingMove(placed.id, person, other.id, mode) for other in others if person not in other.participants()]
    effects = (whatif.judge(move) for move in moves)
    return any(not effect.broken and effect.care <= 0 for effect in effects)
