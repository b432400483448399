"""Checks of orders: each is unambiguous and can be met."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scheduler.case import Case
from scheduler.case.orders import Order, first_set
from scheduler.instance import CountBand, Instance, MinuteBand, OrderSpec, Participant, ServiceOrder
from scheduler.validation.issue import Issue, error, warning
from scheduler.validation.walk import Spec, specs


def ordered_services(instance: Instance) -> Iterator[Issue]:
    """Ordered services state frequency, guests and partner, fit in a week, and each is ordered once."""
    kinds = {service.id: service.kind for service in instance.services}
    for spec in specs(instance):
        earlier: list[ServiceOrder] = []
        for n, ordered in enumerate(spec.order.services or ()):
            path = f"{spec.path}.services[{n}]"
            if any(_overlap(ordered, other) for other in earlier):
                message = f"order {ordered.service} only once for {spec.owner} in each week of the stay, with the number per week"
                yield error("duplicate_order", path, message)
            earlier.append(ordered)
            frequencies = [value for value in (ordered.per_week, ordered.every_n_weeks, ordered.in_all) if value is not None]
            if len(frequencies) > 1 or (not frequencies and ordered.due is None):
                yield error("order_frequency", path, f"give either per_week, every_n_weeks or in_all for {ordered.service}")
            if ordered.in_all is not None and ordered.until_week is None:
                yield error("order_frequency", path, f"give until_week for {ordered.service}: the number in all is spread up to that week")
            count = ordered.per_week or 1
            if (count - 1) * max(24 * (ordered.days_apart or 0), ordered.hours_apart or 0) >= 7 * 24:
                message = f"order {ordered.service} less often for {spec.owner}, or less far apart: {count} do not fit in a week"
                yield warning("spacing_too_wide", path, message)
            yield from _people(path, spec, ordered, kinds.get(ordered.service, ""))


def _overlap(a: ServiceOrder, b: ServiceOrder) -> bool:
    """Whether two orders of one service apply in the same week of some stay."""
    if a.service != b.service:
        return False
    return (a.from_week or 1) <= (b.until_week or math.inf) and (b.from_week or 1) <= (a.until_week or math.inf)


def _people(path: str, spec: Spec, ordered: ServiceOrder, kind: str) -> Iterator[Issue]:
    """Guests are for family sessions and a partner for couple sessions; a phase names neither."""
    if ordered.guests and kind != "family":
        yield error("order_people", f"{path}.guests", f"remove the guests: {ordered.service} is not a family service")
    if ordered.partner is not None and (kind != "couple" or spec.person is None):
        yield error("order_people", f"{path}.partner", "remove the partner: only a participant's own order for a couple service has one")
    if kind == "family" and spec.person is not None and not ordered.guests:
        yield warning("family_without_guests", path, f"name the guests of {spec.owner} who attend {ordered.service}")
    if kind == "couple" and ordered.partner is None:
        yield error("partner_missing", path, f"name the partner for {ordered.service}, in the participant's own order")
    if spec.person is not None and ordered.partner == spec.owner:
        yield error("partner_self", f"{path}.partner", f"name another participant as the partner of {spec.owner}")


def mixes(instance: Instance) -> Iterator[Issue]:
    """In a service mix, the minimum is not above the maximum."""
    for spec in specs(instance):
        for n, mix in enumerate(spec.order.mix or ()):
            if mix.at_most is not None and mix.at_least > mix.at_most:
                yield error("mix_reversed", f"{spec.path}.mix[{n}]", f"at_least must not be above at_most for {mix.category}")


def couples(case: Case) -> Iterator[Issue]:
    """A couple session is ordered for both partners, equally often."""
    for n, person in enumerate(case.instance.participants):
        for ordered in services_of(case, person):
            partner = case.participants.get(ordered.partner or "")
            if partner is None or partner is person or case.services[ordered.service].kind != "couple":
                continue
            if not any(_matches(ordered, other, person.id) for other in services_of(case, partner)):
                message = f"order {ordered.service} for {partner.id} as well, equally often and with {person.id} as the partner"
                yield error("partner_one_sided", f"participants[{n}].order.services", message)


def services_of(case: Case, person: Participant) -> tuple[ServiceOrder, ...]:
    """The services ordered for a participant, individually or by the phase, whether due this week or not."""
    return first_set(person.order.services, _phase_order(case, person).services) or ()


def _matches(ordered: ServiceOrder, other: ServiceOrder, person: str) -> bool:
    return other.service == ordered.service and other.partner == person and _rhythm(other) == _rhythm(ordered)


def _rhythm(ordered: ServiceOrder) -> tuple[int | bool | None, ...]:
    """How often a service is ordered, and in which weeks of the stay."""
    return ordered.per_week, ordered.every_n_weeks, ordered.in_all, ordered.from_week, ordered.until_week, ordered.due


def bands(case: Case) -> Iterator[Issue]:
    """Floors are not above ceilings, in any combination of participant, phase and policy."""
    for spec in specs(case.instance):
        phase = _phase_order(case, spec.person)
        policy = case.policy_at(case.phases[spec.owner].level) if spec.person is None else case.policy_of(spec.owner)
        for unit, default in (("minutes", "weekly_minutes"), ("sessions", "sessions"), ("days", "days")):
            own: MinuteBand | CountBand = getattr(spec.order, unit)
            if own == type(own)():
                continue
            upper: MinuteBand | CountBand = getattr(phase, unit)
            floor = first_set(own.floor, upper.floor, getattr(policy, f"{default}_floor")) or 0
            ceiling = first_set(own.ceiling, upper.ceiling, getattr(policy, f"{default}_ceiling")) or 0
            path = f"{spec.path}.{unit}"
            if floor > ceiling:
                message = f"the {unit} of {spec.owner} have a floor ({floor}) above the ceiling ({ceiling}); correct one of them"
                yield error("band_reversed", path, message)
            elif isinstance(own, MinuteBand) and own.target is not None and not floor <= own.target <= ceiling:
                yield warning("target_outside_band", path, f"the target of {spec.owner} must be between {floor} and {ceiling} minutes")


def _phase_order(case: Case, person: Participant | None) -> OrderSpec:
    """The order of a participant's phase; an empty order without a phase."""
    return OrderSpec() if person is None or person.phase is None else case.phases[person.phase].order


