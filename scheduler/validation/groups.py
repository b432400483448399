"""Checks of groups: each is consistent, and has a time, a leader and a room."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cache

from scheduler.barriers import nearness, run_barriers
from scheduler.case import Case
from scheduler.instance import Group, Instance
from scheduler.rule import overriding
from scheduler.rules import RULES, group_size
from scheduler.rules.room_fit import lacking, needed
from scheduler.terms import Run, Staffing
from scheduler.timegrid import DAY, clock
from scheduler.validation.issue import Issue, error, warning

OF_STAFF = ("clinician_availability", "clinician_qualification", "facilitator_ratio", "second_staff_on_site")
OF_ROOMS = ("room_conflict", "room_fit")


def shapes(instance: Instance) -> Iterator[Issue]:
    """The minutes, segments, starts, site and service of a group are consistent."""
    kinds = {service.id: service.kind for service in instance.services}
    for n, group in enumerate(instance.groups):
        path = f"groups[{n}]"
        if kinds.get(group.service, "group") != "group":
            yield error("service_kind", f"{path}.service", f"use a service of kind group for {group.id}: {group.service} is not one")
        if group.segments and sum(segment.minutes for segment in group.segments) != group.minutes:
            total = sum(segment.minutes for segment in group.segments)
            message = f"the segments of {group.id} must add up to {group.minutes} minutes, not {total}"
            yield error("segments_sum", f"{path}.segments", message)
        if group.mode != "telehealth" and group.site is None:
            yield error("site_missing", f"{path}.site", f"enter the site of {group.id}: it meets on site")
        if group.minimum is not None and group.maximum is not None and group.minimum > group.maximum:
            yield error("group_size_reversed", f"{path}.minimum", f"lower the minimum of {group.id} to its maximum or less")
        if group.meets_from is not None and group.meets_until is not None and group.meets_until < group.meets_from:
            yield error("group_dates_reversed", f"{path}.meets_until", f"the last date of {group.id} must be on or after its first one")
        for k, start in enumerate(group.starts):
            if start.time + group.minutes > DAY:
                yield error("crosses_midnight", f"{path}.starts[{k}]", f"{group.id} must end by midnight")


def lengths(instance: Instance) -> Iterator[Issue]:
    """Groups and appointments last at least a minute."""
    for name in ("services", "groups"):
        for n, entry in enumerate(getattr(instance, name)):
            if entry.minutes == 0 and getattr(entry, "kind", "") != "group":
                yield error("no_minutes", f"{name}[{n}].minutes", f"enter how many minutes {entry.id} lasts")


def pull_outs(instance: Instance) -> Iterator[Issue]:
    """Groups are left for individual services that count, and only groups."""
    kinds = {service.id: service.kind for service in instance.services}
    for n, service in enumerate(instance.services):
        path = f"services[{n}].pulls_out_of"
        if service.pulls_out_of and service.kind != "individual":
            yield error("pull_out", path, f"remove the groups to leave: {service.id} is not an individual service")
        elif service.pulls_out_of and not service.countable:
            yield error("pull_out", path, f"remove the groups to leave, or let {service.id} count: the time of the group counts")
        for other in service.pulls_out_of:
            if kinds.get(other, "group") != "group":
                yield error("pull_out", path, f"name group services for {service.id}: {other} is not one")


def days(instance: Instance) -> Iterator[Issue]:
    """A standing group has its starts on one day: of several days, it meets only on the best."""
    for n, group in enumerate(instance.groups):
        days = tuple(dict.fromkeys(start.day for start in group.starts))
        if len(days) > 1 and group.is_standing:
            names = ", ".join(f"{group.id}-{day}" for day in days)
            message = f"make {len(days)} groups, e.g. {names}, if {group.id} is to meet on each of these days: a group meets once a week"
            yield warning("one_run_a_week", f"groups[{n}].starts", message)


def levels(instance: Instance) -> Iterator[Issue]:
    """A group's levels are levels of phases."""
    used = {phase.level for phase in instance.phases}
    for n, group in enumerate(instance.groups):
        for k, level in enumerate(group.eligibility.levels):
            if level not in used:
                yield warning("unknown_level", f"groups[{n}].eligibility.levels[{k}]", f"correct this level of {group.id}: no phase has it")


def clock_changes(case: Case) -> Iterator[Issue]:
    """No group begins, ends or runs during a clock change."""
    for n, group in enumerate(case.instance.groups):
        for span in case.groups.spans(group.id):
            if not case.week.shows_once(span):
                message = f"move {group.id} from {clock(span.start)}: the clocks change then"
                yield error("clock_change", f"groups[{n}].starts", message)


