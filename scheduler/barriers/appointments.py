"""Barriers of appointments: what keeps one from being given at any time, or else at the time that misses by the least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.barriers.barrier import SESSION, Barrier, all_of
from scheduler.barriers.meetings import nearness
from scheduler.barriers.never import never_barriers, people_of
from scheduler.barriers.opening import opening_barriers
from scheduler.barriers.own_week import OwnWeek
from scheduler.barriers.rooms import fitting_rooms, room_barriers
from scheduler.barriers.staff import entitled, unavailable
from scheduler.case import Case, Need
from scheduler.rules.clinician_qualification import is_licensed
from scheduler.rules.participant_availability import outside
from scheduler.rules.room_fit import is_avoided
from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span, by_day

MOST_TRIED = 24
"""Of all times only those that miss by the fewest minutes are looked at with the rest of the week."""


def need_barriers(week: OwnWeek, need: Need) -> tuple[str, list[Barrier]]:
    """The name of an appointment, and what keeps it from being given; nothing if nothing does."""
    if need not in week.cache:
        week.cache[need] = _need_barriers(week, need)
    return week.cache[need]


def _need_barriers(week: OwnWeek, need: Need) -> tuple[str, list[Barrier]]:
    name = need.service if need.ordinal == 1 else f"{need.service} number {need.ordinal}"
    if never := [*never_barriers(week.case, need)]:
        return name, never
    tried = [_of_visit(week, need, visit) for visit in nearest_visits(week, need)[:MOST_TRIED]]
    if not tried:
        return name, [Barrier("clinician_availability", f"nobody who may give {SESSION} works at any time it could be given")]
    return name, min(tried, key=nearness)


def nearest_visits(week: OwnWeek, need: Need) -> list[Visit]:
    """The times an appointment could nearly have, those that miss by the fewest minutes first.

    A nearest miss touches an end of somebody's time, so only starts there are looked at.
    """
    case = week.case
    modes = [m for m in case.services[need.service].modes if m in case.care.order(need.participant).modes]
    busy_spans = [Span(case.week.minute(s.start), case.week.span(s.start, s.end).end) for s in week.booked]
    free = [case.time.free(p) if guest is None else case.time.guest_free(p, guest) for p, guest in people_of(need)]
    scored: list[tuple[int, int, Visit]] = []
    for clinician in entitled(case, need.service):
        work = case.time.work(clinician)
        ends = [*(w for w, _ in work), *case.time.protected(clinician), *busy_spans, *(w for windows in free for w in windows)]
        places = {(mode, site) for mode in modes for _, site in work for site in ([site] if mode == "in_person" else [None])}
        for mode, site in sorted(places, key=str):
            if mode == "in_person" and site is None:
                continue
            for start in _starts(case, [*ends, *case.time.open(site)], need, site):
                visit = Visit(
                    need.participant,
                    need.service,
                    None,
                    need.ordinal,
                    Span(start, start + need.minutes),
                    mode,
                    site,
                    clinician,
                    need.partner,
                )
                scored.append((_misses(case, need, visit), start, visit))
    return [visit for _, _, visit in sorted(scored, key=lambda entry: entry[:2])]


def _starts(case: Case, spans: Sequence[Span], need: Need, site: str | None) -> list[int]:
    """Starts on the grain at which a session would begin or end with a span, with travel or notes between; within one day."""
    grain, minutes = case.policy.start_grain, need.minutes
    way, notes = case.time.travel(need.participant, site), case.policy.notes_after_session
    edges = {edge for span in by_day(spans) for edge in (span.start, span.start + way, span.end)}
    edges |= {end - minutes - gap for span in by_day(spans) for end in (span.start, span.end) for gap in (0, way, notes)}
    starts = {edge // grain * grain for edge in edges} | {-(-edge // grain) * grain for edge in edges}
    return [
        s for s in sorted(starts) if s >= 0 and s + minutes <= 7 * DAY and s // DAY == (s + minutes - 1) // DAY and not case.time.is_past(s)
    ]


def _misses(case: Case, need: Need, visit: Visit) -> int:
    """Minutes by which a time misses, as far as everybody's own time is concerned."""
    minutes = 0
    for person, guest in people_of(need):
        way = 0 if guest is not None else case.time.travel(person, visit.site)
        free = case.time.free(person) if guest is None else case.time.guest_free(person, guest)
        minutes += outside(free, visit.span.widened(way, way))
    late = unavailable(case, visit.clinician or "", visit.span, visit.site, None)
    minutes += 0 if late is None else max(1, late.minutes)
    return minutes + (0 if any(w.contains(visit.span) for w in case.time.open(visit.site)) else visit.span.minutes)


def _of_visit(week: OwnWeek, need: Need, visit: Visit) -> list[Barrier]:
    """What is against one appointment."""
    case = week.case
    people = [p for p in (visit.participant, visit.partner) if p is not None]
    barriers = [*opening_barriers(case, visit.span, visit.site)]
    clinician = visit.clinician or ""
    if (late := unavailable(case, clinician, visit.span, visit.site, None)) is not None:
        barriers.append(replace(late, text=f"{clinician} {late.text}"))
    if visit.mode == "telehealth" and (unlicensed := [p for p in people if not is_licensed(case, (clinician,), p)]):
        barriers.append(
            Barrier("clinician_qualification", f"{clinician} is not licensed where {all_of(unlicensed)} joins from", (clinician,))
        )
    room, ignored = None, {"closures", "clock_change", "clinician_qualification", "second_staff_on_site", "room_fit"}
    if late is not None:
        ignored.add("clinician_availability")
    if visit.site is not None:
        seats = len(people) + len(need.guests) + 1
        rooms = [*room_barriers(case, need.service, None, "in_person", visit.site, visit.span, people, seats)]
        if is_avoided(case, [clinician], people):
            rooms.append(Barrier("room_fit", f"{clinician} or a partner avoids the animal that comes to {SESSION}", (clinician,)))
        barriers += rooms
        fitting = fitting_rooms(case, need.service, None, "in_person", visit.site, visit.span, people, seats)
        used_rooms = {s.room for s in week.booked if case.week.span(s.start, s.end).overlaps(visit.span)}
        room = next((r for r in fitting if r not in used_rooms), fitting[0] if fitting else None)
        ignored |= set() if fitting else {"room_conflict"}
    return [*barriers, *week.barriers(week.appointment(visit, room, need.guests), visit, ignored)]
