"""The rules in Timefold's words: hard rules hard, except those a single move could never meet; care medium, preferences soft.

A group without a leader, or below its minimum, costs medium for each booking: as hard rules no single move could open a group.
"""

from timefold.solver.score import ConstraintCollectors as Count
from timefold.solver.score import ConstraintFactory, HardMediumSoftScore, Joiners, constraint_provider

from benchmarks.peers.timefold_peer.domain import Due, Meeting, Person, Place, Worker

HARD, MEDIUM, SOFT = HardMediumSoftScore.ONE_HARD, HardMediumSoftScore.ONE_MEDIUM, HardMediumSoftScore.ONE_SOFT
BLOCK = 240
"""Medium penalty of a booking in a group that cannot meet: more than what it brings."""
OPENING = 1
"""Medium penalty of a group without a lead: leads are assigned first, and withdrawn where they are in the way."""
TRIP = 8
"""Default weight of `trips`."""


@constraint_provider
def rules(factory: ConstraintFactory):
    """All of them."""
    return [*_participants(factory), *_groups(factory), *_clinicians(factory), *_care(factory), *_preferences(factory)]


def is_between(a: Place, b: Place, c: Place) -> bool:
    """Whether a session starts between two others; a place that is just being given up is still asked."""
    if a.option is None or b.option is None or c.option is None:
        return False
    return a.option.start < c.option.start and c.option.start < b.option.start


_one = Joiners.equal(lambda p: p.person)


def _participants(factory: ConstraintFactory):
    taken = factory.for_each(Place).filter(lambda p: p.leads < 0)
    on_site, remote = taken.filter(lambda p: p.option.site >= 0), taken.filter(lambda p: p.option.site < 0)
    same_day = on_site.join(on_site, _one, Joiners.equal(lambda p: p.option.day), Joiners.less_than(lambda p: p.option.start))
    return [
        taken.join(taken, _one, Joiners.less_than(lambda p: p.id), Joiners.overlapping(lambda p: p.option.start, lambda p: p.option.end))
        .penalize(HARD)
        .as_constraint("participant conflict"),
        remote.join(
            on_site,
            _one,
            Joiners.overlapping(
                lambda p: p.option.start, lambda p: p.option.end, lambda p: p.option.leaves_home, lambda p: p.option.is_home
            ),
        )
        .penalize(HARD)
        .as_constraint("travel"),
        same_day.filter(lambda a, b: a.option.window != b.option.window).penalize(HARD).as_constraint("one stay a day, in one free window"),
        same_day.filter(lambda a, b: b.option.start > a.option.end + a.person.longest_wait)
        .if_not_exists(
            Place,
            Joiners.equal(lambda a, b: a.person, lambda c: c.person),
            Joiners.equal(lambda a, b: a.option.day, lambda c: c.option.day),
            Joiners.filtering(is_between),
        )
        .penalize(HARD)
        .as_constraint("longest wait"),
        taken.group_by(lambda p: p.person, Count.sum(lambda p: p.minutes))
        .filter(lambda person, minutes: minutes > person.ceiling)
        .penalize(HARD, lambda person, minutes: minutes - person.ceiling)
        .as_constraint("weekly ceiling"),
        taken.group_by(lambda p: p.person, Count.sum(lambda p: p.counted))
        .filter(lambda person, sessions: sessions > person.sessions_ceiling)
        .penalize(HARD, lambda person, sessions: sessions - person.sessions_ceiling)
        .as_constraint("sessions ceiling"),
        taken.filter(lambda p: p.counted > 0)
        .group_by(lambda p: p.person, Count.count_distinct(lambda p: p.option.day))
        .filter(lambda person, days: days > person.days_ceiling)
        .penalize(HARD, lambda person, days: days - person.days_ceiling)
        .as_constraint("days ceiling"),
        taken.group_by(lambda p: p.person, lambda p: p.option.day, Count.sum(lambda p: p.minutes), Count.sum(lambda p: p.counted))
        .filter(lambda person, day, minutes, sessions: minutes > person.day_minutes or sessions > person.day_sessions)
        .penalize(HARD)
        .as_constraint("day ceiling"),
        taken.filter(lambda p: p.track >= 0)
        .group_by(lambda p: p.person, Count.count_distinct(lambda p: p.track))
        .filter(lambda person, tracks: tracks > 1)
        .penalize(HARD)
        .as_constraint("track integrity"),
        taken.filter(lambda p: p.is_new)
        .join(
            factory.for_each_including_unassigned(Place).filter(lambda p: p.is_held and p.option is None), Joiners.equal(lambda p: p.person)
        )
        .penalize(HARD)
        .as_constraint("held place"),
    ]


