"""Barriers that keep an appointment from being given at any time of the week, read from the instance without trying times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from scheduler.barriers.barrier import SESSION, Barrier, all_of, date_name
from scheduler.barriers.rooms import room_barriers
from scheduler.barriers.staff import credential_barrier, entitled
from scheduler.case import Case, Need
from scheduler.case.times import is_week, weekly_span
from scheduler.rules._authorizations import covering, covers, in_order, why_none
from scheduler.rules.clinician_qualification import is_licensed
from scheduler.timegrid import WEEK, Span, day_span, intersect, merge, subtract
from scheduler.words import MODE_WORDS, counted, day_name

Where = tuple[str, str | None]
"""A mode and a site."""

NEAR = 60
"""Working hours that miss by no more than so many minutes are a near miss."""


def people_of(need: Need) -> list[tuple[str, str | None]]:
    """Everybody whose time an appointment needs: (participant, guest of theirs or None)."""
    people: list[tuple[str, str | None]] = [(need.participant, None)]
    people += [] if need.partner is None else [(need.partner, None)]
    return people + [(need.participant, guest) for guest in need.guests]


def never_barriers(case: Case, need: Need) -> list[Barrier]:
    """What keeps an appointment from every time; of the first kind that does."""
    modes = [m for m in case.services[need.service].modes if m in _agreed(case, need)]
    for barriers in (_of_modes(case, need, modes), _of_staff(case, need, modes), _of_rooms(case, need, modes), _of_grants(case, need)):
        if of_kind := list(barriers):
            return of_kind
    return list(_of_times(case, need, modes))


def _agreed(case: Case, need: Need) -> set[str]:
    """The modes everybody has agreed to."""
    agreed = set(case.care.order(need.participant).modes)
    if need.partner is not None and need.partner in case.participants:
        agreed &= set(case.care.order(need.partner).modes)
    guests = {g.id: g.modes for g in case.participants[need.participant].guests}
    for guest in need.guests:
        agreed &= set(guests.get(guest, ()))
    return agreed


def _of_modes(case: Case, need: Need, modes: Sequence[str]) -> Iterator[Barrier]:
    """The partner gets nothing this week, or nobody agreed to how it is given."""
    if need.partner is not None and not (need.partner in case.participants and case.care.is_served(need.partner)):
        partner = case.participants.get(need.partner)
        state = "not in the program this week" if partner is None or partner.status == "active" else partner.status.replace("_", " ")
        yield Barrier("joint_session", f"{need.partner}, the partner in {SESSION}, is {state}", (need.partner,))
    elif not modes:
        modes_in_words = all_of([MODE_WORDS[mode] for mode in case.services[need.service].modes], last="or")
        people = [p if guest is None else f"guest {guest}" for p, guest in people_of(need)]
        who = people[0] if len(people) == 1 else f"not everybody of {all_of(people)}"
        text = f"{SESSION} is given only {modes_in_words}, and {who} has {'not ' if len(people) == 1 else ''}agreed to that"
        yield Barrier("eligibility", text, (need.participant,))


def _of_staff(case: Case, need: Need, modes: Sequence[str]) -> Iterator[Barrier]:
    if (barrier := credential_barrier(case, need.service)) is not None:
        yield barrier
        return
    people = [p for p, guest in people_of(need) if guest is None]
    able = entitled(case, need.service)
    if list(modes) == ["telehealth"]:
        for person in people:
            if not any(is_licensed(case, (c,), person) for c in able):
                state = case.participants[person].state
                yield Barrier(
                    "clinician_qualification", f"nobody who gives {SESSION} is licensed in {state}, where {person} joins from", (person,)
                )
                return
    if not any(case.time.work(c) for c in able):
        yield Barrier("clinician_availability", f"nobody who may give {SESSION} works this week ({all_of(able)})", tuple(able))


def _of_rooms(case: Case, need: Need, modes: Sequence[str]) -> Iterator[Barrier]:
    if list(modes) != ["in_person"]:
        return
    people = [p for p, guest in people_of(need) if guest is None]
    by_site = [
        list(room_barriers(case, need.service, None, "in_person", site, None, people, len(people) + len(need.guests) + 1))
        for site in case.sites
    ]
    if all(by_site):
        yield from dict.fromkeys(barrier for barriers in by_site for barrier in barriers)


def _of_grants(case: Case, need: Need) -> Iterator[Barrier]:
    """No authorization covers any day of the week."""
    for person in [p for p, guest in people_of(need) if guest is None]:
        if not case.services[need.service].requires_authorization:
            continue
        if any(covering(case, person, need.service, case.week.date_of(day)) for day in range(7)):
            continue
        grants = [g for g in in_order(case, person) if covers(case, g, need.service)]
        if not grants:
            text = why_none(case, person, need.service)
        elif grants[-1].last < case.week.monday:
            text = f"authorization {grants[-1].id} of {person} ended on {day_name(grants[-1].last)} {grants[-1].last}"
        else:
            text = f"authorization {grants[0].id} of {person} begins on {day_name(grants[0].first)} {grants[0].first}"
        yield Barrier("authorization", text, (person,))


def _of_times(case: Case, need: Need, modes: Sequence[str]) -> Iterator[Barrier]:
    """Nobody free together, everything closed then, nobody at work then, the interpreter not there then."""
    people = people_of(need)
    names = all_of([p if guest is None else f"guest {guest}" for p, guest in people])
    ids = tuple(p if guest is None else guest for p, guest in people)
    places: list[Where] = [(mode, site) for mode in modes for site in (case.sites if mode == "in_person" else [None])]
    free = {place: _together(case, people, place[1]) for place in places}
    if not any(_fits(spans, need.minutes) for spans in free.values()):
        yield _never_free(case, need, people, names, ids)
        return
    opened = {place: intersect(spans, case.time.open(place[1])) for place, spans in free.items()}
    if not any(_fits(spans, need.minutes) for spans in opened.values()):
        regular, still = case.time.regular(places[0][1]), case.time.open(places[0][1])
        closed = [d for d in range(7) if _is_on(regular, d) and not _is_on(still, d)]
        on = f" (closed on {all_of([date_name(case, d) for d in closed])})" if closed else ""
        verb = "is" if len(people) == 1 else "are"
        together = "" if len(people) == 1 else " together"
        yield Barrier("closures", f"{names} {verb} free{together} only while the program is closed{on}", ids)
        return
    resources = [*_of_resources(case, need, modes, opened, names)]
    if resources:
        yield from resources
    elif apart := _apart(case, need, opened, names):
        yield apart


def _apart(case: Case, need: Need, opened: Mapping[Where, tuple[Span, ...]], names: str) -> Barrier | None:
    """Nobody who may give it works anywhere near the times that suit; a near miss is better named by its minutes."""
    able = entitled(case, need.service)
    for (_, site), spans in opened.items():
        work = [window for c in able for window, where in case.time.work(c) if site in (None, where)]
        if any(_fits(intersect(spans, [window.widened(NEAR, NEAR)]), need.minutes) for window in work):
            return None
    verb = "is" if " and " not in names else "are"
    text = f"nobody who may give {SESSION} ({all_of(able)}) works while {names} {verb} free"
    return Barrier("clinician_availability", text, (*able, need.participant))


def _of_resources(case: Case, need: Need, modes: Sequence[str], opened: Mapping[Where, tuple[Span, ...]], names: str) -> Iterator[Barrier]:
    """The interpreter or the child care is not there at any of the times that suit."""
    for use in case.participants[need.participant].resources:
        resource = case.resources[use.resource]
        if resource.kind == "van" or (resource.kind == "stay" and list(modes) == ["telehealth"]):
            continue
        week_a = case.instance.program.week_a
        windows = merge(weekly_span(w) for w in resource.windows if w.capacity and is_week(w.weeks, case.week.monday, week_a))
        served = {place: intersect(spans, windows) for place, spans in opened.items() if resource.site in (None, place[1])}
        if len(served) == len(opened) and not any(_fits(spans, need.minutes) for spans in served.values()):
            when = "at any time this week" if not windows else f"long enough while {names} could have {SESSION}"
            text = f"{resource.id}, which {need.participant} needs, is not there {when}"
            yield Barrier("resource_capacity", text, (need.participant, resource.id))


def has_time(case: Case, need: Need) -> bool:
    """Whether some time suits everybody, somebody who may give the appointment, the opening hours and the resources: a quick look.

    Rooms, notes and whatever else happens in the week are left out.
    """
    if case.services[need.service].requires_authorization and any(True for _ in _of_grants(case, need)):
        return False
    people, modes = people_of(need), [m for m in case.services[need.service].modes if m in _agreed(case, need)]
    for mode in modes:
        windows_by_site: dict[str | None, tuple[Span, ...]] = case.memo(
            f"never {need.service} {mode}", partial(_staffed_windows, case, need.service, mode)
        )
        for site, windows in windows_by_site.items():
            spans = _together(case, people, site)
            for use in case.participants[need.participant].resources:
                spans = intersect(spans, _there(case, use.resource, site))
            if any(min(a.end, b.end) - max(a.start, b.start) >= need.minutes for a in spans for b in windows):
                return True
    return False


def _there(case: Case, id: str, site: str | None) -> tuple[Span, ...]:
    """When a resource serves somebody at a site; always where it is not used."""
    resource, week_a = case.resources[id], case.instance.program.week_a
    if resource.kind == "van" or resource.site not in (None, site) or (resource.kind == "stay" and site is None):
        return (Span(0, WEEK),)
    return merge(weekly_span(w) for w in resource.windows if w.capacity and is_week(w.weeks, case.week.monday, week_a))


def _staffed_windows(case: Case, service: str, mode: str) -> dict[str | None, tuple[Span, ...]]:
    """When somebody who may give a service works while its place is open, by site (None: by telehealth)."""
    windows: dict[str | None, list[Span]] = {}
    for clinician in entitled(case, service):
        for window, where in case.time.work(clinician):
            if mode == "telehealth" or where is not None:
                site = where if mode == "in_person" else None
                windows.setdefault(site, []).extend(intersect([window], case.time.open(site)))
    return {site: tuple(dict.fromkeys(spans)) for site, spans in windows.items()}


def _never_free(case: Case, need: Need, people: Sequence[tuple[str, str | None]], names: str, ids: tuple[str, ...]) -> Barrier:
    """Nobody free at all, or never long enough, or never together."""
    minutes = counted(need.minutes, "minute")
    alone = [(p, guest, _together(case, [(p, guest)], None)) for p, guest in people]
    for person, guest, spans in alone:
        who = person if guest is None else f"guest {guest} of {person}"
        about = (person,) if guest is None else (person, guest)
        if not spans:
            return Barrier("participant_availability", f"{who} is not free at any time this week", about)
        if not _fits(spans, need.minutes):
            return Barrier("participant_availability", f"{who} is never free for {minutes} at a stretch, as {SESSION} needs", about)
    if len(people) == 1:
        return Barrier(
            "participant_availability", f"{names} is never free for {minutes} and the way there and back, as {SESSION} needs", ids
        )
    return Barrier("participant_availability", f"{names} are never free together for {minutes}, as {SESSION} needs", ids)


def _together(case: Case, people: Sequence[tuple[str, str | None]], site: str | None) -> tuple[Span, ...]:
    """When all of them could be in a session at a site, the way there and back left out."""
    spans: tuple[Span, ...] = (Span(0, WEEK),)
    for person, guest in people:
        free = case.time.free(person) if guest is None else case.time.guest_free(person, guest)
        way = 0 if guest is not None else case.time.travel(person, site)
        spans = intersect(spans, [span.widened(-way, -way) for span in free])
    return spans if case.now is None else subtract(spans, [Span(0, case.now)])


def _fits(spans: Sequence[Span], minutes: int) -> bool:
    return any(span.minutes >= minutes for span in spans)


def _is_on(spans: Sequence[Span], day: int) -> bool:
    return any(span.overlaps(day_span(day)) for span in spans)
