"""Instances after published timetables. Days and clock times are facts of the named programs; people and staff are invented."""

from __future__ import annotations

from datetime import date, timedelta

from instances.parts import change, free, group, program, with_people
from scheduler.generate import MONDAY, place
from scheduler.generate.care import SERVICES, WEEKLY_INDIVIDUAL
from scheduler.generate.lives import WORKDAYS
from scheduler.generate.next_week import settle
from scheduler.generate.sizes import Sizes
from scheduler.generate.staff import work
from scheduler.generate.tracks import MON_THU, TrackPlan
from scheduler.instance import (
    Closure,
    CountBand,
    Eligibility,
    Group,
    Instance,
    MinuteBand,
    OrderSpec,
    Phase,
    Policy,
    Segment,
    Service,
    ServiceOrder,
)

BEFORE = MONDAY - timedelta(weeks=1)
HOLIDAY = date(2027, 1, 18)
"""Martin Luther King Day, a Monday."""


def phase(
    id: str,
    floor: int,
    ceiling: int,
    sessions: tuple[int, int],
    days: tuple[int, int],
    services: tuple[ServiceOrder, ...] = (WEEKLY_INDIVIDUAL,),
    level: str = "2.1",
    rank: int = 1,
    weeks: int | None = None,
) -> Phase:
    """A phase with its own bands and no service mix: any block will do, unless groups are ordered by count."""
    order = OrderSpec(
        minutes=MinuteBand(floor=floor, ceiling=ceiling),
        sessions=CountBand(floor=sessions[0], ceiling=sessions[1]),
        days=CountBand(floor=days[0], ceiling=days[1]),
        services=services,
        only=True,
    )
    return Phase(id=id, level=level, rank=rank, weeks=weeks, order=order)


def unchanged_week() -> Instance:
    """Palmetto's day and evening tracks a week after a full week: nothing has changed, so no one moves."""
    three = ("process", "skills", "relapse_prevention")
    plans = (
        TrackPlan("day", "Day", "morning", ("mon", "wed", "thu"), "10:00", 270, services=three),
        TrackPlan("eve", "Evening", "evening", MON_THU, "17:30", services=("process", "multi_family", "skills", "relapse_prevention")),
    )
    phases = (phase("day", 860, 900, (4, 5), (3, 5)), phase("evening", 770, 790, (5, 5), (4, 5)))
    sizes = Sizes(18, 1, 1, 0, 3, 2, 1, 2, 4)
    week = program("unchanged_week", BEFORE, sizes, plans, SERVICES, phases)
    # The day blocks last over the hour at which the team would meet.
    staff = tuple(c.model_copy(update={"protected": c.protected[1:]}) for c in week.clinicians)
    week = change(week, clinicians=staff, groups=tuple(_in_parts(g) if g.track == "day" else g for g in week.groups))
    week = with_people(week, 9, "day", free("08:30", "16:30", WORKDAYS), "morning")
    week = with_people(week, 9, "evening", free("15:30", "22:00", WORKDAYS), "evening")
    return change(settle(week, place(week)), label="Nothing has changed")


def _in_parts(block: Group) -> Group:
    """Four and a half hours as three parts with breaks."""
    parts = (("process", 80), (None, 10), ("skills", 80), (None, 10), ("education", 90))
    own = (block.service, *(s for s, _ in parts[1:]))
    segments = tuple(Segment(service=s, minutes=m) for s, (_, m) in zip(own, parts, strict=True))
    return block.model_copy(update={"segments": segments})


def deaconess_evenings() -> Instance:
    """Deaconess: six weeks of Mon, Tue, Thu 17:30-21:00, then one hour a week on Wednesday morning or Thursday evening."""
    plan = TrackPlan("eve", "Evening", "evening", ("mon", "tue", "thu"), "17:30", 210, cohorts=2)
    follow_up = Service(id="follow_up", label="Follow-up group", kind="group", category="aftercare", minutes=60)
    phases = (
        phase("six_weeks", 630, 690, (3, 4), (3, 4), services=(), rank=0, weeks=6),
        phase("follow_up", 60, 60, (1, 1), (1, 1), (ServiceOrder(service="follow_up", per_week=1),), "1"),
    )
    others = (
        group("follow_up_wed", "follow_up", 60, (("wed", "10:00"),), eligibility=Eligibility(phases=("follow_up",))),
        group("follow_up_thu", "follow_up", 60, (("thu", "18:00"),), eligibility=Eligibility(phases=("follow_up",))),
    )
    week = program("deaconess_evenings", MONDAY, Sizes(28, 2, 1, 0, 4, 2, 1, 3, 3), (plan,), (*SERVICES, follow_up), phases, others)
    week = with_people(week, 20, "six_weeks", free("16:30", "22:00", MON_THU), "evening")
    week = with_people(week, 4, "follow_up", free("09:00", "12:00", WORKDAYS), "morning")
    return with_people(week, 4, "follow_up", free("17:00", "20:00", WORKDAYS), "evening")


