"""What care counts, what a participant is to get of it, and how much a missing minute weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from scheduler.case.orders import Order, agreed_modes, effective_order
from scheduler.case.times import enrolled_time
from scheduler.instance import OrderSpec
from scheduler.timegrid import Span, day_span

if TYPE_CHECKING:
    from scheduler.case.case import Case


def is_served(case: Case, participant: str) -> bool:
    """Whether the participant gets sessions this week at all (status; enrolled some day)."""
    person = case.participants[participant]
    return person.status in ("active", "cleared") and enrolled_time(person, case.week).minutes > 0


def order_of(case: Case, participant: str) -> Order:
    """The effective order; of somebody who is not served, an order of nothing."""
    person = case.participants[participant]
    regular, remaining = case.regular_dates(participant), case.open_dates(participant)
    fraction = Fraction(len(remaining), len(regular)) if regular and case.is_served(participant) else Fraction(0)
    order = effective_order(
        person,
        None if person.phase is None else case.phases[person.phase].order,
        case.policy,
        case.services,
        case.last_dates,
        case.week,
        fraction,
        case.standard_block,
    )
    return order if case.is_served(participant) else order.nothing()


def open_dates(case: Case, participant: str) -> tuple[int, ...]:
    """Weekdays on which the participant is enrolled and something they may attend is open, closures taken out."""
    enrolled = enrolled_time(case.participants[participant], case.week)
    return tuple(d for d in _days([case.open_time(p) for p in _places(case, participant)]) if enrolled.overlaps(day_span(d)))


def regular_dates(case: Case, participant: str) -> tuple[int, ...]:
    """Weekdays on which something the participant may attend is open in an ordinary week."""
    return _days([case.regular_time(place) for place in _places(case, participant)])


def _places(case: Case, participant: str) -> list[str | None]:
    """Where a participant may attend: every site in person, None by telehealth, by the modes agreed to.

    Somebody for whom nothing of it is open in any week has the dates of the program: what is missing then is unmet care, no closure.
    """
    person = case.participants[participant]
    modes = agreed_modes(person, OrderSpec() if person.phase is None else case.phases[person.phase].order)
    sites = [*case.sites] if "in_person" in modes else []
    places = [*sites, *([None] if "telehealth" in modes else [])]
    return places if any(case.regular_time(place) for place in places) else [*case.sites, None]


def _days(hours: Iterable[tuple[Span, ...]]) -> tuple[int, ...]:
    return tuple(sorted({day for spans in hours for span in spans for day in range(7) if span.overlaps(day_span(day))}))


def factor_of(case: Case, participant: str) -> int:
    """The care factor: 4 critical, 2 first phase, 1 others."""
    person, past = case.participants[participant], case.past_order(participant)
    recent = person.stepped_down is not None and 0 <= -case.week.day(person.stepped_down) <= case.policy.step_down_days
    if recent or person.has_risk_flag or (past is not None and past.short_minutes > 0):
        return case.policy.factor_critical
    if person.phase is not None and case.phases[person.phase].rank == 0:
        return case.policy.factor_first_phase
    return 1


def standard_block(case: Case) -> int:
    """Minutes of the program's most common block; 180 without one."""
    blocks = Counter(g.minutes for g in case.groups.values() if g.minutes >= case.policy.block_minutes)
    return min(blocks, key=lambda m: (-blocks[m], m)) if blocks else 180


def last_dates(case: Case) -> dict[tuple[str, str], date]:
    """(participant, service) to the last date it was given, from the history."""
    dates: dict[tuple[str, str], date] = {}
    for entry in sorted(case.instance.history.services, key=lambda e: e.date):
        dates[entry.participant, entry.service] = entry.date
    return dates


def is_counted(case: Case, service: str) -> bool:
    """Whether a session of this service counts in session bands and service days."""
    found = case.services[service]
    if found.outside_bands:
        return False
    if found.counts_as_session is not None:
        return found.counts_as_session
    return found.kind == "group" or found.minutes > case.policy.counted_session_minutes


def care_minutes(case: Case, service: str, group: str | None) -> int:
    """Clock minutes of a session that count for orders and payers."""
    if group is None:
        return case.services[service].minutes if case.services[service].countable else 0
    found = case.groups[group]
    if not found.segments:
        return found.minutes if case.services[found.service].countable else 0
    return sum(s.minutes for s in found.segments if (case.policy.breaks_count if s.service is None else case.services[s.service].countable))