def _groups(factory: ConstraintFactory):
    booked = factory.for_each(Place).filter(lambda p: p.meeting >= 0)
    sizes = booked.group_by(lambda p: p.meeting, Count.count())
    met = sizes.join(Meeting, Joiners.equal(lambda meeting, size: meeting, lambda m: m.id))
    others = booked.filter(lambda p: not p.is_held).group_by(lambda p: p.meeting, Count.count())
    newcomers = booked.filter(lambda p: p.is_newcomer).group_by(lambda p: p.meeting, Count.count())
    return [
        met.filter(lambda meeting, size, m: size > m.places)
        .penalize(HARD, lambda meeting, size, m: size - m.places)
        .as_constraint("group size"),
        others.join(Meeting, Joiners.equal(lambda meeting, size: meeting, lambda m: m.id))
        .filter(lambda meeting, size, m: size > m.for_others)
        .penalize(HARD, lambda meeting, size, m: size - m.for_others)
        .as_constraint("places held by others"),
        newcomers.join(Meeting, Joiners.equal(lambda meeting, size: meeting, lambda m: m.id))
        .filter(lambda meeting, size, m: size > m.newcomers)
        .penalize(HARD, lambda meeting, size, m: size - m.newcomers)
        .as_constraint("group intake"),
        met.filter(lambda meeting, size, m: size < m.minimum)
        .penalize(MEDIUM, lambda meeting, size, m: size * BLOCK)
        .as_constraint("minimum"),
        met.if_not_exists(
            Place,
            Joiners.equal(lambda meeting, size, m: meeting, lambda p: p.leads),
            Joiners.filtering(lambda meeting, size, m, p: p.option is not None),
        )
        .penalize(MEDIUM, lambda meeting, size, m: size * BLOCK)
        .as_constraint("no leader"),
        met.join(Place, Joiners.equal(lambda meeting, size, m: meeting, lambda lead: lead.leads))
        .group_by(lambda meeting, size, m, lead: m, lambda meeting, size, m, lead: size, Count.count_quad())
        .filter(lambda m, size, leads: size > leads * m.ratio)
        .penalize(MEDIUM, lambda m, size, leads: (size - leads * m.ratio) * BLOCK)
        .as_constraint("facilitator ratio"),
        factory.for_each(Meeting)
        .if_not_exists(Place, Joiners.equal(lambda m: m.id, lambda p: p.leads), Joiners.filtering(lambda m, p: p.option is not None))
        .penalize(MEDIUM, lambda m: OPENING)
        .as_constraint("not open"),
    ]


def _clinicians(factory: ConstraintFactory):
    tasks = factory.for_each(Place).filter(lambda p: p.option.clinician >= 0)
    given = tasks.join(Worker, Joiners.equal(lambda p: p.option.clinician, lambda w: w.id))
    weeks = given.group_by(lambda p, w: w, Count.sum(lambda p, w: p.option.end - p.option.start))
    days = given.group_by(
        lambda p, w: w, lambda p, w: p.option.day, Count.sum(lambda p, w: p.option.end - p.option.start), Count.count_bi()
    )
    return [
        tasks.join(
            tasks,
            Joiners.equal(lambda p: p.option.clinician),
            Joiners.less_than(lambda p: p.id),
            Joiners.overlapping(lambda p: p.option.start, lambda p: p.option.busy_until),
        )
        .penalize(HARD)
        .as_constraint("clinician conflict"),
        weeks.filter(lambda w, minutes: minutes > w.week_minutes)
        .penalize(HARD, lambda w, minutes: minutes - w.week_minutes)
        .as_constraint("clinician's week"),
        days.filter(lambda w, day, minutes, sessions: minutes > w.day_minutes or sessions > w.day_sessions)
        .penalize(HARD)
        .as_constraint("clinician's day"),
    ]


