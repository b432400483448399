"""Barriers of group places: what keeps a participant from a group, at the start where the least does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.barriers.barrier import SESSION, Barrier, all_of, session_name
from scheduler.barriers.opening import opening_barriers
from scheduler.barriers.own_week import OwnWeek
from scheduler.barriers.rooms import fitting_rooms, room_barriers
from scheduler.barriers.staff import available, staff_barriers
from scheduler.case import Case
from scheduler.possible_visits import place_visits
from scheduler.rules.clinician_qualification import is_licensed
from scheduler.terms import Run, Visit
from scheduler.timegrid import DAY
from scheduler.words import counted, day_name

SUPPLY = ("closures", "clock_change", "room_fit", "facilitator_ratio", "second_staff_on_site")
"""The rules whose barriers are found without a look at the participant's own week."""
OF_STAFF = ("clinician_availability", "clinician_conflict", "clinician_load", "clinician_qualification")
OF_LEADERS = (*OF_STAFF, "facilitator_ratio", "second_staff_on_site", "room_fit")
"""The rules of which another leader could break fewer."""


def group_barriers(week: OwnWeek, group: str) -> tuple[str, list[Barrier]]:
    """The name of a group's session, and what keeps the participant from it where the least does; nothing if nothing does."""
    name, barriers = _cached_barriers(week, group)
    if barriers:
        return name, barriers
    others = (hour for hour in week.case.groups.hours(group) if hour != group and not _is_over(week.case, hour))
    # Nobody attends only some hours of a block, so what keeps the participant from another hour counts as well.
    return next((other for other in (_cached_barriers(week, hour) for hour in others) if other[1]), (name, barriers))


def _cached_barriers(week: OwnWeek, group: str) -> tuple[str, list[Barrier]]:
    if group not in week.cache:
        week.cache[group] = _group_barriers(week, group)
    return week.cache[group]


def _is_over(case: Case, group: str) -> bool:
    """Whether no start of a group is left this week."""
    return all(case.time.is_past(span.start) for span in case.groups.spans(group))


def _group_barriers(week: OwnWeek, group: str) -> tuple[str, list[Barrier]]:
    case, person = week.case, week.participant
    spans = [span for span in case.groups.spans(group) if not case.time.is_past(span.start)]
    if not spans:
        return group, [_no_meeting(case, group)]
    offer, options = case.groups[group], []
    if unordered := not_ordered(case, person, group):
        options.append((session_name(group, spans[0]), [unordered]))
    else:
        for span in spans:
            run = Run(group, span, offer.mode, None if offer.mode == "telehealth" else offer.site)
            for visit in place_visits(person, offer.service, run):
                options.append((session_name(group, span), _of_place(week, run, visit)))
    return min(options, key=lambda option: nearness(option[1]))


def nearness(barriers: list[Barrier]) -> tuple[int, int]:
    """The fewest barriers first, then the fewest minutes."""
    return len(barriers), sum(barrier.minutes for barrier in barriers)


def _no_meeting(case: Case, group: str) -> Barrier:
    """A group has no start left this week."""
    if case.groups.spans(group):
        return Barrier("already_happened", f"{SESSION} is over for this week", (group,))
    offer = case.groups[group]
    when = [] if offer.weeks == "every" else [f"in {offer.weeks} weeks"]
    when += [] if offer.meets_from is None else [f"from {offer.meets_from}"]
    when += [] if offer.meets_until is None else [f"until {offer.meets_until}"]
    return Barrier("not_offered", f"{SESSION} does not meet this week: it meets {' '.join(when)}", (group,))


