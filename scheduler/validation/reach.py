"""Checks that the groups and services of the week are enough for what is ordered: a group meets once a week, however many starts it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scheduler.barriers import all_of, once_a_week
from scheduler.case import Case
from scheduler.case.orders import Order
from scheduler.instance import Participant
from scheduler.possible_visits import place_visits
from scheduler.rules.eligibility import reason
from scheduler.rules.participant_availability import ParticipantAvailability
from scheduler.rules.track_integrity import home_track
from scheduler.terms import Run
from scheduler.validation.issue import Issue, warning
from scheduler.validation.openings import giving
from scheduler.words import counted

OWN_TIME = ParticipantAvailability()


class Shortage(NamedTuple):
    """More is ordered than all groups and appointments of the week give; the same for several participants."""

    ordered: str
    supply: str
    groups: tuple[str, ...]


def within_reach(case: Case) -> Iterator[Issue]:
    """What is ordered by number or in minutes is given often enough."""
    short: dict[Shortage, list[int]] = {}
    for n, person in enumerate(case.instance.participants):
        if not case.care.is_served(person.id):
            continue
        for shortage in _shortages(case, person):
            short.setdefault(shortage, []).append(n)
    for shortage, people in short.items():
        who = all_of([case.instance.participants[n].id for n in people])
        message = (
            f"order less for {who}, or add a group: {shortage.ordered}, but {shortage.supply} this week{once_a_week(case, shortage.groups)}"
        )
        yield warning("order_out_of_reach", f"participants[{people[0]}].order", message)


def open_groups(case: Case, person: Participant) -> list[str]:
    """The ordered groups that meet this week and take the participant, in the home track if one is given; the same for all of a kind."""
    order, home = case.care.order(person.id), None if case.places.is_free_of_tracks(person.id) else home_track(case, person.id)
    own = person.phase, person.age_group, person.gender, person.attributes, person.languages, order.modes, person.admitted, person.discharge
    key = order.group_counts, order.mix, home, own, person.stay_since
    answers: dict[object, list[str]] = case.memo("validation reach", dict)
    if key not in answers:
        of_home = [g for g in case.groups if home is None or case.groups.track(g) in (None, home)]
        answers[key] = [g for g in of_home if all(_is_open(case, person.id, hour) for hour in case.groups.hours(g))]
    return answers[key]


def _shortages(case: Case, person: Participant) -> Iterator[Shortage]:
    order, possible = case.care.order(person.id), open_groups(case, person)
    groups = _one_track(case, person.id, possible)
    numbers = [(service, count, giving(case, "service", service)) for service, count in order.group_counts]
    numbers += [(mix.category, mix.at_least, giving(case, "category", mix.category)) for mix in order.mix]
    is_short = False
    for name, count, gives in numbers:
        mine = tuple(g for g in groups if g in gives) if count > 1 else ()
        if mine and len(mine) < count:
            is_short = True
            yield Shortage(f"{name} is ordered {count} times", f"only {counted(len(mine), 'group')} can give it", mine)
    if is_short or not (groups or order.needs):
        return
    attended = "what they may attend gives"
    minutes, sessions = _most(case, order, groups)
    if minutes >= order.floor and sessions >= order.sessions_floor:
        # Enough meets; those who are free for nothing of it are told by another check.
        free = [g for g in possible if all(is_free_for(case, person.id, hour) for hour in case.groups.hours(g))]
        tracks = _tracks(case, person.id, free)
        minutes, sessions = max(_most(case, order, track)[0] for track in tracks), max(_most(case, order, track)[1] for track in tracks)
        groups, attended = max(tracks, key=len), "the groups they are free for and their appointments give"
        if not free:
            return
    if minutes < order.floor:
        yield Shortage(f"{order.floor} minutes are ordered", f"{attended} at most {minutes} minutes", tuple(groups))
    elif sessions < order.sessions_floor:
        supply = f"{attended} at most {counted(sessions, 'session')}"
        yield Shortage(f"at least {counted(order.sessions_floor, 'session')} are ordered", supply, tuple(groups))


def _most(case: Case, order: Order, groups: Sequence[str]) -> tuple[int, int]:
    """The most care minutes and counted sessions that groups and appointments give within the maximums of the order."""
    lengths = {g: case.care.minutes(case.groups[g].service, g) for g in groups}
    longest = sorted(groups, key=lambda g: -lengths[g])
    for mix in order.mix:
        if mix.at_most is not None:
            of_it = [g for g in longest if mix.category in case.groups.categories(g)]
            longest = [g for g in longest if g not in of_it[mix.at_most :]]
    is_counted = {g: case.care.is_counted(case.groups[g].service, g) for g in longest}
    needs = sum(case.care.is_counted(need.service) for need in order.needs)
    places = [g for g in longest if is_counted[g]][: max(0, order.sessions_ceiling - needs)]
    minutes = sum(lengths[g] for g in longest if g in places or not is_counted[g])
    return minutes + sum(need.minutes for need in order.needs if case.services[need.service].countable), len(places) + needs


def _is_open(case: Case, participant: str, group: str) -> bool:
    """Whether a group is ordered, meets this week, and takes the participant."""
    spans, offer = case.groups.spans(group), case.groups[group]
    if not spans or not case.care.is_ordered(participant, group):
        return False
    run = Run(group, spans[-1], offer.mode, None if offer.mode == "telehealth" else offer.site)
    return any(reason(case, visit) is None for visit in place_visits(participant, offer.service, run))


def is_free_for(case: Case, participant: str, group: str) -> bool:
    """Whether a participant has the time for a group at one of its starts, or was there this week."""
    offer = case.groups[group]
    site = None if offer.mode == "telehealth" else offer.site
    free = case.time.free(participant)
    runs = (Run(group, span, offer.mode, site) for span in case.groups.spans(group) if any(span.overlaps(window) for window in free))
    visits = (visit for run in runs for visit in place_visits(participant, offer.service, run))
    return any(OWN_TIME.admits(case, visit) for visit in visits) or (participant, group) in _attended(case)


def _attended(case: Case) -> frozenset[tuple[str, str | None]]:
    """Participants with the groups in which they were this week."""
    return case.memo("validation attended", lambda: frozenset((b.participant, s.group) for s in case.past.sessions for b in s.bookings))


def _one_track(case: Case, participant: str, groups: Sequence[str]) -> list[str]:
    """Of groups in several tracks those of the track with the most, unless the participant may be in several."""
    return max(_tracks(case, participant, groups), key=len)


def _tracks(case: Case, participant: str, groups: Sequence[str]) -> list[list[str]]:
    """The groups that may be attended together: those of each track with those of none; all, if the participant may be in several."""
    tracks = sorted({track for track in map(case.groups.track, groups) if track is not None})
    if not tracks or case.places.is_free_of_tracks(participant):
        return [list(groups)]
    return [[g for g in groups if case.groups.track(g) in (None, track)] for track in tracks]
