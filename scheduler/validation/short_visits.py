"""Checks that a short visit, which needs no trip of its own, has something to go with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.barriers import has_time
from scheduler.case import Case, Need
from scheduler.possible_visits import need_visits, place_visits
from scheduler.rules.without_trip import company_of, is_bound, is_free_of_it
from scheduler.terms import Run, Visit
from scheduler.validation.clinicians import is_entitled
from scheduler.validation.groups import refusals
from scheduler.validation.issue import Issue, warning
from scheduler.validation.reach import open_groups


def accompanied(case: Case) -> Iterator[Issue]:
    """Each ordered appointment that is bound to other sessions can be given beside one of them, or by telehealth."""
    if all(service.without_trip is None for service in case.services.values()):
        return
    for n, person in enumerate(case.instance.participants):
        order = case.care.order(person.id)
        for need in {need.service: need for need in order.needs if case.services[need.service].without_trip is not None}.values():
            if has_time(case, need) and not _is_accompanied(case, need):
                is_beside = case.services[need.service].without_trip == "beside_group"
                where, other = ("beside", "a group") if is_beside else ("on the day of", "another session")
                message = f"find {other} for {person.id} that {need.service} can go with: it is not worth a trip of its own"
                yield warning("short_visit_alone", f"participants[{n}].order", f"{message}, and at no time could it be {where} {other}")


def _is_accompanied(case: Case, need: Need) -> bool:
    """Whether an appointment can be given by telehealth, or where a session brings its participant anyway; appointments are asked last."""
    kinds = (_groups, _appointments) if case.services[need.service].without_trip == "same_day" else (_groups,)
    return any(_goes_with(case, need, kind(case, need.participant)) for kind in kinds)


def _goes_with(case: Case, need: Need, others: Iterable[Visit]) -> bool:
    """Whether an appointment can be where one of some sessions brings the participant, or needs none of them."""
    by_place: dict[tuple[int, str | None], list[Visit]] = {}
    for other in others:
        by_place.setdefault((other.day, other.site), []).append(other)
    free = (v for v in _times(case, need) if not is_bound(case, v) or company_of(case, v, by_place.get((v.day, v.site), ())))
    return any(refusals("admits", case, ((visit,),)) is None for visit in free)


def _times(case: Case, need: Need) -> Iterator[Visit]:
    """The times of an appointment at which somebody who may give it works."""
    service, modes = case.services[need.service], case.care.order(need.participant).modes
    able = [c.id for c in case.clinicians.values() if is_entitled(c, service)]
    yield from (visit for visit in need_visits(case, need, able) if visit.mode in modes)


def _groups(case: Case, participant: str) -> Iterator[Visit]:
    """The group places on site that a participant may have."""
    for group in open_groups(case, case.participants[participant]):
        offer = case.groups[group]
        for span in case.groups.spans(group) if offer.mode != "telehealth" else ():
            visits = place_visits(participant, offer.service, Run(group, span, offer.mode, offer.site))
            yield from (v for v in visits if is_free_of_it(case, v) and refusals("admits", case, ((v,),)) is None)


def _appointments(case: Case, participant: str) -> Iterator[Visit]:
    """The other appointments on site that a participant may have."""
    others = (n for n in case.care.order(participant).needs if case.services[n.service].without_trip is None)
    times = (visit for need in others for visit in _times(case, need) if visit.site is not None)
    yield from (visit for visit in times if refusals("admits", case, ((visit,),)) is None)
