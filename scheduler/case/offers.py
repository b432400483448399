"""What a group offers this week: when it may meet, what it gives, for whom, with how many places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.case.times import is_week
from scheduler.timegrid import DAY, WEEKDAYS, Span

if TYPE_CHECKING:
    from scheduler.case.case import Case


def group_spans(case: Case, group: str) -> tuple[Span, ...]:
    """The candidate spans of a group this week; none in a week that is not its own."""
    found = case.groups[group]
    if not is_week(found.weeks, case.week.monday, case.instance.program.week_a):
        return ()
    starts = [WEEKDAYS.index(s.day) * DAY + s.time for s in found.starts]
    return tuple(sorted({Span(s, s + found.minutes) for s in starts}))


def segment_services(case: Case, group: str) -> tuple[str, ...]:
    """The services a run of the group gives."""
    found = case.groups[group]
    return tuple(dict.fromkeys([found.service, *(s.service for s in found.segments if s.service is not None)]))


def is_group_ordered(case: Case, participant: str, group: str) -> bool:
    """Whether the optimizer may place a participant in a group: by count, by service mix, or, without either, by minutes."""
    order, services = case.order(participant), case.segment_services(group)
    if any(count > 0 and service in services for service, count in order.group_counts):
        return True
    if any(m.category in {case.services[s].category for s in services} and m.at_most != 0 for m in order.mix):
        return True
    return not order.group_counts and not order.mix and case.care_minutes(case.groups[group].service, group) > 0


def maximum(case: Case, group: str) -> int:
    """Most participants of a group."""
    found = case.groups[group]
    if found.maximum is not None:
        return found.maximum
    education = case.services[found.service].category in case.policy.education_categories
    return case.policy.education_maximum if education else case.policy.group_maximum


def reserve(case: Case, group: str) -> int:
    """Places kept free in a group: its own number, else the policy's for open groups of a track."""
    found = case.groups[group]
    if found.reserve is not None:
        return found.reserve
    return case.policy.open_track_reserve if found.track is not None and not found.is_closed else 0
