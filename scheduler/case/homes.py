"""Homes are where people are: the track and cohort of a participant, read from what is given and from where the places lie.

A home is given with the participant, or was chosen for last week's roster and stored in it. A rebuild may place somebody elsewhere; then
the roster stores that home, together with the one that was given, and next week nobody is moved back. Only a home that a coordinator has
changed since then moves somebody: the places in the old track are released, unless the participant can attend no group of the new one.
Consent to several tracks, rotating shifts and make-up runs change no home.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scheduler.case.held import HeldPlace, places_of_last_week
from scheduler.instance import Group
from scheduler.roster import Home, Session

if TYPE_CHECKING:
    from scheduler.case.case import Case


@dataclass(frozen=True, slots=True)
class HomeOfWeek:
    """The home of one participant this week.

    Attributes:
        track: Home track, given or stored; None without any.
        cohort: Home cohort, where one is given.
        is_binding: Whether groups of other tracks are out of the question in `hold`.
        left: The track a coordinator has moved the participant from, if any.
    """

    track: str | None = None
    cohort: str | None = None
    is_binding: bool = False
    left: str | None = None


def is_free_of_tracks(case: Case, participant: str) -> bool:
    """Whether a participant may be in groups of several tracks."""
    person = case.participants[participant]
    return person.has_rotating_shifts or person.may_change_track


def track_that_counts(case: Case, group: str | None) -> str | None:
    """The track of a group, None for a make-up run and for groups that name none or are gone."""
    found = None if group is None else case.groups.get(group)
    return None if found is None or found.is_make_up else found.track


def homes_of_week(case: Case) -> dict[str, HomeOfWeek]:
    """The home of every participant."""
    last = case.instance.history.last_week
    stored = {home.participant: home for home in (last.homes if last is not None else ())}
    attended: dict[str, list[str | None]] = {p: [] for p in case.participants}
    for session in case.last_sessions:
        for booking in session.bookings:
            attended.setdefault(booking.participant, []).append(track_that_counts(case, session.group))
    held: dict[str, list[str | None]] = {p: [] for p in case.participants}
    for place in places_of_last_week(case):
        if place.released is None:
            held[place.participant].append(track_that_counts(case, place.group))
    return {p: _home(case, p, stored.get(p) or Home(participant=p), attended[p], held[p]) for p in case.participants}


def _home(case: Case, participant: str, stored: Home, attended: Sequence[str | None], held: Sequence[str | None]) -> HomeOfWeek:
    """One home, from what is given now, what was stored, and the tracks of last week's places."""
    person = case.participants[participant]
    given, is_free = person.home_track, is_free_of_tracks(case, participant)
    last = stored.track or (None if is_free else most(attended, given))
    is_moved = given is not None and (stored.given_track or last) not in (None, given)
    places = [] if is_free else [track for track in held if track is not None]
    known = [track for track in (stored.track, given) if track is not None]
    wishes = [given] if given is not None and is_moved else []
    wishes += [track for track in known if track in places]
    wishes += [track for track in (most(places), *known) if track is not None]
    offered = [track for track in wishes if any(group.track == track for group in case.groups.values())]
    possible = (track for track in offered if track in places or can_attend(case, participant, track))
    track = next(possible, offered[0] if offered else given)
    return HomeOfWeek(
        track=track,
        cohort=_cohort(case, person.home_cohort, stored, None if track == given else track),
        is_binding=given is not None or len(set(places)) > 1,
        left=last if is_moved and track == given else None,
    )


def _cohort(case: Case, given: str | None, stored: Home, track: str | None) -> str | None:
    """The home cohort: the stored one while the given one is unchanged; who lives in another track than the given has none of that one."""
    if given is None:
        return None
    is_moved = (stored.given_cohort or stored.cohort) not in (None, given)
    wishes = (given,) if is_moved else (stored.cohort, given)
    return next((cohort for cohort in wishes if _is_of_track(case, cohort, track)), None)


def can_attend(case: Case, participant: str, track: str) -> bool:
    """Whether any group of a track is for the participant's age, at a time and in a mode that suits."""
    person = case.participants[participant]
    for group in case.groups.values():
        if group.track == track and not group.is_make_up and group.eligibility.age_group == person.age_group:
            sites = [group.site] if group.mode != "telehealth" and "in_person" in person.modes else []
            sites += [None] if group.mode != "in_person" and "telehealth" in person.modes else []
            for span in case.group_spans(group.id):
                stays = [span.widened(case.travel(participant, site), case.travel(participant, site)) for site in sites]
                if any(window.contains(stay) for stay in stays for window in case.free_time(participant)):
                    return True
    return False


def held_places(case: Case) -> dict[str, tuple[HeldPlace, ...]]:
    """Every place of last week by participant; those that lie outside the home are released, too."""
    found: dict[str, list[HeldPlace]] = {p: [] for p in case.participants}
    for place in places_of_last_week(case):
        is_outside = place.released is None and _is_outside(case, place)
        found[place.participant].append(replace(place, released="home_track") if is_outside else place)
    return {participant: tuple(places) for participant, places in found.items()}


def _is_outside(case: Case, place: HeldPlace) -> bool:
    """Whether a place lies in the track that somebody was moved from, or outside the only track somebody may be in."""
    home, track = case.home(place.participant), track_that_counts(case, place.group)
    if track is None:
        return False
    if is_free_of_tracks(case, place.participant):
        return track == home.left
    return home.is_binding and track != home.track


def homes_of(case: Case, sessions: Iterable[Session]) -> tuple[Home, ...]:
    """The homes to store with a roster: where the group places are; of somebody without any, the home as it was."""
    places: dict[str, list[Group]] = {}
    for session in sessions:
        group = case.groups.get(session.group or "")
        if group is not None and not group.is_make_up:
            for booking in session.bookings:
                places.setdefault(booking.participant, []).append(group)
    served = (p for p, person in case.participants.items() if case.is_served(p) or person.status == "on_hold")
    found = (_to_store(case, p, places.get(p, [])) for p in sorted(served))
    return tuple(home for home in found if home.track or home.cohort)


def _to_store(case: Case, participant: str, groups: Sequence[Group]) -> Home:
    """The home to store; nobody is moved to another one in `hold`, nor by being free of tracks."""
    person, home = case.participants[participant], case.home(participant)
    track = most([group.track for group in groups], home.track) or home.track
    if home.track is not None and home.is_binding and (case.is_hold or is_free_of_tracks(case, participant)):
        track = home.track
    cohort = most([group.cohort for group in groups], home.cohort)
    if home.cohort is not None and (case.is_hold or cohort is None) and _is_of_track(case, home.cohort, track):
        cohort = home.cohort
    return Home(
        participant=participant,
        track=track,
        cohort=cohort,
        given_track=None if person.home_track == track else person.home_track,
        given_cohort=None if person.home_cohort == cohort else person.home_cohort,
    )


def _is_of_track(case: Case, cohort: str | None, track: str | None) -> bool:
    """Whether a cohort is there, and may be home to somebody of a track (None: of any)."""
    return any(found.id == cohort and (track is None or found.track in (None, track)) for found in case.instance.cohorts)


def most(names: Iterable[str | None], favourite: str | None = None) -> str | None:
    """The most frequent name; among equals the favourite, then the first in id order."""
    given = [name for name in names if name is not None]
    return min(given, key=lambda name: (-given.count(name), name != favourite, name)) if given else None
