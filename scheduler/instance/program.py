"""The program: its zone, sites, hours, closures, rooms and scarce resources."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from scheduler.fields import ClockTime, Count, Id, Label, Minutes, Model, Weekday, WeekPattern
from scheduler.instance.calendar import Absence, WeeklyWindow
from scheduler.names import SiteId, Tag


class Site(Model):
    """A building of the program."""

    id: Id
    label: Label = ""
    hours: tuple[WeeklyWindow, ...] = Field(description="When sessions may be held there.")
    front_desk: tuple[WeeklyWindow, ...] = Field((), description="When the front desk is staffed (second person in the building).")


class SiteTravel(Model):
    """Travel between two sites, the same in both directions."""

    a: SiteId
    b: SiteId
    minutes: Minutes


class Closure(Model):
    """A date, or hours of a date, on which the program or one site is closed."""

    date: date
    site: SiteId | None = Field(None, description="None closes every site and telehealth too.")
    start: ClockTime = 0
    end: ClockTime = 1440
    label: Label = Field("", description="What it is, for staff, e.g. Thanksgiving.")


class Program(Model):
    """Zone, sites and calendar of the program."""

    id: Id
    label: Label = ""
    zone: str = Field(description="IANA zone of the program's wall time, e.g. America/New_York.", max_length=64)
    sites: tuple[Site, ...] = Field(min_length=1)
    travel: tuple[SiteTravel, ...] = ()
    telehealth_hours: tuple[WeeklyWindow, ...] | None = Field(None, description="None: whenever any site is open and not closed.")
    closures: tuple[Closure, ...] = ()
    week_a: date | None = Field(None, description="The Monday of any A week; needed when a window says A or B.")


class Room(Model):
    """A room of a site. Telehealth sessions need none."""

    id: Id
    label: Label = ""
    site: SiteId
    seats: Count = Field(description="Seats for everyone in the room, including facilitators and guests.")
    features: tuple[Tag, ...] = Field((), description="What it offers, e.g. accessible, hybrid, animals.")
    uses: tuple[Literal["group", "individual"], ...] = Field(
        ("group", "individual"), description="The kinds of sessions that may be held in it."
    )
    closed: tuple[Absence, ...] = ()


class CapacityWindow(Model):
    """A weekly window with the number that a resource serves at once; outside its windows it serves none."""

    day: Weekday
    start: ClockTime
    end: ClockTime
    weeks: WeekPattern = "every"
    capacity: Count


class VanRun(Model):
    """One run of a van: to the site (arrives) or from it (leaves)."""

    day: Weekday
    direction: Literal["to_site", "from_site"]
    time: ClockTime = Field(description="Arrival at the site, or departure from it.")
    seats: Count


class Resource(Model):
    """A scarce resource that participants need: an interpreter, child-care places, a van."""

    id: Id
    label: Label = ""
    kind: Literal["sessions", "stay", "van"] = Field(
        description="Used during sessions (interpreter), during the whole stay on site (child care), or a van."
    )
    site: SiteId | None = None
    windows: tuple[CapacityWindow, ...] = ()
    runs: tuple[VanRun, ...] = Field((), description="Vans only.")
