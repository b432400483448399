"""Ties between participants and to their past: relations, couples, access needs, and dates of interval services."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from scheduler.fields import Id
from scheduler.generate.care import services_of
from scheduler.instance import LastService, Participant, Phase, Relation, ServiceOrder


def make_relations(rng: Random, people: tuple[Participant, ...], couple: tuple[Id, ...]) -> tuple[Relation, ...]:
    """One pair for every twenty participants is kept apart, every fourth pair in time; no one is in two pairs."""
    ids = [p.id for p in people if p.id not in couple and p.phase != "aftercare"]
    rng.shuffle(ids)
    pairs = zip(ids[0::2], ids[1::2], strict=False)
    num_relations = max(1, len(people) // 20)
    return tuple(
        Relation(a=min(a, b), b=max(a, b), kind="apart_in_time" if n % 4 == 3 else "apart")
        for n, (a, b) in zip(range(num_relations), pairs, strict=False)
    )


def with_couple(people: tuple[Participant, ...], phases: tuple[Phase, ...]) -> tuple[tuple[Participant, ...], tuple[Id, ...]]:
    """Order a couple session every second week for the first two people with similar free time; also return their ids."""
    by_id = {phase.id: phase for phase in phases}
    free = [p for p in people if p.phase in ("core", "step_down") and not p.guests and p.availability.weekly]
    pair = next(
        ((a, b) for n, a in enumerate(free) for b in free[n + 1 :] if _latest(a) == _latest(b)),
        None,
    )
    if pair is None:
        return people, ()
    partner = {pair[0].id: pair[1].id, pair[1].id: pair[0].id}
    done = []
    for p in people:
        if p.id in partner:
            order = ServiceOrder(service="couple", every_n_weeks=2, partner=partner[p.id])
            others = tuple(e for e in extras_of(p, by_id[p.phase or ""]) if e.service != "multi_family")
            p = p.model_copy(update={"order": services_of(by_id[p.phase or ""], (*others, order))})
        done.append(p)
    return tuple(done), (pair[0].id, pair[1].id)


def _latest(person: Participant) -> int:
    return max(w.end for w in person.availability.weekly)


def extras_of(person: Participant, phase: Phase) -> tuple[ServiceOrder, ...]:
    """The services ordered for a participant beyond those of the phase."""
    usual = [o.service for o in phase.order.services or ()]
    return tuple(o for o in person.order.services or () if o.service not in usual)


def with_access(people: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Add a wheelchair user, a service animal and, in larger programs, a participant who avoids animals."""
    changed = list(people)
    changed[0] = people[0].model_copy(update={"room_features": ("accessible",)})
    if len(people) >= 12:
        changed[5] = people[5].model_copy(update={"animal": "service"})
    if len(people) >= 60:
        changed[40] = people[40].model_copy(update={"avoids_animals": True})
    return tuple(changed)


def draw_last_dates(rng: Random, people: tuple[Participant, ...], phases: tuple[Phase, ...], monday: date) -> tuple[LastService, ...]:
    """Draw the last dates of services given every n weeks, spread so that 1 in n is due this week; couples share a date."""
    by_id = {phase.id: phase for phase in phases}
    drawn: dict[tuple[Id, Id], date] = {}
    for person in people:
        phase_order = () if person.phase is None else by_id[person.phase].order.services or ()
        for order in person.order.services or phase_order:
            if order.every_n_weeks is None:
                continue
            last = monday - timedelta(weeks=rng.randrange(1, order.every_n_weeks + 1)) + timedelta(days=rng.randrange(5))
            drawn[person.id, order.service] = drawn.get((order.partner or "", order.service), last)
    return tuple(LastService(participant=p, service=s, date=last) for (p, s), last in drawn.items())
