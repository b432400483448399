"""Checks of authorizations: the order of dates, units left, and the dates of the week covered."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.instance import Authorization, Instance, Participant
from scheduler.rules._authorizations import covering, covers, is_lapsed, limits_of
from scheduler.timegrid import day_span
from scheduler.validation.issue import Issue, error, warning
from scheduler.words import day_name


def spans(instance: Instance) -> Iterator[Issue]:
    """Authorizations end after they begin, and one covers some of this week."""
    for n, person in enumerate(instance.participants):
        path = f"participants[{n}].authorizations"
        for k, entry in enumerate(person.authorizations):
            if entry.last < entry.first:
                yield error("authorization_reversed", f"{path}[{k}]", f"{entry.id} must end on or after its first date")
        if _is_over(person, instance):
            yield warning("authorization_ended", path, f"renew the authorization of {person.id}: none covers any day of this week")


def _is_over(person: Participant, instance: Instance) -> bool:
    """Whether a participant had authorizations, and all have ended."""
    return bool(person.authorizations) and all(entry.last < instance.monday for entry in person.authorizations)


def units(instance: Instance) -> Iterator[Issue]:
    """No more units are used than authorized, and some are left for the week."""
    for n, person in enumerate(instance.participants):
        for k, entry in enumerate(person.authorizations):
            if entry.state != "approved":
                continue
            path = f"participants[{n}].authorizations[{k}]"
            over = [
                (name, used, most)
                for name, used, most in (("used", entry.used, entry.units), ("used_in_week", entry.used_in_week, entry.units_per_week))
                if most is not None and used > most
            ]
            for name, used, most in over:
                message = f"check the units of {entry.id} of {person.id}: {used} used, but only {most} authorized"
                yield warning("authorization_overused", f"{path}.{name}", message)
            if not over and (until := _used_up_until(entry, instance)) is not None:
                message = f"renew {entry.id} of {person.id}, or correct the units used: no units are left {until}"
                yield warning("authorization_used_up", path, message)


def _used_up_until(entry: Authorization, instance: Instance) -> str | None:
    """The part of this week for which an authorization has no units left, in words; None if there are units left."""
    first, last = ((date - instance.monday).days for date in (entry.first, entry.last))
    days = range(max(0, first), min(6, last) + 1)
    empty = [limit for limit in limits_of(entry) if limit.units == 0]
    left = [day for day in days if not any(day in limit.days for limit in empty)]
    if not days or days[0] in left:
        return None
    return f"before {day_name(left[0])}" if left else "for this week"


def covered(case: Case) -> Iterator[Issue]:
    """Everything that may be placed this week is on dates that the participant's authorizations cover."""
    for n, person in enumerate(case.instance.participants):
        path = f"participants[{n}].authorizations"
        days_of = _placeable(case, person.id)
        dates = [(service, case.week.date_of(day)) for service in sorted(days_of) for day in sorted(days_of[service])]
        open_to = [(service, day) for service, day in dates if not covering(case, person.id, service, day)]
        refused = [(service, day) for service, day in open_to if case.services[service].requires_authorization]
        lapsed = {day for service, day in open_to if (service, day) not in refused and is_lapsed(case, person.id, service, day)}
        if refused:
            services, days = (", ".join(map(str, sorted(set(of_one)))) for of_one in zip(*refused, strict=True))
            message = f"enter an authorization of {person.id} for {services}; without one, no session can be booked on {days}"
            yield warning("authorization_gap", path, message)
        if lapsed and not _is_over(person, case.instance):
            days = ", ".join(map(str, sorted(lapsed)))
            message = f"renew the authorization of {person.id}: none covers {days}, so sessions on those dates are listed as not covered"
            yield warning("authorization_gap", path, message)


def _placeable(case: Case, participant: str) -> dict[str, set[int]]:
    """The ordered services for which authorizations matter, each with the future days on which the program is open and they are free."""
    grants = case.participants[participant].authorizations
    services = [s.id for s in case.services.values() if s.requires_authorization or any(covers(case, grant, s.id) for grant in grants)]
    if not services or not case.care.is_served(participant):
        return {}
    free = case.time.free(participant)
    days = {
        d
        for d in case.care.open_dates(participant)
        if not case.time.is_past(day_span(d).end) and any(s.overlaps(day_span(d)) for s in free)
    }
    days_of = {need.service: set(days) for need in case.care.order(participant).needs if need.service in services}
    meetings = case.memo("validation authorizations", lambda: _meetings(case))
    for service in services:
        for group, meets in meetings.get(service, ()):
            if (new := (meets & days) - days_of.get(service, set())) and case.care.is_ordered(participant, group):
                days_of.setdefault(service, set()).update(new)
    return days_of


def _meetings(case: Case) -> dict[str, list[tuple[str, frozenset[int]]]]:
    """By service, its groups with the weekdays on which they may meet."""
    meetings: dict[str, list[tuple[str, frozenset[int]]]] = {}
    for group in case.instance.groups:
        meetings.setdefault(group.service, []).append((group.id, frozenset(span.day for span in case.groups.spans(group.id))))
    return meetings
