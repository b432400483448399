"""What a check says against a session in a participant's own week, as a barrier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scheduler.barriers.barrier import SESSION, Barrier, all_of, date_name, hours, session_name
from scheduler.case import Case
from scheduler.case.times import is_week, weekly_span
from scheduler.rule import Violation
from scheduler.rules._authorizations import covering, covers, in_order, limits, why_none
from scheduler.rules.eligibility import reason
from scheduler.rules.group_intake import limit
from scheduler.rules.participant_availability import outside
from scheduler.rules.participant_conflict import missing
from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span, clock, day_span, intersect
from scheduler.view import View
from scheduler.words import counted, day_name


def barrier_of(view: View, violation: Violation, visit: Visit) -> Barrier:
    """A violation as a barrier; without words of its own, in those of the check."""
    words = WORDS.get(violation.rule)
    text = (words(view, violation, visit) if words else None) or violation.message
    minutes = violation.amount if violation.rule in IN_MINUTES else 0
    return Barrier(violation.rule, text, violation.about, minutes)


IN_MINUTES = frozenset({"participant_availability", "participant_conflict", "clinician_availability", "clinician_conflict", "longest_wait"})
"""The rules whose amount says how near a miss is."""


def _availability(view: View, violation: Violation, visit: Visit) -> str | None:
    """Until when, or from when, somebody would have to be free."""
    person = violation.about[0]
    guest = violation.about[1] if len(violation.about) > 1 else None
    if guest is not None:
        return _short(view.case, f"guest {guest} of {person}", view.case.time.guest_free(person, guest), visit.span, violation.amount, "")
    stay = next((s for s in view.stays(person) if any(v.span == visit.span and v.site == visit.site for v in s.visits)), None)
    way = view.case.time.travel(person, visit.site)
    span = (visit.span if stay is None else stay.span).widened(way, way)
    others = [] if stay is None else [v for v in stay.visits if v.span != visit.span]
    beside = ""
    if others:
        where = "after" if all(v.span.end <= visit.span.start for v in others) else "before"
        where = where if where == "after" or all(v.span.start >= visit.span.end for v in others) else "beside"
        beside = f" {where} {all_of([v.group or v.service for v in others])}"
    free = view.case.time.free(person)
    if not free:
        return f"{person} is not free at any time this week"
    if visit.group is not None and not intersect(free, [day_span(visit.day)]):
        return f"{person} is not free at the time of {SESSION}"
    return _short(view.case, person, free, span, violation.amount, beside)


def _guests(view: View, violation: Violation, visit: Visit) -> str | None:
    """Until when, or from when, a guest would have to be free, or why else nobody comes along."""
    case, person, group = view.case, violation.about[0], visit.group or ""
    real = view.session_of[visit].real if visit in view.session_of else visit.span
    absent = case.guests.missing(person, group, real, visit.mode)
    guest, why = next((guest, why) for guest, why in absent if guest is None or guest.id == violation.about[-1])
    if guest is None:
        return f"{SESSION} takes nobody without a guest, and {person} {why}"
    name, free = f"guest {guest.id} of {person}, who must come along,", case.time.guest_free(person, guest.id)
    minutes = outside(free, visit.span)
    return _short(case, name, free, visit.span, minutes, "") if minutes else f"{name} {why}, which rules out {SESSION}"


def _short(case: Case, who: str, free: tuple[Span, ...], needed: Span, minutes: int, beside: str) -> str:
    """Who would have to be free for longer, and by how much."""
    day = day_name(needed.day)
    windows = intersect(free, [day_span(needed.day)])
    best = max(windows, key=lambda w: min(w.end, needed.end) - max(w.start, needed.start), default=None)
    if best is None:
        return f"{who} is not free on {day}"
    is_early, is_late = best.start <= needed.start, best.end >= needed.end
    if best.start >= needed.end or best.end <= needed.start or not (is_early or is_late):
        return f"{who} is not free at the time of {SESSION}{beside}"
    if is_early:
        return f"{who} is free until {clock(best.end % DAY or DAY)} on {day}, {counted(minutes, 'minute')} too short for {SESSION}{beside}"
    return f"{who} is free only from {clock(best.start % DAY)} on {day}, {counted(minutes, 'minute')} too late for {SESSION}{beside}"


def _conflict(view: View, violation: Violation, visit: Visit) -> str | None:
    """The sessions that a session collides with."""
    mine = view.session_of.get(visit)
    others = [v for v in view.visits[violation.about[0]] if v.day == visit.day and view.session_of[v] is not mine]
    hit = [v for v in others if missing(view.case, v, replace(visit, participant=v.participant)) > 0]
    if not hit:
        return None
    names = all_of([f"{v.group or v.service} ({hours(v.span)})" for v in hit])
    is_overlap = any(v.span.overlaps(visit.span) for v in hit)
    text = f"{violation.about[0]} already has {names} on {day_name(visit.day)}"
    return f"{text} and cannot have {SESSION} then" if is_overlap else f"{text}, too close to {SESSION} to get from one to the other"


def _wait(view: View, violation: Violation, visit: Visit) -> str:
    most = view.case.policy.longest_wait
    return f"{violation.about[0]} would wait {most + violation.amount} minutes on site before or after {SESSION}; {most} are allowed"


def _eligibility(view: View, violation: Violation, visit: Visit) -> str | None:
    case, person = view.case, violation.about[0]
    enrolled = case.time.enrolled(person)
    if not enrolled.contains(visit.span):
        own = case.participants[person]
        if own.admitted is not None and visit.span.start < enrolled.start:
            return f"{person} starts on {date_name(case, enrolled.start // DAY)}, after {SESSION}"
        return f"{person} leaves on {date_name(case, (enrolled.end - 1) // DAY)}, before {SESSION}"
    if visit.mode not in case.care.order(person).modes:
        how = "in person" if visit.mode == "in_person" else "by telehealth"
        return f"{person} has not agreed to attend {how}, as {SESSION} asks"
    why = reason(case, visit)
    return None if why is None else f"{person} {why}"


def _intake(view: View, violation: Violation, visit: Visit) -> str:
    group = view.case.groups[visit.group or ""]
    if group.is_closed:
        gates = sorted(g for g in group.gates if g > view.case.week.monday)
        following = f" before its next gate, the week of {gates[0]}" if gates else ""
        return f"{SESSION} is closed to newcomers{following}"
    return f"{SESSION} takes no newcomers this week" + ("; it is still settling" if limit(view.case, group.id) == 0 else "")


def _authorization(view: View, violation: Violation, visit: Visit) -> str:
    """Which authorization is missing, over or used up, and what is left of it."""
    case, person, service = view.case, violation.about[0], visit.service
    day = case.week.date_of(visit.day)
    grants = [g for g in in_order(case, person) if covers(case, g, service)]
    if not grants:
        return why_none(case, person, service)
    if not covering(case, person, service, day):
        ended, later = [g for g in grants if g.last < day], [g for g in grants if g.first > day]
        if ended:
            return f"authorization {ended[-1].id} of {person} ends on {day_name(ended[-1].last)} {ended[-1].last}, before {SESSION}"
        return f"authorization {later[0].id} of {person} begins on {day_name(later[0].first)} {later[0].first}, after {SESSION}"
    left = [entry for entry in limits(case, person) if visit.day in entry.days and covers(case, entry.grant, service)]
    ids = dict.fromkeys(entry.grant.id for entry in left)
    tight = [min((e for e in left if e.grant.id == id), key=lambda e: e.units) for id in ids]
    units = all_of([f"{e.grant.id} has {counted(e.units, e.grant.unit.replace('_', ' ') + ' unit')} left{_spell(e.key)}" for e in tight])
    return f"the authorization of {person} does not cover {SESSION}: {units}"


def _spell(key: str) -> str:
    return {"week": " in the payer's week", "next week": " in the payer's next week"}.get(key, "")


def _track(view: View, violation: Violation, visit: Visit) -> str:
    person = violation.about[0]
    track = view.case.groups.track(visit.group)
    home = view.case.places.home(person).track
    if home is not None and home != track:
        return f"{person} belongs to track {home}, not to {track} like {SESSION}"
    return f"{person} has groups of another track than {track}, the track of {SESSION}"


def _held(view: View, violation: Violation, visit: Visit) -> str | None:
    held = [h for h in view.case.places.held[violation.about[0]] if h.released is None]
    mine = [h for h in held if (h.group, h.service, h.ordinal) == (visit.group, visit.service, visit.ordinal)]
    if mine:
        how = "in person" if mine[0].mode == "in_person" else "by telehealth"
        name = session_name(visit.group or visit.service, mine[0].span)
        return f"{violation.about[0]} keeps last week's place: {name}, {how}"
    names = all_of([h.group for h in held if h.group is not None])
    return f"{violation.about[0]} gets no new group while places held from last week are empty: {names}"


def _resource(view: View, violation: Violation, visit: Visit) -> str | None:
    """When the resource is there."""
    case = view.case
    resource = case.resources[violation.about[-1]]
    person = violation.about[0]
    if resource.kind == "van":
        return f"{resource.id}, which {person} needs, has no run for {SESSION} on {day_name(visit.day)}"
    windows = [weekly_span(w) for w in resource.windows if w.capacity and is_week(w.weeks, case.week.monday, case.instance.program.week_a)]
    there = intersect(windows, [day_span(visit.day)])
    if not windows:
        return f"{resource.id}, which {person} needs, is not there this week"
    when = f"there only {all_of([hours(w) for w in there])}" if there else "not there"
    return f"{resource.id}, which {person} needs for {SESSION}, is {when} on {day_name(visit.day)}"


def _ceiling(view: View, violation: Violation, visit: Visit) -> str:
    """The ceiling, as the order says it."""
    case, person = view.case, violation.about[0]
    order, visits = case.care.order(person), view.visits[person]
    minutes, sessions = view.care_minutes(person), sum(case.care.is_counted(v.service, v.group) for v in visits)
    days = view.service_days(person).bit_count()
    over = [f"{m} minutes of at most {order.ceiling}" for m in (minutes,) if m > order.ceiling]
    over += [f"{n} sessions of at most {order.sessions_ceiling}" for n in (sessions,) if n > order.sessions_ceiling]
    over += [f"{n} days of at most {order.days_ceiling}" for n in (days,) if n > order.days_ceiling]
    if over:
        return f"{SESSION} would exceed the order of {person}: {all_of(over)} a week"
    today = [v for v in visits if v.day == visit.day]
    minutes, sessions = sum(case.care.minutes_of(v) for v in today), sum(case.care.is_counted(v.service, v.group) for v in today)
    over = [f"{m} minutes of at most {order.day_minutes_ceiling}" for m in (minutes,) if m > order.day_minutes_ceiling]
    over += [f"{n} sessions of at most {order.day_sessions_ceiling}" for n in (sessions,) if n > order.day_sessions_ceiling]
    if over:
        return f"{SESSION} would be too much for {person} on one day ({day_name(visit.day)}): {all_of(over)}"
    full = [
        f"at most {mix.at_most} of {mix.category}" for mix in order.mix if mix.at_most is not None and mix.category in violation.message
    ]
    return f"the order of {person} allows {all_of(full) or 'no more'}, so not {SESSION}"


def _size(view: View, violation: Violation, visit: Visit) -> str | None:
    if visit.group is None:
        return None
    num_reserved, most = view.case.groups.reserve(visit.group), view.case.groups.maximum(visit.group)
    reserve = f", {num_reserved} of them kept in reserve" if num_reserved else ""
    return f"{SESSION} has no free place: {counted(most, 'place')}{reserve}, the others held or taken"


def _room(view: View, violation: Violation, visit: Visit) -> str | None:
    """Which session of the participant's own has the room."""
    mine = view.session_of.get(visit)
    other = next((p for p in view.placed if p.id in violation.sessions and p is not mine), None)
    if other is None:
        return None
    name = f"{other.session.group or other.session.service} ({hours(other.span)})"
    return f"room {violation.about[0]} has {name} on {day_name(other.day)}, and {SESSION} would need it too"


