"""Ordered care: what each participant should get, what counts, and how much a missing minute weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

from scheduler.case.cached import cached_method
from scheduler.case.data import CaseData
from scheduler.case.groups import Groups
from scheduler.case.orders import Order, agreed_modes, effective_order
from scheduler.case.past import PastWeeks
from scheduler.case.stay import is_in_weeks, stay_week, weeks_named
from scheduler.case.times import Times
from scheduler.instance import Eligibility, OrderSpec, Segment, Service
from scheduler.terms import Visit
from scheduler.timegrid import DAY, day_span


class Care:
    """Who should get what this week; methods take ids of participants, services and groups."""

    def __init__(self, data: CaseData, time: Times, groups: Groups, past: PastWeeks) -> None:
        self._data = data
        self._time = time
        self._groups = groups
        self._past = past

    # --- who gets what ------------------------------------------------------------------------------------------------------

    @cached_method
    def is_served(self, participant: str) -> bool:
        """Whether the participant gets any sessions this week, given the status and the days enrolled."""
        return self._data.participants[participant].status in ("active", "cleared") and self._time.enrolled(participant).minutes > 0

    @cached_method
    def order(self, participant: str) -> Order:
        """The effective order; for a participant who is not served, an empty one."""
        person = self._data.participants[participant]
        regular, remaining = self.regular_dates(participant), self.open_dates(participant)
        fraction = Fraction(len(remaining), len(regular)) if regular and self.is_served(participant) else Fraction(0)
        order = effective_order(
            person,
            None if person.phase is None else self._data.phases[person.phase].order,
            self._data.policy_of(participant),
            self._data.services,
            self._past.dates_given,
            self._data.week,
            fraction,
            self.standard_block,
        )
        return order if self.is_served(participant) else order.nothing()

    @cached_method
    def open_dates(self, participant: str) -> tuple[int, ...]:
        """Weekdays on which the participant is enrolled and something they may attend is open, closures taken out."""
        enrolled = self._time.enrolled(participant)
        return tuple(d for d in self._days(True, *self._places(participant)) if enrolled.overlaps(day_span(d)))

    @cached_method
    def regular_dates(self, participant: str) -> tuple[int, ...]:
        """Weekdays on which something the participant may attend is open in an ordinary week."""
        return self._days(False, *self._places(participant))

    @cached_method
    def _days(self, is_this_week: bool, *places: str | None) -> tuple[int, ...]:
        """Weekdays on which any of the places is open: this week, or in an ordinary week."""
        hours = self._time.open if is_this_week else self._time.regular
        return tuple(sorted({day for place in places for span in hours(place) for day in range(7) if span.overlaps(day_span(day))}))

    def _places(self, participant: str) -> list[str | None]:
        """Where a participant may attend, given the modes agreed to: every site in person, None for telehealth.

        If none of these is ever open, the program's dates apply: what is missing is then unmet care, not a closure.
        """
        person, sites = self._data.participants[participant], [*self._data.sites]
        modes = agreed_modes(person, OrderSpec() if person.phase is None else self._data.phases[person.phase].order)
        places = [*(sites if "in_person" in modes else []), *([None] if "telehealth" in modes else [])]
        return places if any(self._time.regular(place) for place in places) else [*sites, None]

    @cached_method
    def stay_week(self, participant: str) -> int | None:
        """The week of a participant's stay, counted from the week of admission; None if it is not known."""
        return stay_week(self._data.participants[participant], self._data.week.monday)

    @cached_method
    def missed_weeks(self, participant: str, service: str, group: str | None) -> str | None:
        """The weeks of the stay to which a group or service is limited, in words, if this is none of them for the participant."""
        limits = self._week_limits(service, group)
        week = self.stay_week(participant) if limits else None
        return next((weeks_named(first, last) for first, last in limits if not is_in_weeks(week, first, last)), None)

    @cached_method
    def _week_limits(self, service: str, group: str | None) -> tuple[tuple[int | None, int | None], ...]:
        """The first and last week of the stay to which a group or service is limited, where there is a limit."""
        services = (service,) if group is None else self._groups.services(group)
        limited: list[Service | Eligibility] = [self._data.services[s] for s in services]
        limited += [] if group is None else [self._groups[group].eligibility]
        return tuple((one.from_week, one.until_week) for one in limited if (one.from_week, one.until_week) != (None, None))

    @cached_method
    def factor(self, participant: str) -> int:
        """The care factor: 4 for critical participants, 2 in the first phase, 1 otherwise."""
        person, past, policy = self._data.participants[participant], self._past.last_order(participant), self._data.policy
        recent = person.stepped_down is not None and 0 <= -self._data.week.day(person.stepped_down) <= policy.step_down_days
        if recent or person.has_risk_flag or (past is not None and past.short_minutes > 0):
            return policy.factor_critical
        if person.phase is not None and self._data.phases[person.phase].rank == 0:
            return policy.factor_first_phase
        return 1

    @cached_method
    def is_ordered(self, participant: str, group: str) -> bool:
        """Whether the optimizer may place a participant in a group.

        Counts and the minimums of a mix ask for groups and exclude none: others may fill the minutes, unless the order says `only`. A
        block is ordered as a whole if any of its hours is.
        Excluded are categories of which at most none is ordered, and services ordered by count that are not due.
        """
        order, hours = self.order(participant), self._groups.hours(group)
        services = {service for hour in hours for service in self._groups.services(hour)}
        categories = {category for hour in hours for category in self._groups.categories(hour)}
        if any(count > 0 and service in services for service, count in order.group_counts):
            return True
        if any(m.category in categories and m.at_most != 0 for m in order.mix):
            return True
        is_excluded = any(m.category in categories for m in order.mix) or any(service in services for service, _ in order.group_counts)
        is_limited = order.is_only and bool(order.group_counts or order.mix)
        return not is_excluded and not is_limited and any(self.minutes(self._groups[hour].service, hour) > 0 for hour in hours)

    def together_with(self, participants: Iterable[str]) -> tuple[str, ...]:
        """These participants, then their partners of couple sessions, the partners of those, and so on.

        The week of one of them depends on those of the others, so changing or checking one requires all of them.
        """
        people = dict.fromkeys(participants)
        waiting = list(people)
        while waiting:
            partners = (need.partner for need in self.order(waiting.pop()).needs)
            new = [p for p in partners if p is not None and p not in people and p in self._data.participants]
            people |= dict.fromkeys(new)
            waiting += new
        return tuple(people)

    # --- what counts --------------------------------------------------------------------------------------------------------

    @cached_property
    def standard_block(self) -> int:
        """Minutes of the program's most common block; 180 without one."""
        blocks = Counter(group.minutes for group in self._groups.values() if self._groups.is_block(group.id))
        return min(blocks, key=lambda minutes: (-blocks[minutes], minutes)) if blocks else 180

    @cached_method
    def is_counted(self, service: str, group: str | None = None) -> bool:
        """Whether a session counts in session bands and service days; of a block, only the first hour with a service that counts does."""
        if group is not None and group in self._groups:
            hours = self._groups.hours(group)
            if group != next((hour for hour in hours if self.is_counted(self._groups[hour].service)), group):
                return False
        definition = self._data.services[service]
        if definition.outside_bands:
            return False
        if definition.counts_as_session is not None:
            return definition.counts_as_session
        return definition.kind == "group" or definition.minutes > self._data.policy.counted_session_minutes

    @cached_method
    def minutes(self, service: str, group: str | None) -> int:
        """Clock minutes of a session that count for orders and payers."""
        services = self._data.services
        if group is None:
            return services[service].minutes if services[service].countable else 0
        offer = self._groups[group]
        policy = self._data.policy_for(offer)
        if not offer.segments:
            return offer.minutes if services[offer.service].countable else 0
        return sum(s.minutes for s in offer.segments if (policy.breaks_count if s.service is None else services[s.service].countable))

    def minutes_of(self, visit: Visit) -> int:
        """Care minutes of a visit; time that a group visit counts already, because it is left for this appointment, counts once."""
        minutes = self.minutes(visit.service, visit.group)
        if visit.out_of is None:
            return minutes
        group, start = visit.out_of
        return minutes - self._counted_within(group, visit.span.start - start, visit.span.end - start)

    def _counted_within(self, group: str, start: int, end: int) -> int:
        """Care minutes that a group counts between two of its own minutes."""
        offer, policy = self._groups[group], self._data.policy_for(self._groups[group])
        counted, begin = 0, 0
        for part in offer.segments or (Segment(service=offer.service, minutes=offer.minutes),):
            if policy.breaks_count if part.service is None else self._data.services[part.service].countable:
                counted += max(0, min(end, begin + part.minutes) - max(start, begin))
            begin += part.minutes
        return counted

    def is_billable(self, participant: str, minutes: int) -> bool:
        """Whether a number of care minutes makes a participant's day billable; a day without minutes never is."""
        return minutes >= self.order(participant).billable_day_minutes

    @cached_property
    def last_service_days(self) -> dict[str, tuple[int, ...]]:
        """By participant, the weekdays of last week with a counted session; participants without any have no entry."""
        days: dict[str, set[int]] = {}
        for session in self._past.last_sessions:
            if session.service in self._data.services and self.is_counted(session.service):
                for booking in session.bookings:
                    days.setdefault(booking.participant, set()).add(self._past.last_week.minute(session.start) // DAY)
        return {participant: tuple(sorted(of_one)) for participant, of_one in days.items()}
