"""Checks that everything ordered has a place it could be given at, for its participant, as if nobody else were there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scheduler.barriers import OwnWeek, all_of, group_barriers, has_time, need_barriers, never_barriers, run_barriers
from scheduler.case import Case, Need
from scheduler.possible_visits import need_visits, place_visits
from scheduler.rules.room_fit import lacking, needed, needs
from scheduler.rules.whole_block import whole
from scheduler.terms import Run, Staffing, Visit
from scheduler.validation.clinicians import is_entitled
from scheduler.validation.groups import because, leaders_of, refusals
from scheduler.validation.issue import Issue, warning

SUPPLY = ("closures", "clinician_availability", "clinician_qualification", "second_staff_on_site", "room_fit")
"""The rules that limit groups, clinicians and rooms independently of participants' free times."""

NAMED = 3
"""The maximum number of participants named in a message."""

MOST_EXPLAINED = 20
"""For so many participants what is against each is looked at closely; a document with more of them has one thing wrong for all."""


class OrderedItem(NamedTuple):
    """An ordered item, with the groups that could give it or, for an appointment, the need."""

    name: str
    groups: tuple[str, ...]
    need: Need | None = None


def possible(case: Case) -> Iterator[Issue]:
    """Everything ordered has a time, a clinician and a room at which its participant could have it."""
    answers: dict[object, str | None] = {}
    lost: dict[tuple[str, str], list[int]] = {}
    explained = 0
    for n, person in enumerate(case.instance.participants):
        week: OwnWeek | None = None
        for item in _ordered_items(case, person.id):
            key = _key(case, person.id, item)
            if key not in answers:
                answers[key] = _supply_lacking(case, person.id, item)
            why = answers[key]
            # Without an authorization there is a warning about authorizations.
            if why is None and (refused := _own_refused(case, person.id, item)) not in (None, ("authorization",)):
                is_about_time = item.need is None and refused == ("participant_availability",)
                why = "no group that gives it meets when they are free" if is_about_time else f"nothing suits{because(refused)}"
                if not is_about_time and explained < MOST_EXPLAINED:
                    week = week or OwnWeek(case, person.id)
                    why, explained = _own_lacking(week, item) or why, explained + 1
            if why is not None:
                lost.setdefault((item.name, why), []).append(n)
    for (name, why), people in lost.items():
        ids = [case.instance.participants[n].id for n in people]
        more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        message = f"make {name} possible for {', '.join(ids[:NAMED])}{more}, or order something else: {why}"
        yield warning("service_impossible", f"participants[{people[0]}].order", message)


def _ordered_items(case: Case, participant: str) -> Iterator[OrderedItem]:
    """The items ordered this week, except those that other checks already report as not offered, entitled or agreed to."""
    order = case.care.order(participant)
    if not case.time.free(participant):
        return
    groups = case.memo("validation ahead", lambda: [g for g in case.groups.values() if _runs(case, g.id)])
    for need in {need.service: need for need in order.needs}.values():
        service = case.services[need.service]
        is_second = need.partner is not None and need.partner < participant
        if not is_second and set(service.modes) & set(order.modes) and any(is_entitled(c, service) for c in case.clinicians.values()):
            yield OrderedItem(need.service, (), need)
    done = {s.group for s in case.past.sessions if s.group is not None and participant in {b.participant for b in s.bookings}}
    numbers = [(name, n, giving(case, "service", name)) for name, n in order.group_counts]
    numbers += [(mix.category, mix.at_least, giving(case, "category", mix.category)) for mix in order.mix]
    numbers += [(module, 1, giving(case, "module", module)) for module in order.modules]
    open_orders = [(name, gives) for name, number, gives in numbers if number > len(done.intersection(gives))]
    named = [(name, [g for g in groups if g.id in gives]) for name, gives in open_orders]
    if not order.group_counts and not order.mix and not order.needs and order.floor:
        named.append(("any group", [g for g in groups if case.care.is_ordered(participant, g.id)]))
    yield from (OrderedItem(name, tuple(g.id for g in giving)) for name, giving in named if giving)


def giving(case: Case, kind: str, name: str) -> frozenset[str]:
    """The groups that give a service, a category or a module, whether they meet this week or not."""
    return case.memo(f"validation {kind} {name}", lambda: frozenset(group for group in case.groups if name in _given_by(case, kind, group)))


def _given_by(case: Case, kind: str, group: str) -> Iterable[str | None]:
    """The services, categories or modules of a group."""
    if kind == "service":
        return case.groups.services(group)
    return case.groups.categories(group) if kind == "category" else (case.groups[group].module,)


def _key(case: Case, participant: str, item: OrderedItem) -> object:
    """The key on which the supply for an item depends: it is the same for most participants."""
    person, need = case.participants[participant], item.need
    joint = None if need is None else (need.minutes, len(need.guests), need.partner)
    own = needs(case, participant), person.avoids_animals, person.state, case.care.order(participant).modes
    return item.name, item.groups, joint, *own


# --- supply: groups, clinicians, rooms -------------------------------------------------------------------------------------------


