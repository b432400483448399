"""The nearest other times for each booking of a participant, and what prevents them or what they would cost."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.explain.obstacles import effect, options
from scheduler.explain.report import Alternative
from scheduler.explain.sentences import block_sentence
from scheduler.explain.unmet import least_blocked
from scheduler.explain.words import what
from scheduler.model.local_model import LocalModel
from scheduler.terms import Visit
from scheduler.words import day_name, when

MOST_EACH = 3


def alternatives(local: LocalModel, participant: str) -> tuple[tuple[Alternative, ...], tuple[Visit, ...]]:
    """The nearest alternatives to every booking, one a day, and the bookings without a possible alternative."""
    options: list[Alternative] = []
    alone: list[Visit] = []
    for visit in local.booked(participant):
        if local.case.time.is_past(visit.span.start):
            continue
        mine = list(_of(local, visit))
        if mine and not any(a.is_possible for a in mine):
            alone.append(visit)
        options += mine[:MOST_EACH]
    return tuple(options), tuple(alone)


def _of(local: LocalModel, visit: Visit) -> Iterator[Alternative]:
    """At most one alternative a day, the nearest in time first."""
    case = local.case
    others: dict[tuple[object, ...], list[Visit]] = {}
    for key, visits in options(local, visit.participant).items():
        if _is_instead(local, visit, visits[0]):
            others[key] = visits
    booked = set(local.booked(visit.participant))
    nearest = sorted(others.values(), key=lambda vs: (abs(vs[0].span.start - visit.span.start), vs[0].span, vs[0].clinician or ""))
    times: set[tuple[object, ...]] = set()
    for visits in nearest:
        slot = (visits[0].group, visits[0].day)
        if slot in times or visits[0] in booked:
            continue
        times.add(slot)
        blocks, other = least_blocked(local, visits, (visit,))
        session, instead = local.view.session_of[visit].id, f"{what(other)} {when(other.span)}"
        label = _label(visit, other)
        if blocks:
            why = block_sentence(case, visit.participant, blocks[0])
            sentence = f"{what(other)} {label}: {why}"
            yield Alternative(
                session=session, instead=instead, is_possible=False, rule=blocks[0].rule, about=blocks[0].about, sentence=sentence
            )
            continue
        care, preference = effect(local, other, (visit,))
        sentence = f"{what(other)} {label}: possible, {_change(care, preference)}"
        yield Alternative(
            session=session, instead=instead, is_possible=True, care_change=care, preference_change=preference, sentence=sentence
        )


def _label(visit: Visit, other: Visit) -> str:
    """The alternative in words, relative to the booking."""
    label = f"{day_name(other.day)} instead of {day_name(visit.day)}" if other.day != visit.day else when(other.span)
    if other.clinician not in (None, visit.clinician):
        label += f" with {other.clinician}"
    return label if other.mode == visit.mode else f"{label} ({other.mode.replace('_', ' ')})"


def _is_instead(local: LocalModel, visit: Visit, other: Visit) -> bool:
    """Whether an option could replace a booking: the same appointment, or another group with the same kind of care."""
    if visit.group is None:
        return (other.group, other.service, other.ordinal) == (None, visit.service, visit.ordinal)
    if other.group is None or other.group in {v.group for v in local.booked(visit.participant) if v.group != visit.group}:
        return False
    services = local.case.services
    return services[other.service].category == services[visit.service].category


def _change(care: int, preference: int) -> str:
    """What an alternative would change, without the weights behind it."""
    if care:
        return "but more care would be missing" if care > 0 else "and less care would be missing"
    if preference:
        return "but a worse fit" if preference > 0 else "and a better fit"
    return "as good"
