"""Group places of a greedy roster: a home cohort for each participant, its blocks, then facilitators and rooms for the runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scheduler.case import Case
from scheduler.greedy.ledger import Ledger
from scheduler.instance import Cohort, Group
from scheduler.roster import Booking, Home, Session, group_session_id
from scheduler.timegrid import Span


class Blocks:
    """Books participants into groups, then staffs the booked groups."""

    def __init__(self, case: Case, ledger: Ledger) -> None:
        self.case, self.ledger = case, ledger
        self.booked: dict[str, list[Booking]] = {g: [] for g in case.groups}
        self.homes: dict[str, Home] = {}
        self._cohort_size: Counter[str] = Counter()
        self._taken: Counter[tuple[str, str]] = Counter()
        self._in_cohort: dict[str, list[Group]] = {c.id: [] for c in case.instance.cohorts}
        for group in case.instance.groups:
            if group.cohort is not None:
                self._in_cohort[group.cohort].append(group)

    # --- places -------------------------------------------------------------------------------------------------------------

    def settle(self, participant: str) -> None:
        """Give one participant a home cohort and the ordered group places."""
        order = self.case.care.order(participant)
        for service, count in order.group_counts:
            offers = [g for g in self.case.instance.groups if service in self.case.groups.services(g.id)]
            self._book_first(participant, offers, count)
        individual = sum(need.minutes for need in order.needs if need.service == "individual")
        wanted = -(-max(0, order.floor - individual - self.ledger.minutes[participant]) // self.case.care.standard_block)
        if wanted and (order.mix or not order.group_counts or not order.is_only):
            self._book_blocks(participant, wanted)

    def _book_blocks(self, participant: str, wanted: int) -> None:
        """Book home blocks first, then those of other cohorts of the track; participants on rotating shifts may go to any."""
        home = self._choose_cohort(participant, wanted)
        if home is None:
            return
        self.homes[participant] = Home(participant=participant, track=home.track, cohort=home.id)
        self._cohort_size[home.id] += 1
        anywhere = self.case.participants[participant].has_rotating_shifts
        others = [c for c in self.case.instance.cohorts if c.id != home.id and (anywhere or c.track == home.track)]
        missing = self._book_first(participant, self._in_cohort[home.id], wanted)
        self._book_first(participant, [g for c in others for g in self._in_cohort[c.id]], missing)

    def _choose_cohort(self, participant: str, wanted: int) -> Cohort | None:
        """The given home, or the cohort with enough reachable blocks and the fewest members."""
        own = self.case.places.home(participant)
        track = own.track if own.is_binding and self.case.is_hold else None
        avoided = [self.homes[o].cohort for o in self.ledger.others_apart(participant) if o in self.homes]
        closed = [self.homes[o].track for o in self.ledger.others_apart(participant, in_time_only=True) if o in self.homes]
        ranked = []
        for n, cohort in enumerate(self.case.instance.cohorts):
            reach = sum(self._mode(participant, g) is not None for g in self._in_cohort[cohort.id])
            is_own = own.cohort in (None, cohort.id) and (track is None or cohort.track in (None, track))
            if reach and is_own and cohort.id not in avoided and cohort.track not in closed:
                ranked.append((-min(reach, wanted), self._cohort_size[cohort.id], n, cohort))
        return min(ranked, key=lambda r: r[:3])[3] if ranked else None

    def _book_first(self, participant: str, offers: list[Group], wanted: int) -> int:
        """Book the offers up to a number, required categories and emptier groups first; return how many are still missing."""
        order = self.case.care.order(participant)
        most = {m.category: m.at_most for m in order.mix if m.at_most is not None}
        required = [m.category for m in order.mix if m.at_least]
        for group in sorted(offers, key=lambda g: (self._category(g) not in required, len(self.booked[g.id]))):
            category = self._category(group)
            mode = self._mode(participant, group) if wanted and self._taken[participant, category] < most.get(category, 99) else None
            if mode is not None:
                self.ledger.book(participant, *self._visit(group, mode))
                self.booked[group.id].append(mode)
                self._taken[participant, category] += 1
                wanted -= 1
        return wanted

    def _category(self, group: Group) -> str:
        return self.case.services[group.service].category

    def _mode(self, participant: str, group: Group) -> Booking | None:
        """The mode in which a participant could join a group: on site if possible, else telehealth; None if neither is."""
        here = self.booked[group.id]
        apart = self.ledger.others_apart(participant)
        full = len(here) >= self.case.groups.maximum(group.id) - self.case.groups.reserve(group.id)
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
        return is_open and self.ledger.fits(participant, span, site, service, minutes)

    def _visit(self, group: Group, booking: Booking) -> tuple[Span, str | None, str, int]:
        span = self.case.groups.spans(group.id)[0]
        site = group.site if booking.mode == "in_person" else None
        return span, site, group.service, self.case.care.minutes(group.service, group.id)

    def _is_eligible(self, participant: str, group: Group) -> bool:
        person, rule = self.case.participants[participant], group.eligibility
        level = self.case.phases[person.phase].level if person.phase else None
        return (
            group.is_standing
            and person.age_group == rule.age_group
            and (not rule.genders or person.gender in rule.genders)
            and (not rule.levels or level in rule.levels)
            and (not rule.phases or person.phase in rule.phases)
            and all(a in person.attributes for a in rule.attributes)
            and (group.language is None or group.language in person.languages)
        )

    # --- runs ---------------------------------------------------------------------------------------------------------------

    def staff(self) -> Iterator[Session]:
        """The runs of all booked groups, scarce credentials first; a run without leader or room releases its participants."""
        groups = [g for g in self.case.instance.groups if self.booked[g.id]]
        for group in sorted(groups, key=lambda g: len(self.case.services[g.service].credentials)):
            span = self.case.groups.spans(group.id)[0]
            leaders = self._leaders(group, span)
            self._shrink(group, len(leaders) * self._ratio(group))
            room = self._room(group, span, len(leaders)) if leaders else None
            if room is None and group.mode != "telehealth":
                self._shrink(group, 0)
            if self.booked[group.id]:
                yield self._run(group, span, room, leaders)

    def _ratio(self, group: Group) -> int:
        policy = self.case.policy
        youth = group.eligibility.age_group == "adolescent"
        return policy.adolescents_per_facilitator if youth else policy.participants_per_facilitator

    def _leaders(self, group: Group, span: Span) -> list[str]:
        """As many facilitators as the ratio requires, the least busy first; the leader holds the leading credential."""
        wanted = -(-len(self.booked[group.id]) // self._ratio(group))
        service = self.case.services[group.service]
        allowed = [c for c in self.case.clinicians if not group.facilitators or c in group.facilitators]
        free = [
            c
            for c in sorted(allowed, key=lambda c: (self.ledger.direct[c], c))
            if (group.language is None or group.language in self.case.clinicians[c].languages)
            and self.ledger.can_lead(c, service, span, group.site, is_group=True)
        ]
        leading = [c for c in free if group.leading_credential in (None, *self.case.clinicians[c].credentials)]
        return [leading[0], *(c for c in free if c != leading[0])][:wanted] if leading else []

    def _shrink(self, group: Group, places: int) -> None:
        for booking in self.booked[group.id][places:]:
            self.ledger.release(booking.participant, *self._visit(group, booking))
        del self.booked[group.id][places:]

    def _room(self, group: Group, span: Span, num_leaders: int) -> str | None:
        if group.site is None or group.mode == "telehealth":
            return None
        here = [self.case.participants[b.participant] for b in self.booked[group.id] if b.mode == "in_person"]
        features = (*group.room_features, *self.case.services[group.service].room_features, *(f for p in here for f in p.room_features))
        return self.ledger.find_room(span, group.site, len(here) + num_leaders, features, group)

    def _run(self, group: Group, span: Span, room: str | None, leaders: list[str]) -> Session:
        for clinician in leaders:
            self.ledger.lead(clinician, span, is_group=True)
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
