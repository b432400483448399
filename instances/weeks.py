"""Instances made from generated programs: something has happened, is scarce, or is out of the ordinary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from instances.parts import admit, change, change_people, free, group, moment, program, publish, with_people, with_steady_shifts
from scheduler.generate import MONDAY, generate, place
from scheduler.generate.care import PHASES, SERVICES, services_of
from scheduler.generate.lives import WORKDAYS, window
from scheduler.generate.next_week import settle
from scheduler.generate.sizes import Sizes
from scheduler.generate.staff import work
from scheduler.generate.tracks import MON_THU, TrackPlan
from scheduler.instance import (
    Absence,
    Authorization,
    Availability,
    BusySpan,
    CapacityWindow,
    Closure,
    Instance,
    Relation,
    Resource,
    ResourceUse,
    Service,
    ServiceOrder,
    StepUp,
    VanRun,
)
from scheduler.timegrid import parse_clock

BEFORE = MONDAY - timedelta(weeks=1)
WEDNESDAY = MONDAY + timedelta(days=2)


def _running(participants: int, seed: int) -> Instance:
    """A running program: last week's roster is there and published again for this week."""
    week = with_steady_shifts(generate(participants, seed, monday=BEFORE))
    return publish(settle(week, place(week)))


def wednesday_changes() -> Instance:
    """Wednesday noon, tracks full: two admissions, a discharge, a step-up; what lies before noon has happened."""
    week = _running(40, 21)
    last = week.history.last_week
    size = {s.group: len(s.bookings) for s in last.sessions if s.group} if last else {}
    full = tuple(g.model_copy(update={"reserve": 0, "maximum": size[g.id]}) if g.track and g.id in size else g for g in week.groups)
    plain = [p for p in week.participants if p.home_cohort and not any(o.partner for o in p.order.services or ())]
    leaves = next(p for p in plain if p.phase == "step_down")
    rises = next(p for p in plain if p.phase == "core" and not p.order.services and not p.has_rotating_shifts)
    week = change_people(
        change(week, groups=full, now=moment(WEDNESDAY, "12:00")),
        {
            leaves.id: {"discharge": WEDNESDAY},
            rises.id: {"phase": PHASES[0].id, "phase_since": WEDNESDAY, "step_up": StepUp(date=WEDNESDAY, reason="plan_review")},
        },
    )
    return admit(week, 2, 22, WEDNESDAY)


def evening_bottleneck() -> Instance:
    """55 people who can come in the evening only, and four evening cohorts of 12: 48 seats."""
    plans = (
        TrackPlan("eve_a", "Evening A", "evening", ("mon", "tue", "thu"), "17:30", cohorts=2),
        TrackPlan("eve_b", "Evening B", "evening", ("mon", "wed", "thu"), "18:00", cohorts=2),
    )
    week = program("evening_bottleneck", MONDAY, Sizes(55, 4, 1, 0, 10, 2, 1, 4, 6), plans, SERVICES, PHASES)
    seats = tuple(g.model_copy(update={"maximum": 12, "reserve": 0}) for g in week.groups)
    evenings = free("16:00", "22:00", WORKDAYS)
    return with_people(change(week, groups=seats), 55, "core", evenings, "evening", modes=("in_person", "telehealth"))


def monday_740() -> Instance:
    """Monday 7:40: the only evening clinician entitled to lead DBT skills has called in sick until Tuesday."""
    week = with_steady_shifts(generate(40, 31, monday=BEFORE))
    leader = next(c for c in week.clinicians if c.team == "evening" and "licensed" in c.credentials)
    staff = tuple(c.model_copy(update={"credentials": ("licensed", "dbt")}) if c.id == leader.id else c for c in week.clinicians)
    dbt = {"leading_credential": "dbt"}
    groups = tuple(g.model_copy(update=dbt) if g.service == "skills" and g.track and g.track.startswith("eve") else g for g in week.groups)
    week = change(week, clinicians=staff, groups=groups)
    week = publish(settle(week, place(week)))
    sick = Absence(first=MONDAY, last=MONDAY + timedelta(days=1))
    ill = tuple(c.model_copy(update={"leave": (sick,)}) if c.id == leader.id else c for c in week.clinicians)
    return change(week, clinicians=ill, now=moment(MONDAY, "07:40"))


def couple_and_no_contact() -> Instance:
    """A couple with a session due, one of them kept apart from a third person, and two pairs who must not meet in the building."""
    week = generate(26, 41)
    plain = [p for p in week.participants if p.phase in ("core", "step_down") and p.availability.weekly and not p.guests]
    evening = [p for p in plain if max(w.end for w in p.availability.weekly) == parse_clock("22:00")][:2]
    flexible = [p.id for p in week.participants if p not in evening and p.phase != "aftercare" and not p.has_rotating_shifts][:4]
    a, b = (p.id for p in evening)
    phases = {p.id: p for p in PHASES}
    orders = {
        p.id: {"order": services_of(phases[p.phase or ""], (ServiceOrder(service="couple", per_week=1, partner=b if p.id == a else a),))}
        for p in evening
    }
    cleared = {p.id: {"order": services_of(phases[p.phase or ""], ())} for p in week.participants if p.order.services and p.phase}
    keep = {id: orders.get(id, update) for id, update in (cleared | orders).items() if id in orders or _has_partner(week, id)}
    relations = (
        Relation(a=min(a, flexible[0]), b=max(a, flexible[0]), kind="apart"),
        Relation(a=flexible[0], b=flexible[1], kind="apart_in_time"),
        Relation(a=flexible[2], b=flexible[3], kind="apart_in_time"),
    )
    return change(change_people(week, keep), relations=relations)


def _has_partner(week: Instance, id: str) -> bool:
    return any(o.partner for p in week.participants if p.id == id for o in p.order.services or ())


