"""Last week's places are kept, or left empty, never swapped or given to another.

Rule: In `hold` mode a place of last week that no data releases (closure, changed order or status, own availability, consent to the mode
withdrawn, absent or unlicensed facilitator, offer ended in this mode; what releases a guest who must come, or the partner of an
appointment, too) is kept or left empty. A held group place keeps last week's time and mode. A standing appointment stays at its weekday,
time, mode and site; its clinician is free. It makes way for its own holder: it may move where the holder's groups or other appointments
clash with it, where new groups fill its day, or where groups elsewhere take as many days as are ordered. New group places are possible only
when every held group place is booked. Of a group's places only those that nobody holds are for others, whether the holders are booked
or not (places of people on hold are taken out by `group_size` already). Places whose time has passed this week bind nobody.
Math: any new group place of a participant <= booked(h) for each held group place h; bookings of a run by others <= places - held; a moved
appointment <= sessions of its holder in the way + days of groups elsewhere / days ordered; other times of held places are refused.
Amount: places moved, taken in exchange, or given to others (with the guests who must come, as `group_size` counts them).
Source: program practice; an unchanged week moves nobody, and one person's place is not taken for another's care.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from scheduler.case import Case, HeldPlace, Need
from scheduler.rule import Rule, Violation
from scheduler.rules._making_way import Ways, days_elsewhere, holders, is_in_the_way, ways_of
from scheduler.rules._words import days_of, time_of
from scheduler.rules.group_size import places, sum_of_places
from scheduler.terms import AnyOf, Row, Visit, total
from scheduler.view import PlacedSession, View
from scheduler.words import MODE_WORDS, counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import Flags, Ints


class HeldPlaces(NamedTuple):
    """Unreleased places of the week still to come.

    Attributes:
        groups: By participant, held group to its place.
        appointments: By participant, service and ordinal.
        holders: By group, the participants who hold a place, without people on hold.
    """

    groups: dict[str, dict[str, HeldPlace]]
    appointments: dict[tuple[str, str, int], HeldPlace]
    holders: dict[str, list[str]]


class HeldPlaceRule(Rule):
    """An unreleased place is kept or left empty."""

    id = "held_place"
    title = "Last week's places are kept, or left empty"
    level = "hard"
    scope = "shared"
    unit = "places"
    source = "program practice"
    reads = ("need", "span", "site", "mode")
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether places are held and any is not released."""
        held = places_held(case)
        return bool(held.groups or held.appointments)

    def admits(self, case: Case, visit: Visit) -> bool:
        """A held place is not moved, except an appointment that something of its holder could be in the way of."""
        return not is_moved(case, visit) or _may_make_way(case, visit)

    def admits_times(self, case: Case, need: Need, starts: Ints, site: str | None, clinician: str | None = None) -> Flags | None:
        """An appointment that is not held may be at any time."""
        anywhere: Flags = starts == starts
        return None if (need.participant, need.service, need.ordinal) in places_held(case).appointments else anywhere

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Per held group place: if it is empty, its holder gets no other. Per run: the places for others."""
        held = places_held(case)
        for participant, visits in candidates.visits.items():
            new = tuple(v for v in visits if is_new(case, v))
            for group, place in held.groups.get(participant, {}).items() if new else ():
                in_place = [v for v in visits if v.group == group and not is_elsewhere(place, v)]
                yield Row(self.id, (participant, group), ((AnyOf((self.id, participant), new), 1), *total(in_place, -1)), 0)
        for key, place in held.appointments.items():
            yield from self._making_way(case, candidates, key, place)
        for run, visits in candidates.visits_in.items():
            mine = held.holders.get(run.group, [])
            others = [v for v in visits if v.participant not in mine]
            weights = tuple((v, case.guests.places(v.participant, run.group)) for v in others)
            if mine and not case.time.is_past(run.span.start) and sum(n for _, n in weights) > (left := left_for_others(case, run.group)):
                yield Row(self.id, (run.group, run.span.start), weights, left)

    def _making_way(self, case: Case, candidates: Candidates, key: tuple[str, str, int], place: HeldPlace) -> Iterator[Row]:
        """A moved appointment needs something in the way, or as many days with groups elsewhere as are ordered."""
        mine = candidates.visits.get(place.participant, ())
        if moved := [v for v in mine if v.group is None and key == (v.participant, v.service, v.ordinal) and is_moved(case, v)]:
            others = (v for holder in holders(place) for v in candidates.visits.get(holder, ()))
            ways, most = [v for v in others if _is_in_the_way(case, place, v)], case.care.order(place.participant).days_ceiling
            days = [AnyOf((self.id, *key, day), visits) for day, visits in days_elsewhere(case, place, mine).items()]
            yield Row(self.id, key, (*total(moved, most), *total(ways, -most), *total(days, -1)), 0)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Count the places of a run that are held and given to others."""
        group = placed.session.group
        mine = [] if group is None else places_held(case).holders.get(group, [])
        if group is None or not mine or placed.is_past:
            return
        others = [p for p in placed.participants() if p not in mine]
        if (over := sum_of_places(case, group, others) - left_for_others(case, group)) > 0:
            message = f"{group} on {time_of(case, placed.span.start)} gives {counted(over, 'held place')} to others"
            yield self.violation(over, (*others, group), message, (placed.id,))

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look for moved places, then for new places while held ones are empty."""
        visits = view.visits[participant]
        for visit in visits:
            if is_moved(case, visit) and not self._makes_way(case, view, visit):
                what, when = visit.group or visit.service, f"{time_of(case, visit.span.start)} ({MODE_WORDS[visit.mode]})"
                message = f"{participant} is moved from last week's time or place of {what} to {when}"
                yield self.violation(1, (participant,), message, (view.session_of[visit].id,))
        held = places_held(case).groups.get(participant, {})
        empty = [group for group, place in held.items() if all(v.group != group or is_elsewhere(place, v) for v in visits)]
        new = [v for v in visits if is_new(case, v)]
        if empty and new:
            days = days_of(case, (v.day for v in new))
            message = f"{participant} takes {counted(len(new), 'new group place')} ({days}) while held ones are empty: {', '.join(empty)}"
            yield self.violation(len(new), (participant,), message, [view.session_of[v].id for v in new])

    def _makes_way(self, case: Case, view: View, visit: Visit) -> bool:
        """Whether a moved appointment makes way for its holder."""
        if not _may_make_way(case, visit):
            return False
        place = places_held(case).appointments[visit.participant, visit.service, visit.ordinal]
        if any(_is_in_the_way(case, place, other) for holder in holders(place) for other in view.visits[holder]):
            return True
        days = days_elsewhere(case, place, view.visits[visit.participant])
        return len(days) >= case.care.order(visit.participant).days_ceiling


def places_held(case: Case) -> HeldPlaces:
    """The unreleased places whose time has not passed."""
    return case.memo("held_place", lambda: _places_held(case))


def _places_held(case: Case) -> HeldPlaces:
    places = HeldPlaces({}, {}, {})
    for held in (h for mine in case.places.held.values() for h in mine if h.released is None and not case.time.is_past(h.span.start)):
        if held.group is None:
            places.appointments[held.participant, held.service, held.ordinal] = held
            continue
        places.groups.setdefault(held.participant, {})[held.group] = held
        if case.participants[held.participant].status != "on_hold":
            places.holders.setdefault(held.group, []).append(held.participant)
    return places


def is_moved(case: Case, visit: Visit) -> bool:
    """Whether a visit that can still change is a held place at another time or in another mode, or an appointment at another site."""
    if case.time.is_past(visit.span.start):
        return False
    held = places_held(case)
    if visit.group is not None:
        place = held.groups.get(visit.participant, {}).get(visit.group)
    else:
        place = held.appointments.get((visit.participant, visit.service, visit.ordinal))
    return place is not None and is_elsewhere(place, visit)


def _ways(case: Case, place: HeldPlace) -> Ways:
    """What could be in the way of a standing appointment."""
    answers: dict[HeldPlace, Ways] = case.memo("held_place makes way", dict)
    if place not in answers:
        answers[place] = ways_of(case, place, places_held(case).groups)
    return answers[place]


def _may_make_way(case: Case, visit: Visit) -> bool:
    """Whether a moved visit is an appointment that something of its holder could be in the way of."""
    if visit.group is not None:
        return False
    return _ways(case, places_held(case).appointments[visit.participant, visit.service, visit.ordinal]).is_possible


def _is_in_the_way(case: Case, place: HeldPlace, other: Visit) -> bool:
    """Whether a session of its holder, at its own held place or without one, is in the way of an appointment."""
    return not is_moved(case, other) and is_in_the_way(case, place, other, _ways(case, place))


def is_elsewhere(place: HeldPlace, visit: Visit) -> bool:
    """Whether a visit is at another time or in another mode than its held place; for an appointment, also at another site."""
    if (place.span.start, place.mode) != (visit.span.start, visit.mode):
        return True
    return place.group is None and place.site != visit.site


def is_new(case: Case, visit: Visit) -> bool:
    """Whether a visit that can still change is a group place its participant does not hold."""
    if visit.group is None or case.time.is_past(visit.span.start):
        return False
    return visit.group not in places_held(case).groups.get(visit.participant, {})


def left_for_others(case: Case, group: str) -> int:
    """The number of places of a group that no one holds."""
    return max(0, places(case, group) - sum_of_places(case, group, places_held(case).holders.get(group, ())))
