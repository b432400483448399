"""The order of each participant this week: participant overrides phase overrides policy, scaled in a partial week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, TypeVar

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
        group_counts: Group services ordered by count, (service, places due this week).
        needs: Due occurrences of services other than group places.
        is_only: Whether groups are limited to those of `group_counts` and `mix`, where there are any.
        fraction: The participant's open dates this week, divided by those of an ordinary week.
        interval_services: Services ordered at an interval; exempt from `step_down_ceiling`.
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
    group_counts: tuple[tuple[str, int], ...]
    needs: tuple[Need, ...]
    mix: tuple[MixOrder, ...]
    is_only: bool
    modules: tuple[str, ...]
    modes: tuple[str, ...]
    interval_services: tuple[str, ...]
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


def due_count(order: ServiceOrder, last: date | None, week: Week) -> int:
    """How often an ordered service is due this week."""
    if order.due is not None and not order.due:
        return 0
    if order.every_n_weeks is None:
        return order.per_week or 1
    if order.due or last is None:
        return 1
    return int(last + timedelta(weeks=order.every_n_weeks) <= week.date_of(6))


def effective_order(
    participant: Participant,
    phase: OrderSpec | None,
    policy: PolicyValues,
    services: Mapping[str, Service],
    last_dates: Mapping[tuple[str, str], date],
    week: Week,
    fraction: Fraction,
    standard_block: int,
) -> Order:
    """Merge participant, phase and policy; scale a partial week.

    Args:
        phase: The order of the participant's phase, if any.
        last_dates: (participant, service) to the last date it was given.
        fraction: The participant's open dates of the week, divided by those of an ordinary week.
        standard_block: Minutes of the program's usual block, for the ceiling of a partial week.
    """
    own, phase = participant.order, phase or OrderSpec()
    floor = first_set(own.minutes.floor, phase.minutes.floor, policy.weekly_minutes_floor) or 0
    full_ceiling = first_set(own.minutes.ceiling, phase.minutes.ceiling, policy.weekly_minutes_ceiling) or 0
    target = first_set(own.minutes.target, phase.minutes.target, policy.weekly_minutes_target)
    ordered = first_set(own.services, phase.services) or ()
    needs, groups = _due(participant, ordered, services, last_dates, week)
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
        group_counts=groups,
        needs=needs,
        mix=first_set(own.mix, phase.mix) or (),
        is_only=first_set(own.only, phase.only) or False,
        modules=first_set(own.modules, phase.modules) or (),
        modes=agreed_modes(participant, phase),
        interval_services=tuple(o.service for o in ordered if o.every_n_weeks is not None),
        spacings=tuple(spacing for o in ordered for spacing in _spacings(o)),
        fraction=fraction,
    )


def _spacings(order: ServiceOrder) -> Iterator[Spacing]:
    if order.days_apart is not None:
        yield Spacing(order.service, "day", order.days_apart)
    if order.hours_apart is not None:
        yield Spacing(order.service, "hour", order.hours_apart)


def _due(
    participant: Participant,
    ordered: tuple[ServiceOrder, ...],
    services: Mapping[str, Service],
    last_dates: Mapping[tuple[str, str], date],
    week: Week,
) -> tuple[tuple[Need, ...], tuple[tuple[str, int], ...]]:
    """The due needs, and the due counts of group services."""
    needs: list[Need] = []
    groups: list[tuple[str, int]] = []
    for order in ordered:
        count = due_count(order, last_dates.get((participant.id, order.service)), week)
        service = services[order.service]
        if service.kind == "group":
            groups.append((service.id, count))
            continue
        needs += [
            Need(participant.id, service.id, ordinal, service.minutes, order.guests, order.partner) for ordinal in range(1, count + 1)
        ]
    return tuple(needs), tuple(groups)
