"""The order of each participant this week: participant overrides phase overrides policy, scaled in a partial week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, TypeVar

from scheduler.case.stay import is_in_weeks, stay_week
from scheduler.fields import BookingMode
from scheduler.instance import MixOrder, OrderSpec, Participant, PolicyValues, Service, ServiceOrder
from scheduler.timegrid import Week

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Need:
    """One due occurrence of an ordered service other than a group place."""

    participant: str
    service: str
    ordinal: int
    minutes: int
    guests: tuple[str, ...] = ()
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far apart sessions of one service are to be.

    Attributes:
        least: Days from one session's day to the next one's, or hours from the end of one to the start of the next.
    """

    service: str
    unit: Literal["day", "hour"]
    least: int


@dataclass(frozen=True, slots=True)
class Order:
    """The effective order of one participant and week; minutes and counts.

    Attributes:
        floor: Minimum care minutes, scaled by ``fraction`` (rounded down).
        ceiling: Maximum care minutes, scaled as the rule book says.
        target: Target minutes, scaled like the floor; None if none is ordered.
        full_floor: Floor of a full week.
        full_target: Target of a full week, as stored in the history.
        full_ceiling: Ceiling of a full week, as stored in the history.
        billable_day_minutes: Care minutes from which a day is billable; a day without any never is.
        group_counts: Group services ordered by count, (service, places due this week).
        needs: Due occurrences of services other than group places.
        is_only: Whether groups are limited to those of `group_counts` and `mix`, where there are any.
        fraction: The participant's open dates this week, divided by those of an ordinary week.
        interval_services: Services ordered at an interval or by a number in all; exempt from `step_down_ceiling`.
        dated_services: These, and those of which that holds in other weeks of the stay: their last dates matter.
        counted_services: Services ordered by a number in all, in some weeks of the stay: all their dates matter.
        spacings: How far apart sessions of some services are to be.
    """

    floor: int
    target: int | None
    ceiling: int
    full_floor: int
    full_target: int | None
    full_ceiling: int
    sessions_floor: int
    sessions_ceiling: int
    days_floor: int
    days_ceiling: int
    billable_days: int
    billable_day_minutes: int
    day_minutes_ceiling: int
    day_sessions_ceiling: int
    group_counts: tuple[tuple[str, int], ...]
    needs: tuple[Need, ...]
    mix: tuple[MixOrder, ...]
    is_only: bool
    modules: tuple[str, ...]
    modes: tuple[str, ...]
    interval_services: tuple[str, ...]
    dated_services: tuple[str, ...]
    counted_services: tuple[str, ...]
    spacings: tuple[Spacing, ...]
    fraction: Fraction

    @property
    def is_partial(self) -> bool:
        """Whether the week is shortened by admission, discharge or closure."""
        return self.fraction < 1

    def nothing(self) -> Order:
        """This order with nothing ordered and nothing allowed, for participants who are not served this week."""
        return replace(
            self, floor=0, target=None, ceiling=0, sessions_floor=0, sessions_ceiling=0, days_floor=0, days_ceiling=0,
            billable_days=0, group_counts=(), needs=(), mix=(), modules=(),
        )  # fmt: skip


def first_set(*values: T | None) -> T | None:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)


def agreed_modes(participant: Participant, phase: OrderSpec) -> tuple[BookingMode, ...]:
    """The modes of the order, or of its phase, to which the participant consented."""
    return tuple(m for m in (first_set(participant.order.modes, phase.modes) or participant.modes) if m in participant.modes)


def due_count(order: ServiceOrder, dates: Sequence[date], week: Week, of_stay: int | None) -> int:
    """How often an ordered service is due in a week to which its order applies.

    Args:
        dates: The dates before this week on which it was given, in order.
        of_stay: The week of the stay.
    """
    if order.due is not None and not order.due:
        return 0
    if order.in_all is not None:
        return _due_of_all(order, order.in_all, dates, week, of_stay or 1)
    if order.every_n_weeks is None:
        return order.per_week or 1
    if order.due or not dates:
        return 1
    return int(dates[-1] + timedelta(weeks=order.every_n_weeks) <= week.date_of(6))


