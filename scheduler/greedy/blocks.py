"""Group places of a greedy roster: a home cohort for each participant, its blocks, then facilitators and rooms for the runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from scheduler.case import Case, Need
from scheduler.fields import BookingMode
from scheduler.greedy.ledger import Ledger
from scheduler.instance import Group
from scheduler.roster import Booking, Home, Session, group_session_id
from scheduler.rules.clinician_qualification import is_licensed
from scheduler.rules.eligibility import group_reason
from scheduler.rules.group_size import sum_of_places
from scheduler.rules.room_fit import needed
from scheduler.timegrid import Span


@dataclass(frozen=True, slots=True)
class HomeOption:
    """Where a participant may be at home: a cohort, or a track as far as it has groups without a cohort."""

    track: str | None
    cohort: str | None
    groups: tuple[Group, ...]


class Blocks:
    """Books participants into groups, then staffs the booked groups."""

    def __init__(self, case: Case, ledger: Ledger) -> None:
        self.case, self.ledger = case, ledger
        self.booked: dict[str, list[Booking]] = {g: [] for g in case.groups}
        self.homes: dict[str, Home] = {}
        self._num_members: Counter[HomeOption] = Counter()
        self._num_booked: Counter[tuple[str, str]] = Counter()
        self._coming: dict[str, tuple[Need, ...]] = {}
        self._options = tuple(_home_options(case))
        self._anyones = [group for group in case.instance.groups if group.track is None and group.cohort is None]

    # --- places -------------------------------------------------------------------------------------------------------------

    def settle(self, participant: str, coming: Collection[Need]) -> None:
        """Give one participant a home and the ordered group places.

        Args:
            coming: The participant's appointments that are not booked yet.
        """
        order = self.case.care.order(participant)
        self._coming[participant] = tuple(coming)
        for service, count in order.group_counts:
            offers = [g for g in self.case.instance.groups if service in self.case.groups.services(g.id)]
            self._book_first(participant, offers, count)
        if self._lacks_groups(participant) and (order.mix or not order.group_counts or not order.is_only):
            self._book_home(participant)

    def fill_up(self, participant: str) -> None:
        """Book groups of no track or cohort for what is still missing."""
        self._book_days(participant, self._anyones)

    def _lacks_groups(self, participant: str) -> bool:
        """Whether more groups are needed for the minutes, sessions, days or service mix of the order."""
        order = self.case.care.order(participant)
        return (
            self._missing(participant) > 0
            or self._lacks_sessions(participant)
            or self.ledger.days[participant] < order.days_floor
            or any(m.at_least and self._num_booked[participant, m.category] < m.at_least for m in order.mix)
        )

    def _missing(self, participant: str) -> int:
        """Minutes of groups that are missing to the order's floor."""
        individual = sum(need.minutes for need in self._coming[participant] if need.service == "individual")
        return self.case.care.order(participant).floor - individual - self.ledger.minutes[participant]

    def _lacks_sessions(self, participant: str) -> bool:
        coming = sum(self.case.care.is_counted(need.service) for need in self._coming[participant])
        return self.ledger.sessions[participant] + coming < self.case.care.order(participant).sessions_floor

    def _book_home(self, participant: str) -> None:
        """Book groups of the home, then of other cohorts of the track; participants on rotating shifts may go to any."""
        home = self._choose_home(participant, self._missing(participant))
        if home is not None:
            self.homes[participant] = Home(participant=participant, track=home.track, cohort=home.cohort)
            self._num_members[home] += 1
            anywhere = self.case.participants[participant].has_rotating_shifts
            others = [o for o in self._options if o != home and (anywhere or o.track == home.track)]
            self._book_days(participant, home.groups)
            self._book_days(participant, [g for option in others for g in option.groups])

    def _choose_home(self, participant: str, missing: int) -> HomeOption | None:
        """The given home, or the one with enough reachable minutes and the fewest members."""
        own = self.case.places.home(participant)
        track = own.track if own.is_binding and self.case.is_hold else None
        avoided = [self.homes[o].cohort for o in self.ledger.others_apart(participant) if o in self.homes]
        closed = [self.homes[o].track for o in self.ledger.others_apart(participant, in_time_only=True) if o in self.homes]
        ranked = []
        for n, option in enumerate(self._options):
            reach = sum(self._minutes(g) for g in option.groups if self._mode(participant, g) is not None)
            is_own = own.cohort in (None, option.cohort) and (track is None or option.track in (None, track))
            if reach and is_own and (option.cohort is None or option.cohort not in avoided) and option.track not in closed:
                ranked.append((-min(reach, missing), self._num_members[option], n, option))
        return min(ranked, key=lambda r: r[:3])[3] if ranked else None

    def _book_days(self, participant: str, offers: Iterable[Group]) -> None:
        """Book day by day until nothing is missing: days with required categories and with emptier groups first."""
        days: dict[int, list[Group]] = {}
        for group in offers:
            for span in self.case.groups.spans(group.id)[:1]:
                days.setdefault(span.day, []).append(group)
        for day, groups in sorted(days.items(), key=lambda item: min(self._rank(participant, g) for g in item[1])):
            if self._lacks_groups(participant):
                self._book_day(participant, day, sorted(groups, key=lambda g: self.case.groups.spans(g.id)[0]))

    def _book_day(self, participant: str, day: int, groups: list[Group]) -> None:
        """Book one day's groups in order of time, as far as they are missing.

        Before a group of a missing category nobody present is left waiting: the groups in between are booked too.
        """
        for number, group in enumerate(groups):
            is_present = self.ledger.day_sessions[participant, day] > 0
            is_short = self._missing(participant) > 0 or self._lacks_sessions(participant)
            lacks_day = not is_present and self.ledger.days[participant] < self.case.care.order(participant).days_floor
            is_before = is_present and any(self._is_wanted(participant, g) for g in groups[number:])
            if is_short or lacks_day or is_before or self._is_wanted(participant, group):
                self._book(participant, group)

    def _book_first(self, participant: str, offers: list[Group], count: int) -> None:
        """Book a number of offers, required categories and emptier groups first."""
        for group in sorted(offers, key=lambda g: self._rank(participant, g)):
            count -= count > 0 and self._book(participant, group)

    def _rank(self, participant: str, group: Group) -> tuple[bool, int]:
        return not self._is_wanted(participant, group), len(self.booked[group.id])

    def _is_wanted(self, participant: str, group: Group) -> bool:
        """Whether a category of the group has not reached its minimum."""
        least = {m.category: m.at_least or 0 for m in self.case.care.order(participant).mix}
        return any(self._num_booked[participant, c] < least.get(c, 0) for c in self.case.groups.categories(group.id))

    def _book(self, participant: str, group: Group) -> bool:
        """Book a participant in a group with the other hours of its block, all in one mode, if possible."""
        booked: list[tuple[Group, Booking]] = []
        for hour in (self.case.groups[id] for id in self.case.groups.hours(group.id)):
            mode = self._mode(participant, hour) if self._is_within_mix(participant, hour) else None
            if mode is None or any(other != mode for _, other in booked):
                for before, other in booked:
                    self._leave(participant, before, other)
                return False
            self._join(participant, hour, mode)
            booked.append((hour, mode))
        return True

    def _is_within_mix(self, participant: str, group: Group) -> bool:
        """Whether the service mix allows one more group of these categories."""
        most = {m.category: m.at_most for m in self.case.care.order(participant).mix if m.at_most is not None}
        return all(self._num_booked[participant, c] < most.get(c, 99) for c in self.case.groups.categories(group.id))

    def _join(self, participant: str, group: Group, mode: Booking) -> None:
        self.ledger.book(participant, *self._visit(group, mode.mode))
        self.booked[group.id].append(mode)
        self._num_booked.update((participant, c) for c in self.case.groups.categories(group.id))

    def _leave(self, participant: str, group: Group, mode: Booking) -> None:
        self.ledger.release(participant, *self._visit(group, mode.mode))
        self.booked[group.id].remove(mode)
        self._num_booked.subtract((participant, c) for c in self.case.groups.categories(group.id))

    def _minutes(self, group: Group) -> int:
        return self.case.care.minutes(group.service, group.id)

    def _mode(self, participant: str, group: Group) -> Booking | None:
        """The mode in which a participant could join a group: on site if possible, else telehealth; None if neither is."""
        here = self.booked[group.id]
        if not self.case.groups.spans(group.id) or not self.case.care.is_ordered(participant, group.id):
            return None
        apart = self.ledger.others_apart(participant)
        num_places = sum_of_places(self.case, group.id, (participant, *(b.participant for b in here)))
        full = num_places > self.case.groups.maximum(group.id) - self.case.groups.reserve(group.id)
        if full or not self._is_eligible(participant, group) or any(b.participant in apart for b in here):
            return None
        modes: tuple[BookingMode, ...] = ("in_person", "telehealth") if group.mode == "hybrid" else (group.mode,)
        allowed = self.case.care.order(participant).modes
        mode = next((m for m in modes if m in allowed and self._fits(participant, group, m)), None)
        return None if mode is None else Booking(participant=participant, mode=mode)

    def _fits(self, participant: str, group: Group, mode: BookingMode) -> bool:
        span, site, is_counted, minutes = self._visit(group, mode)
        is_open = any(hours.contains(span) for hours in self.case.time.open(site))
        is_alone = any(self.case.guests.missing(participant, group.id, self.case.week.real(span), mode))
        return is_open and not is_alone and self.ledger.fits(participant, span, site, is_counted, minutes)

    def _visit(self, group: Group, mode: BookingMode) -> tuple[Span, str | None, bool, int]:
        span = self.case.groups.spans(group.id)[0]
        site = group.site if mode == "in_person" else None
        care = self.case.care
        return span, site, care.is_counted(group.service, group.id), care.minutes(group.service, group.id)

    def _is_eligible(self, participant: str, group: Group) -> bool:
        return group.is_standing and group_reason(self.case, participant, group.id) is None

    # --- runs ---------------------------------------------------------------------------------------------------------------

    def staff(self) -> Iterator[Session]:
        """The runs of all booked groups, scarce credentials first; a run without leader or room releases its participants."""
        groups = [g for g in self.case.instance.groups if self.booked[g.id]]
        for group in sorted(groups, key=lambda g: len(self.case.services[g.service].credentials)):
            span = self.case.groups.spans(group.id)[0]
            leaders = self._leaders(group, span)
            self._shrink(group, len(leaders) * self.case.groups.ratio(group.id))
            room = self._room(group, span, len(leaders)) if leaders else None
            if room is None and group.mode != "telehealth":
                self._shrink(group, 0)
            if self.booked[group.id]:
                yield self._run(group, span, room, leaders)

    def _leaders(self, group: Group, span: Span) -> list[str]:
        """As many facilitators as the ratio requires, licensed and least busy first; the leader holds the leading credential."""
        count = -(-len(self.booked[group.id]) // self.case.groups.ratio(group.id))
        service = self.case.services[group.service]
        allowed = [c for c in self.case.clinicians if not group.facilitators or c in group.facilitators]
        remote = [b.participant for b in self.booked[group.id] if b.mode == "telehealth"]
        free = [
            c
            for c in sorted(allowed, key=lambda c: (not all(is_licensed(self.case, (c,), p) for p in remote), self.ledger.direct[c], c))
            if (group.language is None or group.language in self.case.clinicians[c].languages)
            and self.ledger.can_lead(c, service, span, group.site, group.id)
        ]
        leading = [c for c in free if group.leading_credential in (None, *self.case.clinicians[c].credentials)]
        return [leading[0], *(c for c in free if c != leading[0])][:count] if leading else []

    def _shrink(self, group: Group, places: int) -> None:
        for booking in self.booked[group.id][places:]:
            self.ledger.release(booking.participant, *self._visit(group, booking.mode))
        del self.booked[group.id][places:]

    def _room(self, group: Group, span: Span, num_leaders: int) -> str | None:
        if group.site is None or group.mode == "telehealth":
            return None
        here = [b.participant for b in self.booked[group.id] if b.mode == "in_person"]
        features = needed(self.case, group.service, group.id, group.mode, here)
        seats = sum(self.case.guests.seats(person, group.id) for person in here)
        return self.ledger.find_room(span, group.site, seats + num_leaders, features, group.id)

    def _run(self, group: Group, span: Span, room: str | None, leaders: list[str]) -> Session:
        for clinician in leaders:
            self.ledger.lead(clinician, span, group.id)
        if room is not None:
            self.ledger.room_spans[room].append(span)
        week = self.case.week
        return Session(
            id=group_session_id(group.id, week.monday),
            group=group.id,
            service=group.service,
            start=week.at(span.start),
            end=week.at(span.end),
            mode=group.mode,
            site=group.site,
            room=room,
            facilitators=tuple(leaders),
            bookings=tuple(self.booked[group.id]),
        )


def _home_options(case: Case) -> Iterator[HomeOption]:
    """All cohorts, then the tracks that have groups without a cohort."""
    groups = case.instance.groups
    for cohort in case.instance.cohorts:
        yield HomeOption(cohort.track, cohort.id, tuple(g for g in groups if g.cohort == cohort.id))
    for track in case.instance.tracks:
        if own := tuple(g for g in groups if g.track == track.id and g.cohort is None):
            yield HomeOption(track.id, None, own)