def _step(view: View, violation: Violation, visit: Visit) -> str | None:
    past = view.case.past.last_order(violation.about[0])
    if past is None:
        return None
    return f"{SESSION} would exceed last week's ceiling of {past.ceiling} minutes, and no step-up is ordered"


def _staff_conflict(view: View, violation: Violation, visit: Visit) -> str | None:
    """Between which sessions the clinician has too little time."""
    clinician, mine = violation.about[0], view.session_of.get(visit)
    other = next((p for p in view.placed if p.id in violation.sessions and p is not mine), None)
    if other is None or mine is None or mine.id not in violation.sessions:
        return None
    name = f"{other.session.group or other.session.service} ({hours(other.span)})"
    return f"{clinician} needs {counted(violation.amount, 'more minute')} between {SESSION} and {name}, notes included"


def _without_trip(view: View, violation: Violation, visit: Visit) -> str:
    """What an appointment that is bound to other sessions would have to go with."""
    if view.case.services[visit.service].without_trip == "beside_group":
        return f"{SESSION} is given only directly before or after a group at the same site"
    return f"{SESSION} is given only on days on which {violation.about[0]} has another session at the same site"


WORDS: dict[str, Callable[[View, Violation, Visit], str | None]] = {
    "participant_availability": _availability,
    "participant_conflict": _conflict,
    "longest_wait": _wait,
    "eligibility": _eligibility,
    "guest_presence": _guests,
    "group_intake": _intake,
    "authorization": _authorization,
    "track_integrity": _track,
    "held_place": _held,
    "resource_capacity": _resource,
    "without_trip": _without_trip,
    "home_site": lambda view, violation, visit: (
        f"{violation.about[0]} comes only to {view.case.participants[violation.about[0]].home_site}, and {SESSION} is at {visit.site}"
    ),
    "weekly_ceiling": _ceiling,
    "step_down_ceiling": _step,
    "group_size": _size,
    "room_conflict": _room,
    "clinician_conflict": _staff_conflict,
    "curriculum_order": lambda view, violation, visit: (
        f"{SESSION} gives a module out of the order of the curriculum for {violation.about[0]}"
    ),
    "already_happened": lambda view, violation, visit: f"{SESSION} is in the past",
}
