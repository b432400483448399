"""Groups are neither overfull nor too small to open, and no session is held for nobody.

Rule: Bookings plus places kept for people on hold stay within max(places held, maximum - reserve). A group the solver may open (not
standing) reaches its minimum or does not meet. A standing group runs if anybody is booked; being below its minimum is a notice only.
An individual, family or couple session has somebody booked. Guests who must come take as many places each as the service says.
Math: places taken + kept <= max(held, maximum - reserve) x open; bookings >= minimum x open for groups that are not standing; a visit
needs its run; an open run has a booking.
Amount: places too many, or missing to the minimum.
Source: 90853: 10-12 participants; education by state (TX 35, MN and TX counselling 16); reserve and minimum are our judgment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import session_at, time_of
from scheduler.terms import Row, total
from scheduler.view import PlacedSession
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class GroupSize(Rule):
    """Groups have a maximum, and an opened group a minimum, of participants."""

    id = "group_size"
    title = "Groups stay within their size limits"
    level = "hard"
    scope = "shared"
    unit = "places"
    parameters = (
        "group_maximum",
        "education_maximum",
        "education_categories",
        "group_minimum",
        "open_track_reserve",
        "on_hold_days",
    )
    source = "90853: 10-12; state rules for education"
    sees_clinicians = False

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Capacity and minimum of each run still to come, and visits only in runs that meet."""
        for run, visits in candidates.visits_in.items():
            if run in candidates.past:
                continue
            key = (run.group, run.span.start)
            weights = tuple((visit, case.guests.places(visit.participant, run.group)) for visit in visits)
            yield Row(self.id, (*key, "maximum"), weights, places(case, run.group))
            others = [v for v in visits if v.participant not in members(case, run.group)] if is_overfull(case, run.group) else []
            if others:
                yield Row(self.id, (*key, "others"), total(others), 0)
            least = minimum(case, run.group)
            yield Row(self.id, (*key, "minimum"), ((run, least), *total(visits, -1)), 0)
            for visit in visits:
                yield Row(self.id, (*key, visit.participant, visit.mode), ((visit, 1), (run, -1)), 0)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Count each session."""
        group, booked = placed.session.group, len(placed.session.bookings)
        about, least = ((), 1) if group is None else ((group,), minimum(case, group))
        num_places = 0 if group is None else sum_of_places(case, group, placed.participants())
        over = 0 if group is None else max(num_places - places(case, group), _num_newcomers(case, placed))
        if over > 0:
            guests = f" and {counted(num_places - booked, 'place')} for guests" if num_places > booked else ""
            people = f"{counted(booked, 'participant')}{guests}"
            message = f"{group} on {time_of(case, placed.span.start)} has {people}, {over} more than allowed"
            yield self.violation(over, about, message, (placed.id,))
        if (short := least - booked) > 0:
            what = session_at(case, placed)
            message = f"{what} has {booked} of at least {least} participants" if booked else f"nobody is booked in {what}"
            yield self.violation(short, about, message, (placed.id,))


def places(case: Case, group: str) -> int:
    """Places for bookings: max(places held, maximum - reserve), less those kept for people on hold."""
    held = members(case, group)
    on_hold = [participant for participant in held if case.participants[participant].status == "on_hold"]
    most = max(sum_of_places(case, group, held), case.groups.maximum(group) - case.groups.reserve(group))
    return max(0, most - sum_of_places(case, group, on_hold))


def sum_of_places(case: Case, group: str, participants: Iterable[str]) -> int:
    """The places that participants take, with the guests who must come."""
    return sum(case.guests.places(participant, group) for participant in participants)


def is_overfull(case: Case, group: str) -> bool:
    """Whether a group has more members than places."""
    return sum_of_places(case, group, members(case, group)) > case.groups.maximum(group) - case.groups.reserve(group)


def members(case: Case, group: str) -> Collection[str]:
    """The participants who hold a place in a group: from last week, or as published for this week."""
    return case.memo("group_size members", lambda: _members(case)).get(group, ())


def _num_newcomers(case: Case, placed: PlacedSession) -> int:
    """The number of people joining a group that has more members than places."""
    group = placed.session.group
    if group is None or not is_overfull(case, group):
        return 0
    return sum(p not in members(case, group) for p in placed.participants())


def _members(case: Case) -> dict[str, dict[str, None]]:
    members: dict[str, dict[str, None]] = {}
    for place in (h for places in case.places.held.values() for h in places if h.released is None):
        if place.group is not None:
            members.setdefault(place.group, {})[place.participant] = None
    for session in case.published.sessions if case.published is not None else ():
        if session.group is not None and not case.time.is_past(case.week.minute(session.start)):
            people = (b.participant for b in session.bookings if b.participant in case.participants and case.care.is_served(b.participant))
            members.setdefault(session.group, {}).update(dict.fromkeys(people))
    return members


def minimum(case: Case, group: str) -> int:
    """The fewest bookings of a run that meets; 1 for a standing group."""
    return 1 if case.groups[group].is_standing else case.groups.minimum(group)
