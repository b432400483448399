"""Checks that some group, clinician and room make each ordered service possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scheduler.case import Case, Need
from scheduler.enumeration import need_visits
from scheduler.rules.room_fit import lacking, needed, needs
from scheduler.terms import Run, Staffing, Visit
from scheduler.validation.clinicians import is_entitled
from scheduler.validation.groups import because, leaders_of, refusals
from scheduler.validation.issue import Issue, warning

SUPPLY = ("closures", "clinician_availability", "clinician_qualification", "second_staff_on_site", "room_fit")
"""The rules that limit groups, clinicians and rooms independently of participants' free times."""

NAMED = 3
"""The maximum number of participants named in a message."""


class OrderedItem(NamedTuple):
    """An ordered item, with the groups that could give it or, for an appointment, the need."""

    name: str
    groups: tuple[str, ...]
    need: Need | None = None


def possible(case: Case) -> Iterator[Issue]:
    """Everything ordered is possible for its participant, as far as groups, clinicians and rooms are concerned."""
    answers: dict[object, tuple[str, ...] | None] = {}
    lost: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for n, person in enumerate(case.instance.participants):
        for wanted in _wanted(case, person.id):
            key = _key(case, person.id, wanted)
            if key not in answers:
                answers[key] = _refused(case, person.id, wanted)
            if (refused := answers[key]) is not None:
                lost.setdefault((wanted.name, refused), []).append(n)
    for (name, refused), people in lost.items():
        ids = [case.instance.participants[n].id for n in people]
        more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        message = f"add what {name} needs for {', '.join(ids[:NAMED])}{more}, or order something else"
        why = f"no group, clinician or room makes it possible this week{because(refused)}"
        yield warning("service_impossible", f"participants[{people[0]}].order", f"{message}; {why}")


def _wanted(case: Case, participant: str) -> Iterator[OrderedItem]:
    """The items ordered this week, except those that other checks already report as not offered, entitled or agreed to."""
    order = case.care.order(participant)
    groups = [g for g in case.groups.values() if any(not case.time.is_past(span.start) for span in case.groups.spans(g.id))]
    for need in {need.service: need for need in order.needs}.values():
        service = case.services[need.service]
        if set(service.modes) & set(order.modes) and any(is_entitled(c, service) for c in case.clinicians.values()):
            yield OrderedItem(need.service, (), need)
    named = [(service, [g for g in groups if service in case.groups.services(g.id)]) for service, count in order.group_counts if count]
    for mix in order.mix:
        if mix.at_least:
            named.append((mix.category, [g for g in groups if mix.category in _categories(case, g.id)]))
    named += [(module, [g for g in groups if g.module == module]) for module in order.modules]
    if not order.group_counts and not order.mix and not order.needs and order.floor:
        named.append(("any group", [g for g in groups if case.care.is_ordered(participant, g.id)]))
    yield from (OrderedItem(name, tuple(g.id for g in giving)) for name, giving in named if giving)


def _categories(case: Case, group: str) -> set[str]:
    return {case.services[service].category for service in case.groups.services(group)}


def _key(case: Case, participant: str, wanted: OrderedItem) -> object:
    """The key on which the result depends: it is the same for most participants."""
    person, need = case.participants[participant], wanted.need
    joint = None if need is None else (need.minutes, len(need.guests), need.partner)
    return (
        wanted.name,
        wanted.groups,
        joint,
        needs(case, participant),
        person.avoids_animals,
        person.state,
        case.care.order(participant).modes,
    )


def _refused(case: Case, participant: str, wanted: OrderedItem) -> tuple[str, ...] | None:
    """The rules that leave no option; None if anything is possible."""
    refusing: dict[str, None] = {}
    for refused in _tries(case, participant, wanted):
        if refused is None:
            return None
        refusing |= dict.fromkeys(refused)
    return tuple(refusing)


def _tries(case: Case, participant: str, wanted: OrderedItem) -> Iterator[tuple[str, ...] | None]:
    """For each possible time of a session, the rules that refuse it, or None; callers stop at the first None."""
    if wanted.need is not None:
        modes = case.care.order(participant).modes
        yield from (_visit_refused(case, visit) for visit in need_visits(case, wanted.need) if visit.mode in modes)
    for group in (case.groups[id] for id in wanted.groups):
        site = None if group.mode == "telehealth" else group.site
        runs = (Run(group.id, span, group.mode, site) for span in case.groups.spans(group.id) if not case.time.is_past(span.start))
        yield from (_run_refused(case, participant, run) for run in runs)


def _visit_refused(case: Case, visit: Visit) -> tuple[str, ...] | None:
    """The rules that refuse an appointment, or every room for it."""
    refused = refusals("admits", case, ((visit,),), SUPPLY)
    if refused is None and visit.site is not None:
        return refusals("admits_room", case, ((visit, room) for room in case.rooms)) if case.rooms else ("room_fit",)
    return refused


def _run_refused(case: Case, participant: str, run: Run) -> tuple[str, ...] | None:
    """The rules that refuse a run, all of its leaders, or every room that has what the participant needs."""
    refused = refusals("admits_run", case, ((run,),))
    if refused is None:
        refused = refusals("admits_staffing", case, ((Staffing(run, clinician),) for clinician in leaders_of(case, case.groups[run.group])))
    if refused is not None or run.site is None or "in_person" not in case.care.order(participant).modes:
        return refused
    features = needed(case, case.groups[run.group].service, run.group, run.mode, (participant,))
    rooms = [room for room in case.rooms if not lacking(case, room, run.site, run.group, features)]
    return refusals("admits_room", case, ((run, room) for room in rooms)) if rooms else ("room_fit",)