def access_mix() -> Instance:
    """A van, an interpreter, a day by telehealth, two authorized days left until Wednesday, rotating shifts, a wheelchair."""
    week = generate(30, 51)
    van = Resource(
        id="van",
        kind="van",
        site="main",
        runs=tuple(
            run
            for day in WORKDAYS
            for comes, goes in (("09:45", "14:15"), ("17:15", "20:45"))
            for run in (
                VanRun(day=day, direction="to_site", time=parse_clock(comes), seats=6),
                VanRun(day=day, direction="from_site", time=parse_clock(goes), seats=6),
            )
        ),
    )
    hours = tuple(CapacityWindow(day=day, start=parse_clock("09:00"), end=parse_clock("20:45"), capacity=1) for day in MON_THU)
    interpreter = Resource(id="interpreter", kind="sessions", windows=hours)
    known = [p.id for p in week.participants if p.phase != "aftercare" and p.availability.weekly and not p.authorizations]
    riders = {id: {"resources": (ResourceUse(resource="van"),)} for id in known[:4]}
    heard = {id: {"resources": (ResourceUse(resource="interpreter"),)} for id in known[4:6]}
    ends = Authorization(id="auth_ends", unit="day", first=MONDAY - timedelta(weeks=4), last=WEDNESDAY, units=20, used=18)
    friday = Closure(date=MONDAY + timedelta(days=4), site="main")
    week = change_people(week, riders | heard | {known[6]: {"authorizations": (ends,)}})
    closed = week.program.model_copy(update={"closures": (friday,)})
    return change(week, program=closed, resources=(van, interpreter))


def short_visits() -> Instance:
    """Two sites, hold: drug screens at random times on days on site, medication beside a group, home sites required or preferred."""
    week = generate(24, 101, sites=2, monday=BEFORE)
    screen = Service(
        id="drug_screen", kind="individual", category="drug_screen", minutes=15, countable=False, standing=False, without_trip="same_day"
    )
    services = tuple(s.model_copy(update={"without_trip": "beside_group" if s.id == "medication" else None}) for s in week.services)
    weekly = ServiceOrder(service=screen.id, per_week=1)
    phases = tuple(
        p.model_copy(update={"order": p.order.model_copy(update={"services": (*(p.order.services or ()), weekly)})}) for p in week.phases
    )
    week = change(week, services=(*services, screen), phases=phases, seed="week-1")
    week = change(settle(week, place(week)), seed="week-2")
    sites = {group.track: group.site for group in week.groups if group.site is not None}
    homes = {
        p.id: {"home_site": sites[p.home_track], "home_site_use": "preferred" if n % 3 else "required"}
        for n, p in enumerate(week.participants)
        if p.home_track is not None
    }
    return change_people(week, homes)


def php_step_down() -> Instance:
    """Six people arrive from partial hospitalization and must not wait; two newcomers a week and group are the limit."""
    week = generate(36, 61, monday=BEFORE)
    arrived = MONDAY - timedelta(days=3)
    return admit(settle(week, place(week)), 6, 62, MONDAY, stepped_down=arrived)


def dst_spring() -> Instance:
    """The clock goes forward on this week's Sunday, on which a group meets; one person joins from Arizona, which keeps its clock."""
    return _sunday_group(generate(24, 71, monday=date(2027, 3, 8)))


def dst_autumn() -> Instance:
    """Last week's Sunday put the clock back; the roster of that week is held."""
    week = _sunday_group(generate(24, 72, monday=date(2026, 10, 26)))
    return settle(week, place(week))


def _sunday_group(week: Instance) -> Instance:
    """Open on Sunday with a process group at 10:00; the first five people with free weekends come on Sundays too."""
    sunday = window("sun", "09:00", "14:00")
    site = week.program.sites[0]
    site = site.model_copy(update={"hours": (*site.hours, sunday), "front_desk": (*site.front_desk, sunday)})
    staff = [c.id for c in week.clinicians if "licensed" in c.credentials][:2]
    clinicians = tuple(
        c.model_copy(update={"hours": (*c.hours, work("sun", "09:00", "14:00", "main"))}) if c.id in staff else c for c in week.clinicians
    )
    weekend = [p for p in week.participants if p.phase in ("core", "intensive") and p.availability.weekly][:5]
    changes: dict[str, dict[str, Any]] = {p.id: {"availability": _on_sunday(p.availability)} for p in weekend}
    remote = weekend[0]
    changes[remote.id] |= {"modes": ("in_person", "telehealth"), "availability": _with_busy(_on_sunday(remote.availability), week.monday)}
    sun = group("sunday", "process", 180, (("sun", "10:00"),), mode="hybrid", room_features=("hybrid",))
    return change(
        change_people(week, changes),
        program=week.program.model_copy(
            update={"sites": (site,), "telehealth_hours": (*(week.program.telehealth_hours or ()), window("sun", "09:00", "21:00"))}
        ),
        clinicians=clinicians,
        groups=(*week.groups, sun),
    )


def _on_sunday(availability: Availability) -> Availability:
    return availability.model_copy(update={"weekly": (*availability.weekly, window("sun", "08:00", "18:00"))})


def _with_busy(availability: Availability, monday: date) -> Availability:
    """Busy from 8:00 to 9:00 on two Sundays by the clock of Phoenix, which knows no summer time."""
    phoenix = ZoneInfo("America/Phoenix")
    sundays = [monday + timedelta(days=n) for n in (6, 13)]
    busy = tuple(
        BusySpan(start=moment(day, "08:00").replace(tzinfo=phoenix), end=moment(day, "09:00").replace(tzinfo=phoenix)) for day in sundays
    )
    return availability.model_copy(update={"busy": busy})