def can_run(case: Case) -> Iterator[Issue]:
    """Every group has a start in opening hours, a leader and a room this week."""
    for n, group in enumerate(case.instance.groups):
        path = f"groups[{n}]"
        site = None if group.mode == "telehealth" else group.site
        runs = [Run(group.id, span, group.mode, site) for span in case.groups.spans(group.id) if not case.time.is_past(span.start)]
        if not runs:
            continue
        open_runs = [run for run in runs if any(window.contains(run.span) for window in case.time.open(site))]
        if not open_runs:
            yield warning(
                "group_never_open", f"{path}.starts", f"move {group.id}: none of its start times is within opening hours this week"
            )
            continue
        leaders = leaders_of(case, group)
        refused = refusals("admits_staffing", case, ((Staffing(run, clinician),) for run in open_runs for clinician in leaders))
        if refused is not None:
            why = _why(case, open_runs, OF_STAFF) or f"nobody can lead it this week{because(refused)}"
            message = f"find a leader for {group.id}: {why.removeprefix(f'nobody can lead {group.id}: ')}"
            yield warning("group_without_leader", f"{path}.facilitators", message)
        refused = None if site is None else refusals("admits_room", case, ((run, room) for run in open_runs for room in case.rooms))
        if refused is not None:
            message = f"find a room for {group.id}: {_why(case, open_runs, OF_ROOMS) or f'none at {site} fits{because(refused)}'}"
            yield warning("group_without_room", f"{path}.rooms", message)


def _why(case: Case, runs: Sequence[Run], rules: Container[str]) -> str:
    """What is against the run that has the least against it, in words; empty if no barrier is found."""
    barriers = ([b for b in run_barriers(case, run) if b.rule in rules] for run in runs)
    nearest = min(barriers, key=nearness)
    return "; ".join(barrier.sentence([runs[0].group]) for barrier in nearest)


def leaders_of(case: Case, group: Group) -> list[str]:
    """The clinicians with the credential that the group's leader must have."""
    credential = group.leading_credential
    return [id for id, clinician in case.clinicians.items() if credential is None or credential in clinician.credentials]


def places(case: Case) -> Iterator[Issue]:
    """A group has places, and can reach its minimum."""
    for n, group in enumerate(case.instance.groups):
        path, maximum = f"groups[{n}]", case.groups.maximum(group.id)
        if maximum - case.groups.reserve(group.id) <= 0:
            yield warning("group_without_places", f"{path}.reserve", f"lower the reserve of {group.id}: it takes up every place")
        least = case.groups.minimum(group.id)
        if not group.is_standing and least > maximum and (group.minimum is None or group.maximum is None):
            message = f"lower the minimum of {group.id} ({least}) to its maximum ({maximum}) or less"
            yield error("group_size_reversed", f"{path}.minimum", message)


def members(case: Case) -> Iterator[Issue]:
    """Every member of a group has a place and a seat."""
    for n, group in enumerate(case.instance.groups):
        held, maximum = group_size.members(case, group.id), case.groups.maximum(group.id)
        if (over := group_size.sum_of_places(case, group.id, held) - maximum) > 0:
            left = "1 has left" if over == 1 else f"{over} have left"
            message = (
                f"check the maximum of {group.id} ({maximum}): {len(held)} are in it and keep their places; nobody can join until {left}"
            )
            yield warning("group_overfull", f"groups[{n}].maximum", message)
        seats = [case.rooms[room].seats for room in _rooms(case, group)]
        if group.mode == "in_person" and seats and (short := sum(case.guests.seats(p, group.id) for p in held) + 1 - max(seats)) > 0:
            message = (
                f"find a larger room for {group.id}: {len(held)} are in it, but the largest room has {max(seats)} seats, "
                f"so {short} would have none"
            )
            yield warning("group_outgrew_rooms", f"groups[{n}].rooms", message)


def _rooms(case: Case, group: Group) -> list[str]:
    """The rooms that suit a group, whoever attends."""
    features = needed(case, group.service, group.id, group.mode, ())
    return [room for room in case.rooms if not lacking(case, room, group.site, group.id, features)]


def refusals(hook: str, case: Case, options: Iterable[tuple[object, ...]], only: Container[str] | None = None) -> tuple[str, ...] | None:
    """The rules that together refuse all options by one hook; None if any option is left.

    Args:
        only: Ids of the rules to use; None: all except the rule for pins.
    """
    refusing: dict[str, None] = {}
    for option in options:
        refusal = next((rule for rule, admits in _hooks(hook) if (only is None or rule in only) and not admits(case, *option)), None)
        if refusal is None:
            return None
        refusing[refusal] = None
    return tuple(refusing)


@cache
def _hooks(hook: str) -> tuple[tuple[str, Callable[..., bool]], ...]:
    """The rules that override a hook, each with its hook; all except the rule for pins."""
    return tuple((rule.id, getattr(rule, hook)) for rule in overriding(RULES, hook) if rule.id != "pinned")


def because(rules: tuple[str, ...]) -> str:
    """The refusing rules as the end of a sentence."""
    return f" ({', '.join(rules)})" if rules else ""