def holiday_monday() -> Instance:
    """A Monday, Wednesday, Thursday track in a week whose Monday is a holiday: the block is made up, or the week is short."""
    plan = TrackPlan("am", "Morning", "morning", ("mon", "wed", "thu"), "09:00", services=("process", "skills", "relapse_prevention"))
    phases = (phase("core", 590, 720, (3, 5), (3, 5)),)
    make_up = group("make_up", "process", 180, (("tue", "09:00"), ("fri", "09:00")), is_standing=False, is_make_up=True)
    before = HOLIDAY - timedelta(weeks=1)
    week = program("holiday_monday", before, Sizes(10, 1, 1, 0, 2, 3, 1, 2, 3), (plan,), SERVICES, phases, (make_up,))
    week = with_people(week, 5, "core", free("08:00", "15:00", WORKDAYS), "morning")
    week = with_people(week, 3, "core", free("08:00", "15:00", ("mon", "tue", "wed", "thu")), "morning")
    week = with_people(week, 2, "core", free("08:00", "15:00", ("mon", "wed", "thu", "fri")), "morning")
    closed = week.program.model_copy(update={"closures": (Closure(date=HOLIDAY),)})
    return change(settle(week, place(week)), program=closed)


def choc_teens() -> Instance:
    """CHOC: teens Mon, Tue, Thu, Fri 15:30-18:45, their parents Mon and Thu 17:30-18:45; two admissions at the two-week gate."""
    teens = Eligibility(age_group="adolescent")
    plan = TrackPlan("teen", "Teens", "afternoon", ("mon", "tue", "thu", "fri"), "15:30", 195)
    parents = Service(id="parents", label="Parents' multi-family group", kind="group", category="family", minutes=75)
    phases = (
        phase("teen", 830, 900, (5, 6), (4, 5), rank=0, weeks=8),
        phase("parent", 150, 150, (2, 2), (2, 2), (ServiceOrder(service="parents", per_week=2),), "1"),
    )
    only_parents = Eligibility(attributes=("parent",))
    others = tuple(group(f"parents_{day}", "parents", 75, ((day, "17:30"),), eligibility=only_parents) for day in ("mon", "thu"))
    week = program("choc_teens", BEFORE, Sizes(22, 1, 1, 0, 4, 3, 1, 3, 4), (plan,), (*SERVICES, parents), phases, others)
    friday = work("fri", "12:00", "20:30", "main")
    staff = tuple(
        c.model_copy(update={"hours": (*(w for w in c.hours if w.day != "fri"), friday)}) if c.team == "evening" else c
        for c in week.clinicians
    )
    gates = tuple(MONDAY + timedelta(weeks=n) for n in (-4, -2, 0, 2))
    closed = {"eligibility": teens, "is_closed": True, "gates": gates}
    week = change(
        week,
        policy=Policy(pack="adolescent_iop_2_1"),
        clinicians=staff,
        groups=tuple(g.model_copy(update=closed) if g.track else g for g in week.groups),
    )
    after_school = free("14:45", "20:30", WORKDAYS)
    week = with_people(week, 10, "teen", after_school, "evening", age_group="adolescent")
    week = with_people(week, 10, "parent", free("17:00", "20:30", WORKDAYS), "evening", attributes=("parent",))
    week = settle(week, place(week))
    new = {"age_group": "adolescent", "admitted": MONDAY, "first_session_due": MONDAY + timedelta(days=2), "phase_since": MONDAY}
    return with_people(week, 2, "teen", after_school, "evening", **new)


def dbt_individuals() -> Instance:
    """EBT Seattle: skills Mon, Wed, Thu 10-12, mindfulness Wed 13-14, an hour with the own therapist on Monday and on Thursday."""
    plan = TrackPlan("dbt", "DBT", "morning", ("mon", "wed", "thu"), "10:00", 120, cohorts=2, services=("dbt_skills",))
    services = (
        Service(id="dbt_skills", label="DBT skills", kind="group", category="skills", minutes=120, credentials=("licensed",)),
        Service(id="mindfulness", label="Mindfulness", kind="group", category="mindfulness", minutes=60),
        Service(id="dbt_individual", label="Individual", kind="individual", category="individual", minutes=60, credentials=("licensed",)),
    )
    orders = (
        ServiceOrder(service="dbt_skills", per_week=3),
        ServiceOrder(service="mindfulness", per_week=1),
        ServiceOrder(service="dbt_individual", per_week=2),
    )
    phases = (phase("round", 540, 540, (6, 6), (3, 3), orders, weeks=8),)
    others = (group("mindfulness_wed", "mindfulness", 60, (("wed", "13:00"),), maximum=16),)
    kept = tuple(s for s in SERVICES if s.id in ("assessment", "orientation"))
    week = program("dbt_individuals", MONDAY, Sizes(14, 1, 1, 0, 2, 6, 1, 3, 6), (plan,), (*kept, *services), phases, others)
    staff = tuple(c.model_copy(update={"credentials": ("licensed",)}) if c.credentials == ("counselor",) else c for c in week.clinicians)
    hours = (*free("08:00", "16:00", ("mon", "thu")).weekly, *free("09:00", "15:00", ("wed",)).weekly)
    return with_people(
        change(week, clinicians=staff), 14, "round", free("08:00", "16:00", ()).model_copy(update={"weekly": hours}), "morning"
    )
