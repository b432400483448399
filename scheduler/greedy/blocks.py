"""Group places of a greedy roster: a home cohort for each participant, its blocks, then facilitators and rooms for the runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.greedy.ledger import Ledger
from scheduler.instance import Group
from scheduler.roster import Booking, Home, Session, group_session_id
from scheduler.rules.eligibility import group_reason
from scheduler.rules.group_size import sum_of_places
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
        self._options = tuple(_home_options(case))
        self._anyones = [group for group in case.instance.groups if group.track is None and group.cohort is None]

    # --- places -------------------------------------------------------------------------------------------------------------

    def settle(self, participant: str) -> None:
        """Give one participant a home and the ordered group places."""
        order = self.case.care.order(participant)
        for service, count in order.group_counts:
            offers = [g for g in self.case.instance.groups if service in self.case.groups.services(g.id)]
            self._book_first(participant, offers, count)
        missing = self._missing(participant)
        if missing > 0 and (order.mix or not order.group_counts or not order.is_only):
            self._book_home(participant, missing)

    def fill_up(self, participant: str) -> None:
        """Book groups of no track or cohort for the minutes that are still missing."""
        self._book_days(participant, self._anyones, self._missing(participant))

    def _missing(self, participant: str) -> int:
        """Minutes of groups that are missing to the order's floor."""
        order = self.case.care.order(participant)
        individual = sum(need.minutes for need in order.needs if need.service == "individual")
        return order.floor - individual - self.ledger.minutes[participant]

    def _book_home(self, participant: str, missing: int) -> None:
        """Book groups of the home, then of other cohorts of the track; participants on rotating shifts may go to any."""
        home = self._choose_home(participant, missing)
        if home is not None:
            self.homes[participant] = Home(participant=participant, track=home.track, cohort=home.cohort)
            self._num_members[home] += 1
            anywhere = self.case.participants[participant].has_rotating_shifts
            others = [o for o in self._options if o != home and (anywhere or o.track == home.track)]
            missing = self._book_days(participant, home.groups, missing)
            self._book_days(participant, [g for option in others for g in option.groups], missing)

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

    def _book_days(self, participant: str, offers: Iterable[Group], missing: int) -> int:
        """Book whole days until no minutes are missing: days with required categories and with emptier groups first."""
        days: dict[int, list[Group]] = {}
        for group in offers:
            for span in self.case.groups.spans(group.id)[:1]:
                days.setdefault(span.day, []).append(group)
        for groups in sorted(days.values(), key=lambda groups: min(self._rank(participant, g) for g in groups)):
            for group in sorted(groups, key=lambda g: self.case.groups.spans(g.id)[0]):
                if missing > 0 and self._book(participant, group):
                    missing -= self._minutes(group)
        return missing

    def _book_first(self, participant: str, offers: list[Group], count: int) -> None:
        """Book a number of offers, required categories and emptier groups first."""
        for group in sorted(offers, key=lambda g: self._rank(participant, g)):
            count -= count > 0 and self._book(participant, group)

    def _rank(self, participant: str, group: Group) -> tuple[bool, int]:
        required = [m.category for m in self.case.care.order(participant).mix if m.at_least]
        return self._category(group) not in required, len(self.booked[group.id])

    def _book(self, participant: str, group: Group) -> bool:
        """Book a participant in a group, if possible."""
        category = self._category(group)
        most = {m.category: m.at_most for m in self.case.care.order(participant).mix if m.at_most is not None}
        mode = self._mode(participant, group) if self._num_booked[participant, category] < most.get(category, 99) else None
        if mode is None:
            return False
        self.ledger.book(participant, *self._visit(group, mode))
        self.booked[group.id].append(mode)
        self._num_booked[participant, category] += 1
        return True

    def _minutes(self, group: Group) -> int:
        return self.case.care.minutes(group.service, group.id)

    def _category(self, group: Group) -> str:
        return self.case.services[group.service].category

    def _mode(self, participant: str, group: Group) -> Booking | None:
        """The mode in which a participant could join a group: on site if possible, else telehealth; None if neither is."""
        here = self.booked[group.id]
        apart = self.ledger.others_apart(participant)
        num_places = sum_of_places(self.case, group.id, (participant, *(b.participant for b in here)))
        full = num_places > self.case.groups.maximum(group.id) - self.case.groups.reserve(group.id)
        if full or not self._is_eligible(participant, group) or any(b.participant in apart for b in here):
            return None
        if not self.case.groups.spans(group.id) or not self.case.care.is_ordered(participant, group.id):
            return None
        in_person = Booking(participant=participant, mode="in_person")
        remote = Booking(participant=participant, mode="telehealth")
        modes = {"in_person": [in_person], "telehealth": [remote], "hybrid": [in_person, remote]}[group.mode]
        allowed = self.case.care.order(participant).modes
        return next((b for b in modes if b.mode in allowed and self._fits(participant, group, b)), None)

    def _fits(self, participant: str, group: Group, booking: Booking) -> bool:
        span, site, service, minutes = self._visit(group, booking)
        is_open = any(hours.contains(span) for hours in self.case.time.open(site))
        is_alone = any(self.case.guests.missing(participant, group.id, self.case.week.real(span), booking.mode))
        return is_open and not is_alone and self.ledger.fits(participant, span, site, service, minutes)

    def _visit(self, group: Group, booking: Booking) -> tuple[Span, str | None, str, int]:
        span = self.case.groups.spans(group.id)[0]
        site = group.site if booking.mode == "in_person" else None
        return span, site, group.service, self.case.care.minutes(group.service, group.id)

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
        """As many facilitators as the ratio requires, the least busy first; the leader holds the leading credential."""
        count = -(-len(self.booked[group.id]) // self.case.groups.ratio(group.id))
        service = self.case.services[group.service]
        allowed = [c for c in self.case.clinicians if not group.facilitators or c in group.facilitators]
        free = [
            c
            for c in sorted(allowed, key=lambda c: (self.ledger.direct[c], c))
            if (group.language is None or group.language in self.case.clinicians[c].languages)
            and self.ledger.can_lead(c, service, span, group.site, group.id)
        ]
        leading = [c for c in free if group.leading_credential in (None, *self.case.clinicians[c].credentials)]
        return [leading[0], *(c for c in free if c != leading[0])][:count] if leading else []

    def _shrink(self, group: Group, places: int) -> None:
        for booking in self.booked[group.id][places:]:
            self.ledger.release(booking.participant, *self._visit(group, booking))
        del self.booked[group.id][places:]

    def _room(self, group: Group, span: Span, num_leaders: int) -> str | None:
        if group.site is None or group.mode == "telehealth":
            return None
        here = [self.case.participants[b.participant] for b in self.booked[group.id] if b.mode == "in_person"]
        features = (*group.room_features, *self.case.services[group.service].room_features, *(f for p in here for f in p.room_features))
        seats = sum(self.case.guests.seats(person.id, group.id) for person in here)
        return self.ledger.find_room(span, group.site, seats + num_leaders, features, group)

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
