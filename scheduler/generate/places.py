"""Generated sites: opening hours, front desk, group rooms and offices with their features."""

from __future__ import annotations

from datetime import date

from scheduler.fields import Id, Weekday
from scheduler.generate.lives import WORKDAYS, window
from scheduler.generate.sizes import Sizes
from scheduler.instance import Program, Room, Site, SiteTravel

ZONE = "America/New_York"
WEEK_A = date(2027, 1, 4)
"""The Monday of an A week."""
SITE_TRAVEL = 25
"""Minutes between any two sites."""


def site_ids(count: int) -> tuple[Id, ...]:
    """Ids of the sites: main, then site_2, site_3, ..."""
    return ("main", *(f"site_{n}" for n in range(2, count + 1)))


def make_program(sites: tuple[Id, ...]) -> Program:
    """A program with the same hours at every site; telehealth from early to late."""
    days: tuple[Weekday, ...] = (*WORKDAYS, "sat")
    open_hours = (*(window(day, "08:00", "21:30") for day in WORKDAYS), window("sat", "08:30", "13:30"))
    desk = (*(window(day, "08:00", "21:00") for day in WORKDAYS), window("sat", "08:30", "13:30"))
    return Program(
        id="program",
        zone=ZONE,
        sites=tuple(Site(id=site, hours=open_hours, front_desk=desk) for site in sites),
        travel=tuple(SiteTravel(a=a, b=b, minutes=SITE_TRAVEL) for n, a in enumerate(sites) for b in sites[n + 1 :]),
        telehealth_hours=tuple(window(day, "07:30", "21:30") for day in days),
        week_a=WEEK_A,
    )


def make_rooms(sites: tuple[Id, ...], sizes: Sizes) -> tuple[Room, ...]:
    """Group rooms r1, r2, ... and offices, numbered consecutively; the first of each kind at a site is accessible."""
    rooms: list[Room] = []
    for site in sites:
        for n in range(sizes.group_rooms):
            features = ("accessible", "hybrid") if n == 0 else ("animals",) if n == 1 else ()
            rooms.append(Room(id=f"r{len(rooms) + 1}", label=f"Group room {n + 1}", site=site, seats=16, features=features))
        for n in range(sizes.offices):
            features = ("accessible",) if n == 0 else ("animals",) if n == 1 else ()
            rooms.append(
                Room(id=f"r{len(rooms) + 1}", label=f"Office {n + 1}", site=site, seats=5, features=features, uses=("individual",))
            )
    return tuple(rooms)