def _due_of_all(order: ServiceOrder, number: int, dates: Sequence[date], week: Week, of_stay: int) -> int:
    """How many of a number over some weeks are due: as many as there should be by now, less those given; late ones one after the other."""
    first = order.from_week or 1
    weeks, passed = (order.until_week or first) - first + 1, of_stay - first + 1
    begin = week.monday - timedelta(weeks=passed - 1)
    missing = -(-number * passed // weeks) - sum(begin <= day < week.monday for day in dates)
    return max(int(order.due or False), min(missing, -(-number // weeks)))


def effective_order(
    participant: Participant,
    phase: OrderSpec | None,
    policy: PolicyValues,
    services: Mapping[str, Service],
    dates_given: Mapping[tuple[str, str], Sequence[date]],
    week: Week,
    fraction: Fraction,
    standard_block: int,
) -> Order:
    """Merge participant, phase and policy; scale a partial week.

    Args:
        phase: The order of the participant's phase, if any.
        dates_given: (participant, service) to the dates on which it was given, in order.
        fraction: The participant's open dates of the week, divided by those of an ordinary week.
        standard_block: Minutes of the program's usual block, for the ceiling of a partial week.
    """
    own, phase = participant.order, phase or OrderSpec()
    floor = first_set(own.minutes.floor, phase.minutes.floor, policy.weekly_minutes_floor) or 0
    full_ceiling = first_set(own.minutes.ceiling, phase.minutes.ceiling, policy.weekly_minutes_ceiling) or 0
    target = first_set(own.minutes.target, phase.minutes.target, policy.weekly_minutes_target)
    ordered = first_set(own.services, phase.services) or ()
    active = tuple(o for o in ordered if _applies(o, services[o.service], stay_week(participant, week.monday)))
    needs, groups = _due(participant, active, services, dates_given, week)
    scaled_floor, ceiling = int(floor * fraction), full_ceiling
    if fraction < 1:
        blocks = -(-scaled_floor // standard_block) * standard_block
        individual = sum(n.minutes for n in needs if services[n.service].countable)
        ceiling = max(int(full_ceiling * fraction), blocks) + individual
    return Order(
        floor=scaled_floor,
        target=None if target is None else int(target * fraction),
        ceiling=ceiling,
        full_floor=floor,
        full_target=target,
        full_ceiling=full_ceiling,
        sessions_floor=int((first_set(own.sessions.floor, phase.sessions.floor, policy.sessions_floor) or 0) * fraction),
        sessions_ceiling=first_set(own.sessions.ceiling, phase.sessions.ceiling, policy.sessions_ceiling) or 0,
        days_floor=int((first_set(own.days.floor, phase.days.floor, policy.days_floor) or 0) * fraction),
        days_ceiling=first_set(own.days.ceiling, phase.days.ceiling, policy.days_ceiling) or 0,
        billable_days=first_set(own.billable_days, phase.billable_days, policy.billable_days) or 0,
        billable_day_minutes=max(1, first_set(own.billable_day_minutes, phase.billable_day_minutes, policy.billable_day_minutes) or 0),
        day_minutes_ceiling=first_set(own.day_minutes_ceiling, phase.day_minutes_ceiling, policy.day_minutes_ceiling) or 0,
        day_sessions_ceiling=first_set(own.day_sessions_ceiling, phase.day_sessions_ceiling, policy.day_sessions_ceiling) or 0,
        group_counts=groups,
        needs=needs,
        mix=first_set(own.mix, phase.mix) or (),
        is_only=first_set(own.only, phase.only) or False,
        modules=first_set(own.modules, phase.modules) or (),
        modes=agreed_modes(participant, phase),
        interval_services=tuple(o.service for o in active if _is_dated(o)),
        dated_services=tuple(o.service for o in ordered if _is_dated(o)),
        counted_services=tuple(o.service for o in ordered if o.in_all is not None),
        spacings=tuple(spacing for o in active for spacing in _spacings(o)),
        fraction=fraction,
    )


def _applies(order: ServiceOrder, service: Service, week: int | None) -> bool:
    """Whether an order applies, and its service is given, in a week of the stay."""
    return all(is_in_weeks(week, limited.from_week, limited.until_week) for limited in (order, service))


def _is_dated(order: ServiceOrder) -> bool:
    """Whether dates of earlier weeks decide if it is due."""
    return order.every_n_weeks is not None or order.in_all is not None


def _spacings(order: ServiceOrder) -> Iterator[Spacing]:
    if order.days_apart is not None:
        yield Spacing(order.service, "day", order.days_apart)
    if order.hours_apart is not None:
        yield Spacing(order.service, "hour", order.hours_apart)


def _due(
    participant: Participant,
    ordered: tuple[ServiceOrder, ...],
    services: Mapping[str, Service],
    dates_given: Mapping[tuple[str, str], Sequence[date]],
    week: Week,
) -> tuple[tuple[Need, ...], tuple[tuple[str, int], ...]]:
    """The due needs, and the due counts of group services."""
    needs: list[Need] = []
    groups: list[tuple[str, int]] = []
    for order in ordered:
        count = due_count(order, dates_given.get((participant.id, order.service), ()), week, stay_week(participant, week.monday))
        service = services[order.service]
        if service.kind == "group":
            groups.append((service.id, count))
            continue
        needs += [
            Need(participant.id, service.id, ordinal, service.minutes, order.guests, order.partner) for ordinal in range(1, count + 1)
        ]
    return tuple(needs), tuple(groups)