def _supply_lacking(case: Case, participant: str, item: OrderedItem) -> str | None:
    """Why no group, clinician or room makes an item possible; None if some does."""
    refusing: dict[str, None] = {}
    for refused in _tries(case, participant, item):
        if refused is None:
            return None
        refusing |= dict.fromkeys(refused)
    if item.need is not None:
        barriers = [b.sentence([item.name]) for b in never_barriers(case, item.need) if b.rule in SUPPLY]
    else:
        features = needs(case, participant) if "in_person" in case.care.order(participant).modes else ()
        barriers = _of_runs(case, item.groups, (participant,) if features else ())
    return "; ".join(dict.fromkeys(barriers)) or f"no group, clinician or room makes it possible this week{because(tuple(refusing))}"


def _of_runs(case: Case, groups: Sequence[str], people: tuple[str, ...]) -> list[str]:
    """What is against groups, those with the same thing against them together."""
    merged: dict[str, list[str]] = {}
    for run in (run for group in groups for run in _runs(case, group)):
        for barrier in run_barriers(case, run, people):
            merged.setdefault(barrier.text, []).append(run.group)
    return [text.replace("{}", all_of(names)) for text, names in merged.items()]


def _runs(case: Case, group: str) -> list[Run]:
    """The runs of a group that are still ahead."""
    offer = case.groups[group]
    site = None if offer.mode == "telehealth" else offer.site
    return [Run(group, span, offer.mode, site) for span in case.groups.spans(group) if not case.time.is_past(span.start)]


def _tries(case: Case, participant: str, item: OrderedItem) -> Iterator[tuple[str, ...] | None]:
    """For each possible time of a session, the rules that refuse it, or None; callers stop at the first None."""
    if item.need is not None:
        modes = case.care.order(participant).modes
        service = case.services[item.need.service]
        # With an entitled clinician there is nearly always a time, so the first look ends the search.
        entitled = [c.id for c in case.clinicians.values() if is_entitled(c, service)]
        for clinicians in (entitled, [c for c in case.clinicians if c not in entitled]):
            visits = (visit for visit in need_visits(case, item.need, clinicians) if visit.mode in modes)
            yield from (_visit_refused(case, visit, SUPPLY) for visit in visits)
    for run in (run for group in item.groups for run in _runs(case, group)):
        yield _run_refused(case, participant, run)


def _visit_refused(case: Case, visit: Visit, only: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The rules that refuse an appointment, or every room for it."""
    refused = refusals("admits", case, ((visit,),), only)
    if refused is None and visit.site is not None:
        return refusals("admits_room", case, ((visit, room) for room in case.rooms)) if case.rooms else ("room_fit",)
    return refused


def _run_refused(case: Case, participant: str, run: Run) -> tuple[str, ...] | None:
    """The rules that refuse a run, all of its leaders, or every room that has what the participant needs; looked for once."""
    is_there = run.site is not None and "in_person" in case.care.order(participant).modes
    key = run, needs(case, participant) if is_there else None
    answers: dict[object, tuple[str, ...] | None] = case.memo("validation runs", dict)
    if key not in answers:
        answers[key] = _refused_to_all(case, run)
        if answers[key] is None and is_there:
            features = needed(case, case.groups[run.group].service, run.group, run.mode, (participant,))
            rooms = [room for room in case.rooms if not lacking(case, room, run.site, run.group, features)]
            answers[key] = refusals("admits_room", case, ((run, room) for room in rooms)) if rooms else ("room_fit",)
    return answers[key]


def _refused_to_all(case: Case, run: Run) -> tuple[str, ...] | None:
    """The rules that refuse a run or all of its leaders, whoever comes."""
    refused = refusals("admits_run", case, ((run,),))
    leaders = ((Staffing(run, clinician),) for clinician in leaders_of(case, case.groups[run.group]))
    return refusals("admits_staffing", case, leaders) if refused is None else refused


# --- the participant's own time --------------------------------------------------------------------------------------------------


def _own_refused(case: Case, participant: str, item: OrderedItem) -> tuple[str, ...] | None:
    """The rules that leave the participant no place of those that exist; None if any is left."""
    if item.need is not None:
        return None if has_time(case, item.need) else ()
    refusing: dict[str, None] = {}
    for run in (run for group in item.groups for run in _runs(case, group)):
        if _run_refused(case, participant, run) is not None:
            refusing["supply"] = None
            continue
        # Most groups lie at other times: the quickest look comes first.
        if not any(run.span.overlaps(window) for window in case.time.free(participant)):
            refusing["participant_availability"] = None
            continue
        for visit in place_visits(participant, case.groups[run.group].service, run):
            of_hours = [refusals("admits", case, ((hour,),)) for hour in whole(case, visit)]
            if not any(of_hours):
                return None
            refusing |= dict.fromkeys(rule for refused in of_hours for rule in refused or ())
    return tuple(refusing)


def _own_lacking(week: OwnWeek, item: OrderedItem) -> str:
    """What is against an item in the participant's own week, in words; empty if that finds nothing."""
    if item.need is not None:
        name, barriers = need_barriers(week, item.need)
        return "; ".join(barrier.sentence([name]) for barrier in barriers)
    merged: dict[str, list[str]] = {}
    for name, barriers in (group_barriers(week, group) for group in item.groups):
        for barrier in barriers[:1]:
            merged.setdefault(barrier.text, []).append(name)
    return "; ".join([text.replace("{}", all_of(names)) for text, names in merged.items()][:NAMED])
