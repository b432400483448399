"""When a standing appointment makes way for its own holder: a place of last week never keeps its holder out of this week's sessions.

An appointment may leave its held place where its holder has, this week, a session in the way: a new group place on its day, or a group or
standing appointment that clashes with it; or where groups on other days are as many days as the order allows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from scheduler.case import Case, HeldPlace
from scheduler.enumeration import place_visits
from scheduler.rules.participant_availability import ParticipantAvailability
from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.rules.track_integrity import home_track
from scheduler.terms import Run, Visit

CLASHES = (ParticipantConflict(), ParticipantAvailability())


def holders(place: HeldPlace) -> tuple[str, ...]:
    """Whose sessions an appointment makes way for: those of its holder, and of the partner of a couple."""
    return (place.participant,) if place.partner is None else (place.participant, place.partner)


def is_in_the_way(case: Case, place: HeldPlace, other: Visit, held_groups: Collection[str]) -> bool:
    """Whether a holder's session that can still change is in the way of a standing appointment.

    Args:
        held_groups: The groups in which the other session's participant holds a place.
    """
    if other.day != place.day or case.time.is_past(other.span.start):
        return False
    if other.group is not None:
        if not is_joinable(case, other.participant, other.group):
            return False
        if other.group not in held_groups:
            return True
    elif (other.service, other.ordinal) == (place.service, place.ordinal) or not case.services[other.service].standing:
        return False
    first, second = sorted((replace(place, participant=other.participant), other), key=lambda v: v.span)
    return any(rule.conflicts(case, first, second) for rule in CLASHES)


def is_joinable(case: Case, participant: str, group: str) -> bool:
    """Whether a participant may be in a group: something ordered, in the home track where that binds."""
    home, track = home_track(case, participant), case.groups.track(group)
    is_of_home = home is None or track in (None, home) or case.places.is_free_of_tracks(participant)
    return is_of_home and case.care.is_ordered(participant, group)


def days_elsewhere(case: Case, place: HeldPlace, visits: Iterable[Visit]) -> dict[int, tuple[Visit, ...]]:
    """The holder's group places on other days than the appointment's, by day; none where a couple is concerned."""
    days: dict[int, list[Visit]] = {}
    for visit in visits:
        if place.partner is None and visit.group is not None and visit.day != place.day and case.care.is_counted(visit.service):
            days.setdefault(visit.day, []).append(visit)
    return {day: tuple(of_day) for day, of_day in days.items()}


def may_make_way(case: Case, place: HeldPlace, held: dict[str, dict[str, HeldPlace]]) -> bool:
    """Whether anything could be in the way of a standing appointment, by the data alone.

    Args:
        held: By participant, the groups in which a place is held.
    """
    if any(is_in_the_way(case, place, other, held.get(other.participant, {})) for other in _possible(case, place)):
        return True
    return len(days_elsewhere(case, place, _places(case, place.participant))) >= case.care.order(place.participant).days_ceiling


def _possible(case: Case, place: HeldPlace) -> Iterator[Visit]:
    """What could be in the way: group places, and for each standing appointment without a held place one at the same time."""
    for holder in holders(place):
        yield from _places(case, holder)
        in_place = {(p.service, p.ordinal): p for p in case.places.held[holder] if p.released is None and p.group is None}
        yield from in_place.values()
        for need in case.care.order(holder).needs:
            if (need.service, need.ordinal) not in in_place:
                yield replace(place, participant=holder, service=need.service, ordinal=need.ordinal)


def _places(case: Case, participant: str) -> Iterator[Visit]:
    """Every group place that a participant could have this week."""
    for group, offer in case.groups.items():
        if is_joinable(case, participant, group):
            site = None if offer.mode == "telehealth" else offer.site
            for span in case.groups.spans(group):
                yield from place_visits(participant, offer.service, Run(group, span, offer.mode, site))
