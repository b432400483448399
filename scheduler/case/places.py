"""Homes: the track and cohort of each participant, from what was entered and from last week's places.

A home is entered with the participant, or was chosen for last week's roster and stored in it. A rebuild may place a participant elsewhere;
the roster then stores that home together with the entered one, and next week no one is moved back. Only a home that a coordinator has
changed since then moves a participant: the places in the old track are released, unless the participant can attend no group of the new
one. Consent to several tracks, rotating shifts and make-up runs do not change homes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.case.care import Care
from scheduler.case.data import CaseData
from scheduler.case.groups import Groups
from scheduler.case.guests import Guests
from scheduler.case.held import HeldPlace, LastPlaces
from scheduler.case.past import PastWeeks
from scheduler.case.times import Times
from scheduler.instance import Group
from scheduler.roster import Home, Session


@dataclass(frozen=True, slots=True)
class HomeOfWeek:
    """The home of one participant this week.

    Attributes:
        track: Home track, entered or stored; None if there is none.
        cohort: Home cohort, if any.
        is_binding: Whether groups of other tracks are excluded in `hold`.
        left: The track from which a coordinator has moved the participant, if any.
    """

    track: str | None = None
    cohort: str | None = None
    is_binding: bool = False
    left: str | None = None


class Places:
    """Participants' homes and held places this week; methods take ids of participants."""

    def __init__(self, data: CaseData, time: Times, groups: Groups, past: PastWeeks, care: Care, guests: Guests) -> None:
        self._data = data
        self._time = time
        self._groups = groups
        self._past = past
        self._care = care
        self._last_places = LastPlaces(data, time, groups, past, care, guests)

    def take_over(self, before: Places, changed: AbstractSet[str]) -> None:
        """Use the held places of another case that concern nothing that has changed."""
        self._last_places.take_over(before._last_places, changed)

    def home(self, participant: str) -> HomeOfWeek:
        """The home track and cohort of a participant this week."""
        return self._homes[participant]

    def is_free_of_tracks(self, participant: str) -> bool:
        """Whether a participant may be in groups of several tracks."""
        person = self._data.participants[participant]
        return person.has_rotating_shifts or person.may_change_track

    @cached_property
    def _homes(self) -> dict[str, HomeOfWeek]:
        people = self._data.participants
        last = self._data.instance.history.last_week
        stored = {home.participant: home for home in (last.homes if last is not None else ())}
        attended: dict[str, list[str | None]] = {p: [] for p in people}
        for session in self._past.last_sessions:
            for booking in session.bookings:
                attended.setdefault(booking.participant, []).append(self._groups.track(session.group))
        held: dict[str, list[str | None]] = {p: [] for p in people}
        for place in self._last_places.all:
            if place.released is None:
                held[place.participant].append(self._groups.track(place.group))
        return {p: self._home_of(p, stored.get(p) or Home(participant=p), attended[p], held[p]) for p in people}

    def _home_of(self, participant: str, stored: Home, attended: Sequence[str | None], held: Sequence[str | None]) -> HomeOfWeek:
        """The home of a participant, from what is entered now, what was stored, and the tracks of last week's places."""
        person = self._data.participants[participant]
        own_track, is_free = person.home_track, self.is_free_of_tracks(participant)
        last = stored.track or (None if is_free else most(attended, own_track))
        is_moved = own_track is not None and (stored.given_track or last) not in (None, own_track)
        places = [] if is_free else [track for track in held if track is not None]
        homes = [track for track in (stored.track, own_track) if track is not None]
        wishes = [own_track] if own_track is not None and is_moved else []
        wishes += [track for track in homes if track in places]
        wishes += [track for track in (most(places), *homes) if track is not None]
        offered = [track for track in wishes if any(group.track == track for group in self._groups.values())]
        possible = (track for track in offered if track in places or self.can_attend(participant, track))
        track = next(possible, offered[0] if offered else own_track)
        return HomeOfWeek(
            track=track,
            cohort=self._cohort(person.home_cohort, stored, None if track == own_track else track),
            is_binding=own_track is not None or len(set(places)) > 1,
            left=last if is_moved and track == own_track else None,
        )

    def _cohort(self, own_cohort: str | None, stored: Home, track: str | None) -> str | None:
        """The home cohort: the stored one while the entered one is unchanged; none if the home track differs from the entered one."""
        if own_cohort is None:
            return None
        is_moved = (stored.given_cohort or stored.cohort) not in (None, own_cohort)
        wishes = (own_cohort,) if is_moved else (stored.cohort, own_cohort)
        return next((cohort for cohort in wishes if self._is_of_track(cohort, track)), None)

    def can_attend(self, participant: str, track: str) -> bool:
        """Whether any group of a track suits the participant's age, free time and modes."""
        person = self._data.participants[participant]
        for group in self._groups.values():
            if group.track == track and not group.is_make_up and person.age_group in self._groups.ages(group.id):
                sites = [group.site] if group.mode != "telehealth" and "in_person" in person.modes else []
                sites += [None] if group.mode != "in_person" and "telehealth" in person.modes else []
                ways = [self._time.travel(participant, site) for site in sites]
                for stay in (span.widened(way, way) for span in self._groups.spans(group.id) for way in ways):
                    if any(window.contains(stay) for window in self._time.free(participant)):
                        return True
        return False

    @cached_property
    def held(self) -> dict[str, tuple[HeldPlace, ...]]:
        """Every place of last week by participant; those outside the home are released, too, with that reason."""
        places: dict[str, list[HeldPlace]] = {p: [] for p in self._data.participants}
        for place in self._last_places.all:
            is_outside = place.released is None and self._is_outside(place)
            places[place.participant].append(replace(place, released="home_track") if is_outside else place)
        return {participant: tuple(of_one) for participant, of_one in places.items()}

    def _is_outside(self, place: HeldPlace) -> bool:
        """Whether a place is in the track that the participant was moved from, or outside the only track allowed."""
        home, track = self.home(place.participant), self._groups.track(place.group)
        if track is None:
            return False
        if self.is_free_of_tracks(place.participant):
            return track == home.left
        return home.is_binding and track != home.track

    def homes_to_store(self, sessions: Iterable[Session], participants: Collection[str] | None = None) -> tuple[Home, ...]:
        """The homes to store with a roster: the track of the group places; for a participant without any, the previous home.

        Args:
            participants: Only these; None for all.
        """
        places: dict[str, list[Group]] = {}
        for session in sessions:
            group = self._groups.get(session.group or "")
            if group is not None and not group.is_make_up:
                for booking in session.bookings:
                    places.setdefault(booking.participant, []).append(group)
        people = self._data.participants if participants is None else participants
        served = (p for p in people if self._care.is_served(p) or self._data.participants[p].status == "on_hold")
        homes = (self._home_to_store(p, places.get(p, [])) for p in sorted(served))
        return tuple(home for home in homes if home.track or home.cohort)

    def _home_to_store(self, participant: str, groups: Sequence[Group]) -> Home:
        """The home to store; `hold` does not change it, nor do group places of participants free of tracks."""
        person, home, is_hold = self._data.participants[participant], self.home(participant), self._data.is_hold
        track = most([group.track for group in groups], home.track) or home.track
        if home.track is not None and home.is_binding and (is_hold or self.is_free_of_tracks(participant)):
            track = home.track
        cohort = most([group.cohort for group in groups], home.cohort)
        if home.cohort is not None and (is_hold or cohort is None) and self._is_of_track(home.cohort, track):
            cohort = home.cohort
        return Home(
            participant=participant,
            track=track,
            cohort=cohort,
            given_track=None if person.home_track == track else person.home_track,
            given_cohort=None if person.home_cohort == cohort else person.home_cohort,
        )

    def _is_of_track(self, cohort: str | None, track: str | None) -> bool:
        """Whether a cohort exists and can be the home of a participant of a track (None for any)."""
        return any(c.id == cohort and (track is None or c.track in (None, track)) for c in self._data.instance.cohorts)


def most(names: Iterable[str | None], favourite: str | None = None) -> str | None:
    """The most frequent id; among equals the favorite, then the first in order."""
    present = [name for name in names if name is not None]
    return min(present, key=lambda name: (-present.count(name), name != favourite, name)) if present else None