def not_ordered(case: Case, person: str, group: str) -> Barrier | None:
    """The order does not ask for a group's service."""
    if case.care.is_ordered(person, group):
        return None
    order, service = case.care.order(person), case.groups[group].service
    category = case.services[service].category
    if any(mix.category in case.groups.categories(group) and mix.at_most == 0 for mix in order.mix):
        return Barrier("weekly_ceiling", f"the order of {person} allows no {category}, so not {SESSION}", (person,))
    if not order.mix and not order.group_counts:
        return Barrier("not_ordered", f"{service} gives no minutes that count, so {SESSION} does not help {person}", (person,))
    names = all_of([*(mix.category for mix in order.mix), *(name for name, count in order.group_counts if count)])
    return Barrier("not_ordered", f"the order of {person} names only {names or 'nothing'}, which leaves out {SESSION}", (person,))


def run_barriers(case: Case, run: Run, people: Sequence[str] = ()) -> Iterator[Barrier]:
    """What keeps a group from meeting at a time: closed doors, no leader, no room, if only these people come."""
    service = case.groups[run.group].service
    yield from opening_barriers(case, run.span, run.site)
    yield from staff_barriers(case, run)
    if run.site is not None:
        yield from room_barriers(case, service, run.group, run.mode, run.site, run.span, people, 2)


def _of_place(week: OwnWeek, run: Run, visit: Visit) -> list[Barrier]:
    """What keeps the participant from one run in one mode."""
    case, service = week.case, visit.service
    booked = next((s for s in week.booked if s.group == run.group), None)
    if booked is not None:
        starts, day = len(case.groups.spans(run.group)), day_name(case.week.minute(booked.start) // DAY)
        text = f"{run.group} meets once a week, though it has {starts} starts, and {visit.participant} is in it on {day}"
        return [Barrier("identity", text, (run.group,))]
    barriers = [*opening_barriers(case, run.span, run.site)]
    if run.mode == "hybrid" and visit.site is None:
        barriers += [b for b in opening_barriers(case, run.span, None) if b.rule == "closures"]
    staff = [*staff_barriers(case, run)]
    people = (visit.participant,) if visit.site is not None else ()
    seats = 1 + (case.guests.seats(visit.participant, run.group) if people else 1)
    rooms = [] if run.site is None else [*room_barriers(case, service, run.group, run.mode, run.site, run.span, people, seats)]
    room = None
    if run.site is not None and not rooms:
        used_rooms = {s.room for s in week.booked if case.week.span(s.start, s.end).overlaps(run.span)}
        fitting = fitting_rooms(case, service, run.group, run.mode, run.site, run.span, people, seats)
        room = next((r for r in fitting if r not in used_rooms), fitting[0])
    ignored = {*SUPPLY, *(OF_STAFF if staff else ()), *(("room_conflict",) if rooms else ())}
    own: list[list[Barrier]] = []
    for team in [()] if staff else _teams(case, run, visit):
        own.append(week.barriers(week.group_session(visit, run.mode, team, room), visit, ignored))
        if not any(barrier.rule in OF_LEADERS for barrier in own[-1]):
            break
    return [*barriers, *staff, *rooms, *min(own, key=nearness)]


def _teams(case: Case, run: Run, visit: Visit) -> list[tuple[str, ...]]:
    """The leaders to look at, each with a licensed second one where the visit needs that."""
    first = available(case, run)
    if visit.site is not None or any(is_licensed(case, (c,), visit.participant) for c in first):
        licensed = [c for c in first if visit.site is not None or is_licensed(case, (c,), visit.participant)]
        return [(c,) for c in licensed]
    second = next((c for c in case.clinicians if is_licensed(case, (c,), visit.participant)), None)
    return [(c,) if second is None else (c, second) for c in first]


def once_a_week(case: Case, groups: tuple[str, ...]) -> str:
    """Why groups with several starts do not give more, as the end of a sentence; empty if none has several."""
    several = [g for g in groups if len(case.groups.spans(g)) > 1]
    if not several:
        return ""
    starts = "; ".join(f"{g} has {counted(len(case.groups.spans(g)), 'start')} but meets once a week" for g in several)
    return f": {starts}; make a group of each start that is to take place"