def _care(factory: ConstraintFactory):
    places = factory.for_each_including_unassigned(Place)
    counted = factory.for_each(Place).filter(lambda p: p.counted > 0)
    return [
        places.filter(lambda p: p.leads < 0)
        .group_by(lambda p: p.person, Count.sum(lambda p: p.minutes if p.option is not None else 0))
        .filter(lambda person, minutes: minutes < person.floor)
        .penalize(MEDIUM, lambda person, minutes: (person.floor - minutes) * person.factor)
        .as_constraint("weekly floor"),
        places.filter(lambda p: p.leads < 0)
        .group_by(lambda p: p.person, Count.sum(lambda p: p.counted if p.option is not None else 0))
        .filter(lambda person, sessions: sessions < person.sessions_floor)
        .penalize(MEDIUM, lambda person, sessions: (person.sessions_floor - sessions) * person.session_amount * person.factor)
        .as_constraint("session floor"),
        counted.group_by(lambda p: p.person, Count.count_distinct(lambda p: p.option.day))
        .filter(lambda person, days: days < person.days_floor)
        .penalize(MEDIUM, lambda person, days: (person.days_floor - days) * person.session_amount * person.factor)
        .as_constraint("service day floor"),
        factory.for_each(Person)
        .if_not_exists(
            Place,
            Joiners.equal(lambda person: person, lambda p: p.person),
            Joiners.filtering(lambda person, p: p.option is not None and p.counted > 0),
        )
        .penalize(MEDIUM, lambda person: person.days_floor * person.session_amount * person.factor)
        .as_constraint("no service day"),
        places.filter(lambda p: p.due >= 0)
        .group_by(lambda p: p.due, Count.sum(lambda p: 1 if p.option is not None else 0))
        .join(Due, Joiners.equal(lambda due, given: due, lambda d: d.id))
        .filter(lambda due, given, d: given < d.count)
        .penalize(MEDIUM, lambda due, given, d: (d.count - given) * d.minutes * d.person.factor)
        .as_constraint("ordered service"),
    ]


def _preferences(factory: ConstraintFactory):
    taken = factory.for_each(Place)
    on_site = taken.filter(lambda p: p.leads < 0 and p.option.site >= 0)
    return [
        taken.filter(lambda p: p.option.price > 0).penalize(SOFT, lambda p: p.option.price).as_constraint("price of a visit"),
        on_site.group_by(lambda p: p.person, Count.count_distinct(lambda p: p.option.day))
        .filter(lambda person, days: days > person.days_floor)
        .penalize(SOFT, lambda person, days: (days - person.days_floor) * TRIP)
        .as_constraint("trips"),
        on_site.join(on_site, _one, Joiners.equal(lambda p: p.option.day), Joiners.less_than(lambda p: p.option.start))
        .filter(lambda a, b: b.option.start > a.option.end)
        .penalize(SOFT, lambda a, b: (b.option.start - a.option.end + 14) // 15)
        .as_constraint("idle gap"),
        taken.filter(lambda p: p.leads < 0)
        .group_by(lambda p: p.person, Count.sum(lambda p: p.minutes))
        .filter(lambda person, minutes: person.target >= 0 and minutes != person.target)
        .penalize(SOFT, lambda person, minutes: (abs(minutes - person.target) + 9) // 10)
        .as_constraint("step-down target"),
    ]
