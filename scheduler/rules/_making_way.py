"""When a standing appointment makes way for its own holder: a place of last week never keeps its holder out of this week's sessions.

An appointment may leave its held place where its holder has a session in the way this week: a group that clashes with it (the wait between
them included), a new group on a day without room for both, or a standing appointment that clashes with it and has no other time; or where
groups on other days are as many days as the order allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.case import Case, HeldPlace, Need
from scheduler.possible_visits import place_visits
from scheduler.rules.clinician_qualification import ClinicianQualification
from scheduler.rules.closures import Closures
from scheduler.rules.eligibility import EligibilityRule
from scheduler.rules.longest_wait import LongestWait
from scheduler.rules.participant_availability import ParticipantAvailability
from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.rules.track_integrity import home_track
from scheduler.terms import Run, Visit
from scheduler.view import left_for, may_leave

CONFLICT, AVAILABILITY, WAIT = ParticipantConflict(), ParticipantAvailability(), LongestWait()
QUALIFICATION = ClinicianQualification()
CONDITIONS = (EligibilityRule(), Closures(), AVAILABILITY)

HeldGroups = Mapping[str, Mapping[str, HeldPlace]]
"""By participant and group, the held group places."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What could be in the way of a standing appointment, by the data alone.

    Attributes:
        groups: The group places in the way.
        is_possible: Whether anything could be, group places or not.
    """

    groups: frozenset[Visit]
    is_possible: bool


def holders(place: HeldPlace) -> tuple[str, ...]:
    """Whose sessions an appointment makes way for: those of its holder, and of the partner of a couple."""
    return (place.participant,) if place.partner is None else (place.participant, place.partner)


def ways_of(case: Case, place: HeldPlace, held: HeldGroups) -> Ways:
    """What could be in the way of a standing appointment."""
    groups = frozenset(visit for holder in holders(place) for visit in _groups_in_the_way(case, place, holder, held.get(holder, {})))
    is_possible = bool(groups) or any(is_clash(case, place, other) for other in _appointments(case, place))
    return Ways(groups, is_possible or _is_out_of_days(case, place, held.get(place.participant, {})))


def is_in_the_way(case: Case, place: HeldPlace, other: Visit, ways: Ways) -> bool:
    """Whether a holder's session that can still change is in the way of a standing appointment."""
    if other.day != place.day or case.time.is_past(other.span.start):
        return False
    if other.group is not None:
        return other in ways.groups
    return case.services[other.service].standing and is_clash(case, place, other)


def is_clash(case: Case, place: HeldPlace, other: Visit) -> bool:
    """Whether a holder cannot have both a standing appointment and another session of its day."""
    mine: Visit = replace(place, participant=other.participant)
    mine = left_for(mine, other) if may_leave(case, other, mine) else mine
    first, second = sorted((mine, other), key=lambda v: v.span)
    return first.day == second.day and any(rule.conflicts(case, first, second) for rule in (CONFLICT, AVAILABILITY))


def days_elsewhere(case: Case, place: HeldPlace, visits: Iterable[Visit]) -> dict[int, tuple[Visit, ...]]:
    """The holder's group places on other days than the appointment's, by day; none where a couple is concerned."""
    days: dict[int, list[Visit]] = {}
    for visit in visits:
        is_elsewhere = place.partner is None and visit.group is not None and visit.day != place.day
        if is_elsewhere and case.care.is_counted(visit.service, visit.group):
            days.setdefault(visit.day, []).append(visit)
    return {day: tuple(of_day) for day, of_day in days.items()}


def _groups_in_the_way(case: Case, place: HeldPlace, holder: str, held: Mapping[str, HeldPlace]) -> Iterator[Visit]:
    """A holder's group places of the day that clash with an appointment; if all of them are too much beside it, the new ones."""
    of_day = [visit for visit in _places(case, holder, held) if visit.day == place.day]
    is_full = _is_too_much(case, place, of_day)
    for visit in of_day:
        if is_clash(case, place, visit) or (visit.group not in held and (is_full or _is_too_long(case, place, visit))):
            yield visit


def _is_too_much(case: Case, place: HeldPlace, groups: Sequence[Visit]) -> bool:
    """Whether groups of a day leave no room for an appointment, by the ceilings of a day."""
    services = {visit.group: visit.service for visit in groups} | {None: place.service}
    sessions = sum(case.care.is_counted(service, group) for group, service in services.items())
    minutes = sum(case.care.minutes(service, group) for group, service in services.items())
    order = case.care.order(place.participant)
    return sessions > order.day_sessions_ceiling or minutes > order.day_minutes_ceiling


def _is_too_long(case: Case, place: HeldPlace, other: Visit) -> bool:
    """Whether the wait between an appointment and a group is too long."""
    first, second = sorted((replace(place, participant=other.participant), other), key=lambda v: v.span)
    return place.site is not None and place.site == other.site and WAIT.follows(case, first, second) is None


def _is_out_of_days(case: Case, place: HeldPlace, held: Mapping[str, HeldPlace]) -> bool:
    """Whether groups on other days could be as many days as the holder's order allows."""
    if any(group.day == place.day for group in held.values()):
        return False
    return len(days_elsewhere(case, place, _places(case, place.participant, held))) >= case.care.order(place.participant).days_ceiling


def _appointments(case: Case, place: HeldPlace) -> Iterator[Visit]:
    """The held appointments of the holders; for each that is not held and has no time beside the held places, one at the same time."""
    for holder in holders(place):
        in_place = [p for p in case.places.held[holder] if p.released is None]
        yield from (p for p in in_place if p.group is None and (p.service, p.ordinal) != (place.service, place.ordinal))
        names = {(p.service, p.ordinal) for p in in_place if p.group is None}
        for need in case.care.order(holder).needs:
            is_standing = case.services[need.service].standing
            if (need.service, need.ordinal) not in names and is_standing and not _has_other_time(case, need, in_place):
                yield replace(place, participant=holder, service=need.service, ordinal=need.ordinal)


def _has_other_time(case: Case, need: Need, in_place: Sequence[HeldPlace]) -> bool:
    """Whether an appointment could be given at a time when its participant holds no place."""
    # Imported when asked for: to read and check a week, no numpy is loaded.
    from scheduler.slots import slots_for

    slots = slots_for(case, need)
    visits = (slots.visit(need, number) for number in slots.admitted(case, need, (QUALIFICATION, *CONDITIONS))[0].tolist())
    return any(not any(CONFLICT.conflicts(case, visit, other) for other in in_place if other.day == visit.day) for visit in visits)


def _places(case: Case, participant: str, held: Mapping[str, HeldPlace]) -> Iterator[Visit]:
    """The group places that a participant could have this week: those held, and new ones together with all of them."""
    home = home_track(case, participant)
    for group, offer in case.groups.items():
        is_of_home = home is None or case.groups.track(group) in (None, home) or case.places.is_free_of_tracks(participant)
        if not is_of_home or not case.care.is_ordered(participant, group):
            continue
        for span in case.groups.spans(group):
            for visit in place_visits(participant, offer.service, Run(group, span, offer.mode, offer.site)):
                if group in held or _is_new_place(case, visit, held):
                    yield visit


def _is_new_place(case: Case, visit: Visit, held: Mapping[str, HeldPlace]) -> bool:
    """Whether a participant could have a new group place beside all held ones."""
    is_free = not any(CONFLICT.conflicts(case, visit, other) for other in held.values() if other.day == visit.day)
    return is_free and all(rule.admits(case, visit) for rule in CONDITIONS)
