"""Seeded, realistic programs of any size: invented people, with shares and ratios from published planning figures.

The same arguments give the same instance, byte for byte: one random generator, fixed order, no sets.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Literal

from scheduler.generate.care import CURRICULUM, PHASES, PLAN, SERVICES
from scheduler.generate.next_week import next_week, week_before
from scheduler.generate.people import make_people
from scheduler.generate.places import make_program, make_rooms, site_ids
from scheduler.generate.sizes import sizes_of
from scheduler.generate.staff import make_staff
from scheduler.generate.ties import draw_last_dates, make_relations, with_access, with_couple
from scheduler.generate.tracks import make_timetable, other_groups, plan_tracks
from scheduler.greedy.place import place
from scheduler.instance import History, Instance
from scheduler.roster import Roster

__all__ = ["MONDAY", "before", "generate", "place"]

MONDAY = date(2027, 1, 11)
"""The default week of generated instances."""


def generate(
    participants: int,
    seed: int,
    sites: int = 1,
    tightness: float = 1.0,
    mode: Literal["rebuild", "hold"] = "rebuild",
    last_week: Roster | None = None,
    monday: date = MONDAY,
) -> Instance:
    """Generate one week of a program.

    Args:
        participants: The census of all sites together; at least 8 per site.
        seed: Random seed.
        sites: The number of sites, each with its own staff, rooms and tracks.
        tightness: 1.0: most care fits; 1.3: clearly too few cohorts and staff.
        mode: ``rebuild``: no one holds a place. ``hold``: the routine week after ``last_week``, with newcomers, phase changes,
            changed free time and a clinician's day of leave; everyone else keeps their places.
        last_week: The roster that ``hold`` continues: one of ``generate(..., "rebuild", monday=<a week earlier>)``; None: a
            greedy roster of that week.
        monday: Monday of the week.

    Raises:
        ValueError: Fewer than 8 participants per site, no site, or a tightness of 0 or less.
    """
    if sites < 1 or participants < 8 * sites or tightness <= 0:
        raise ValueError("generate needs a site, at least 8 participants per site and a tightness above 0")
    first = monday - timedelta(weeks=1) if mode == "hold" else monday
    week = _rebuild(participants, seed, sites, tightness, first)
    return next_week(week, last_week, Random(seed + 1)) if mode == "hold" else week


def before(participants: int, seed: int, monday: date = MONDAY) -> Instance:
    """The week before ``generate(participants, seed, mode="hold")``: solve it and pass its roster as ``last_week``."""
    return week_before(_rebuild(participants, seed, 1, 1.0, monday - timedelta(weeks=1)), Random(seed + 1))


def _rebuild(participants: int, seed: int, num_sites: int, tightness: float, monday: date) -> Instance:
    rng = Random(seed)
    sites = site_ids(num_sites)
    sizes = sizes_of(-(-participants // num_sites), tightness)
    staff = make_staff(rng, sites, sizes)
    people = with_access(make_people(rng, participants, staff, sites, monday, days=14))
    people, couple = with_couple(people, PHASES)
    timetable = make_timetable(plan_tracks(sizes, sites), monday, other_groups(sizes, sites))
    return Instance(
        id=f"generated-{participants}-{seed}",
        label=f"Generated program, {participants} participants",
        monday=monday,
        mode="rebuild",
        program=make_program(sites),
        services=SERVICES,
        rooms=make_rooms(sites, sizes),
        clinicians=staff,
        tracks=timetable.tracks,
        cohorts=timetable.cohorts,
        curricula=(CURRICULUM,),
        groups=timetable.groups,
        phases=PHASES,
        plans=(PLAN,),
        participants=people,
        relations=make_relations(rng, people, couple),
        history=History(services=draw_last_dates(rng, people, PHASES, monday)),
    )
