"""An instance in which families come to a group. Days and clock times are those of a published program; people and staff are invented."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from instances.parts import change, free, group, program, with_people
from instances.timetables import phase
from scheduler.generate import MONDAY
from scheduler.generate.care import SERVICES, WEEKLY_INDIVIDUAL
from scheduler.generate.lives import WORKDAYS
from scheduler.generate.sizes import Sizes
from scheduler.generate.tracks import TrackPlan
from scheduler.instance import Availability, Guest, Instance, Service, ServiceOrder

NUM_GUESTS = (0, 1, 1, 2, 2, 3)
"""How many come with one participant after the other."""


def multi_family() -> Instance:
    """Palmetto's evenings on Monday, Wednesday and Thursday, and its multi-family group on Tuesday, repeated on Saturday morning.

    Parents and partners come along; some must, some would like to, and many work on one of the two days. The rooms have 16 seats.
    """
    plan = TrackPlan("eve", "Evening", "evening", ("mon", "wed", "thu"), "17:30", cohorts=2, services=("process",) * 3)
    ordered = (ServiceOrder(service="process", per_week=3), ServiceOrder(service="multi_family", per_week=1), WEEKLY_INDIVIDUAL)
    phases = (phase("evening", 630, 690, (5, 5), (4, 5), ordered),)
    times = (("tue", "17:30"), ("sat", "10:00"))
    families = [group(f"family_{day}_{n}", "multi_family", 90, ((day, time),)) for day, time in times for n in (1, 2)]
    sizes = Sizes(18, 2, 0, 0, 5, 0, 1, 2, 3)
    week = program("multi_family", MONDAY, sizes, (plan,), tuple(map(_with_guests, SERVICES)), phases, tuple(families))
    week = with_people(week, 18, "evening", free("15:30", "22:00", WORKDAYS), "evening")
    saturday = free("09:00", "13:00", ("sat",)).weekly
    people = (
        person.model_copy(
            update={
                "availability": Availability(weekly=(*person.availability.weekly, *(saturday if n % 3 else ()))),
                "guests": tuple(_guests(Random(n), NUM_GUESTS[n % len(NUM_GUESTS)])),
            }
        )
        for n, person in enumerate(week.participants)
    )
    return change(week, participants=tuple(people))


def _with_guests(service: Service) -> Service:
    """The multi-family group welcomes guests, who take a seat each and no place."""
    return service.model_copy(update={"guests": "welcome"}) if service.id == "multi_family" else service


def _guests(rng: Random, count: int) -> Iterator[Guest]:
    """Relatives of one participant: the first must come, the others would like to."""
    for n in range(count):
        works_late = rng.random() < 0.35
        evenings = free("18:30" if works_late else "17:00", "21:00", WORKDAYS).weekly
        weekend = free("09:00", "13:00", ("sat",)).weekly if works_late or rng.random() < 0.4 else ()
        field = "preferred_in" if n else "required_in"
        yield Guest.model_validate(
            {"id": f"g{n + 1}", "label": "Relative", "availability": Availability(weekly=(*evenings, *weekend)), field: ("multi_family",)}
        )
