"""Checks of the weeks of a stay and of phases."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.barriers import all_of
from scheduler.case import Case
from scheduler.case.stay import phase_week
from scheduler.instance import Eligibility, Instance, Service, ServiceOrder
from scheduler.validation.issue import Issue, error, warning
from scheduler.validation.orders import services_of
from scheduler.validation.walk import specs

Limited = Service | ServiceOrder | Eligibility


def weeks(instance: Instance) -> Iterator[Issue]:
    """The first of some weeks of the stay is not after the last."""
    for path, limits in _limited(instance):
        if limits.from_week is not None and limits.until_week is not None and limits.from_week > limits.until_week:
            message = f"the first week ({limits.from_week}) must not be after the last ({limits.until_week})"
            yield error("weeks_reversed", f"{path}.from_week", message)


def _limited(instance: Instance) -> Iterator[tuple[str, Limited]]:
    """Everything that may be limited to weeks of the stay, with its path."""
    yield from ((f"services[{n}]", service) for n, service in enumerate(instance.services))
    yield from ((f"groups[{n}].eligibility", group.eligibility) for n, group in enumerate(instance.groups))
    for spec in specs(instance):
        yield from ((f"{spec.path}.services[{n}]", ordered) for n, ordered in enumerate(spec.order.services or ()))


def has_limits(limits: Limited) -> bool:
    """Whether something is limited to weeks of the stay."""
    return limits.from_week is not None or limits.until_week is not None


def admission_dates(case: Case) -> Iterator[Issue]:
    """The weeks of the stay are known of everyone with whom they make a difference."""
    is_any_limited = any(has_limits(group.eligibility) for group in case.groups.values())
    is_any_limited = is_any_limited or any(has_limits(service) for service in case.services.values())
    unknown = [
        n
        for n, person in enumerate(case.instance.participants)
        if case.care.stay_week(person.id) is None
        and case.care.is_served(person.id)
        and (is_any_limited or any(map(has_limits, services_of(case, person))))
    ]
    if unknown:
        who = all_of([case.instance.participants[n].id for n in unknown])
        message = f"enter the first day of {who}: without it, they get nothing that is limited to weeks of the stay"
        yield warning("admission_missing", f"participants[{unknown[0]}].admitted", message)


def phases(case: Case) -> Iterator[Issue]:
    """The planned weeks of a phase are not over; where the date on which it began is not entered, nothing is said."""
    over: list[tuple[int, str]] = []
    for n, person in enumerate(case.instance.participants):
        if person.phase_since is None or not case.care.is_served(person.id):
            continue
        week, planned = phase_week(person, case.phases, case.instance.plans, case.week.monday) or (0, 0)
        if week > planned:
            over.append((n, f"{person.id} (week {week} of {planned} in {person.phase})"))
    if over:
        message = f"decide who goes on to another phase, the planned weeks are over: {all_of([who for _, who in over])}; no one is moved"
        yield warning("phase_over", f"participants[{over[0][0]}].phase", message)