def fits_ceiling(case: Case) -> Iterator[Issue]:
    """The services ordered this week fit the ceilings of minutes and sessions."""
    least = _least_minutes(case)
    for n, person in enumerate(case.instance.participants):
        order = case.care.order(person.id)
        if order.is_partial:
            continue
        path = f"participants[{n}].order"
        countable = [need for need in order.needs if case.services[need.service].countable]
        minutes = sum(need.minutes for need in countable) + sum(count * least.get(service, 0) for service, count in order.group_counts)
        if minutes > order.ceiling:
            weekly = minutes - sum(need.minutes for need in countable if need.service in order.interval_services)
            message = f"raise the ceiling of {person.id} ({order.ceiling} minutes), or order less than {minutes} this week"
            yield (error if weekly > order.ceiling else warning)("services_over_ceiling", path, message)
        sessions = sum(case.care.is_counted(need.service) for need in order.needs)
        sessions += _least_sessions(case, order)
        if sessions > order.sessions_ceiling:
            message = f"raise the sessions of {person.id} (at most {order.sessions_ceiling}), or order fewer than {sessions}"
            yield warning("sessions_over_ceiling", path, message)


def _least_sessions(case: Case, order: Order) -> int:
    """The fewest counted sessions that give the groups ordered by count: a block gives several services in one session."""
    in_blocks = {s for hours in case.groups.blocks.values() for hour in hours for s in case.groups.services(hour)}
    counts = [(service, count) for service, count in order.group_counts if case.care.is_counted(service)]
    alone = sum(count for service, count in counts if service not in in_blocks)
    return alone + max((count for service, count in counts if service in in_blocks), default=0)


def _least_minutes(case: Case) -> dict[str, int]:
    """The care minutes of the shortest group, by group service."""
    least: dict[str, int] = {}
    for group in case.instance.groups:
        minutes = case.care.minutes(group.service, group.id)
        for service in case.groups.services(group.id):
            least[service] = min(minutes, least.get(service, minutes))
    return least


def offered(case: Case) -> Iterator[Issue]:
    """Every ordered group service, category and module is given by some group this week."""
    groups = [g for g in case.instance.groups if case.groups.spans(g.id)]
    services = {service for g in groups for service in case.groups.services(g.id)}
    categories = {case.services[service].category for service in services}
    modules = {g.module for g in groups}
    for n, person in enumerate(case.instance.participants):
        order = case.care.order(person.id)
        orders = [(service, service in services) for service, count in order.group_counts if count > 0]
        orders += [(mix.category, mix.category in categories) for mix in order.mix if mix.at_least > 0]
        orders += [(module, module in modules) for module in order.modules]
        for name, is_offered in orders:
            if not is_offered:
                message = f"add a group that offers {name} this week, or order something else for {person.id}"
                yield warning("not_offered", f"participants[{n}].order", message)


def modes(case: Case) -> Iterator[Issue]:
    """Every ordered service can be given in a mode the participant agreed to."""
    for n, person in enumerate(case.instance.participants):
        order = case.care.order(person.id)
        ordered = dict.fromkeys([*(need.service for need in order.needs), *(service for service, _ in order.group_counts)])
        for service in ordered:
            if not set(case.services[service].modes) & set(order.modes):
                message = f"ask {person.id} to agree to one of the modes of {service}, or order another service"
                yield warning("no_agreed_mode", f"participants[{n}].modes", message)
