"""What binds: for ordered care that is missing, what keeps the participant from each place that would give it, merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scheduler.barriers import Barrier, OwnWeek, all_of, group_barriers, need_barriers, not_ordered, once_a_week
from scheduler.case import Case, Need
from scheduler.explain.missing import Missing
from scheduler.fields import BookingMode
from scheduler.result import Cause
from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span

ONLY_ALONE = "others"
"""The cause for care that only the bookings of others, or another choice of the own ones, stand against."""


class Offer(NamedTuple):
    """Something that would give missing care, and what keeps the participant from it where the least does.

    Attributes:
        name: A group's session or an appointment, in words.
        group: The id of the group; None for an appointment.
    """

    name: str
    group: str | None
    barriers: list[Barrier]


def binding_causes(week: OwnWeek, missing: Missing) -> tuple[Cause, ...]:
    """What keeps the participant from everything that would help, the nearest miss first; nothing if nothing does."""
    case = week.case
    offers = [*_groups(week, missing), *(Offer(*_named(need, week)) for need in _needs(week, missing))]
    blocked = [offer for offer in offers if offer.barriers]
    if not offers:
        return (_nothing(case, missing),)
    if open_to := [offer.name for offer in offers if not offer.barriers]:
        sentence = f"{all_of(open_to)} would be possible for {missing.participant} if nobody else were booked"
        return (Cause(rule=ONLY_ALONE, about=(missing.participant,), sentence=sentence),)
    merged: dict[tuple[str, str], list[tuple[Barrier, Offer]]] = {}
    for offer in blocked:
        for barrier in offer.barriers:
            merged.setdefault((barrier.rule, barrier.text), []).append((barrier, offer))
    ranked = sorted(merged.values(), key=lambda pairs: (min(len(o.barriers) for _, o in pairs), -len(pairs), pairs[0][0].minutes))
    return tuple(_cause(pairs) for pairs in ranked)


def _cause(pairs: Sequence[tuple[Barrier, Offer]]) -> Cause:
    """One cause of all offers with the same barrier."""
    barrier = pairs[0][0]
    groups = [offer.group for _, offer in pairs if offer.group is not None]
    about = tuple(dict.fromkeys([*groups, *(id for b, _ in pairs for id in b.about)]))
    return Cause(
        rule=barrier.rule, about=about, amount=barrier.minutes or len(pairs), sentence=barrier.sentence([offer.name for _, offer in pairs])
    )


def _groups(week: OwnWeek, missing: Missing) -> Iterator[Offer]:
    """The ordered groups that would help; one the order leaves out counts where that alone is against it."""
    for group in week.case.groups:
        is_booked = len(week.case.groups.spans(group)) < 2 and any(s.group == group for s in week.booked)
        if not is_booked and any(map(missing.helps, probes(week.case, missing.participant, group))):
            if (unordered := not_ordered(week.case, missing.participant, group)) is not None and _is_left_out(week, group, missing):
                continue
            name, barriers = group_barriers(week, group)
            if unordered is None or barriers:
                yield Offer(name, group, barriers)


def _is_left_out(week: OwnWeek, group: str, missing: Missing) -> bool:
    """Whether a group that is not ordered is none of the participant's in any case: of another age, track, language."""
    case = week.case
    person = case.participants[missing.participant]
    home = case.places.home(person.id).track
    is_elsewhere = home is not None and case.groups.track(group) not in (None, home)
    return is_elsewhere or person.age_group not in case.groups.ages(group) or not case.groups.spans(group)


def _needs(week: OwnWeek, missing: Missing) -> Iterator[Need]:
    """The ordered appointments that would help and are not booked."""
    booked = {(s.service, s.ordinal) for s in week.booked if s.group is None and missing.participant in {b.participant for b in s.bookings}}
    for need in week.case.care.order(missing.participant).needs:
        if (need.service, need.ordinal) not in booked and any(map(missing.helps, need_probes(missing.participant, need))):
            yield need


def _named(need: Need, week: OwnWeek) -> tuple[str, None, list[Barrier]]:
    name, barriers = need_barriers(week, need)
    return name, None, barriers


def helpful_groups(case: Case, missing: Missing) -> list[str]:
    """The ordered groups that would reduce a missing item if the participant could join them."""
    person = missing.participant
    return [g for g in case.groups if case.care.is_ordered(person, g) and any(map(missing.helps, probes(case, person, g)))]


def helpful_names(case: Case, missing: Missing) -> list[str]:
    """The groups and appointments that are ordered and would reduce a missing item."""
    needs = case.care.order(missing.participant).needs
    helpful = [need.service for need in needs if any(map(missing.helps, need_probes(missing.participant, need)))]
    return [*helpful_groups(case, missing), *dict.fromkeys(helpful)]


def probes(case: Case, participant: str, group: str) -> list[Visit]:
    """A visit to a group on each of its days, or on every day in a week in which it does not meet."""
    offer = case.groups[group]
    starts = [span.start for span in case.groups.spans(group)] or [day * DAY for day in range(7)]
    mode: BookingMode = "telehealth" if offer.mode == "telehealth" else "in_person"
    site = None if mode == "telehealth" else offer.site
    return [Visit(participant, offer.service, group, 1, Span(start, start + offer.minutes), mode, site) for start in starts]


def need_probes(participant: str, need: Need) -> list[Visit]:
    """An appointment on each day."""
    return [Visit(participant, need.service, None, need.ordinal, Span(day * DAY, day * DAY), "in_person", None) for day in range(7)]


def _nothing(case: Case, missing: Missing) -> Cause:
    """Nothing that would help is there at all, or all of it is booked."""
    person = missing.participant
    order = case.care.order(person)
    if missing.rule == "ordered_service":
        name = str(missing.key[1])
        return Cause(rule=missing.rule, about=(person,), sentence=f"no group gives {name} this week")
    groups = [g for g in case.groups if case.care.is_ordered(person, g)]
    if not groups and not order.needs:
        return Cause(
            rule=missing.rule,
            about=(person,),
            sentence=f"no group gives anything that is ordered for {person}, and no appointment is ordered",
        )
    names = all_of([*groups, *(need.service for need in order.needs)], most=6)
    more = once_a_week(case, tuple(groups))
    sentence = f"all that is ordered for {person} and counts here is booked ({names}); the order asks for more than that{more}"
    return Cause(rule=missing.rule, about=(person,), sentence=sentence)
