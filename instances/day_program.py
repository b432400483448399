"""A day program for adolescents beside an intensive outpatient program for adults: two levels of care, single hours and blocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from instances.parts import change, free, group, program, with_people
from instances.timetables import phase
from scheduler.fields import Weekday
from scheduler.generate import MONDAY
from scheduler.generate.care import SERVICES
from scheduler.generate.lives import WORKDAYS
from scheduler.generate.sizes import Sizes
from scheduler.generate.staff import work
from scheduler.instance import (
    Clinician,
    Eligibility,
    Group,
    Instance,
    LevelPolicy,
    MinuteBand,
    MixOrder,
    OrderSpec,
    Phase,
    Policy,
    Service,
    ServiceOrder,
    Track,
    WorkWindow,
)

HOURS = (("08:30", "process"), ("09:30", "dbt"), ("10:30", "activity"), ("13:15", "dbt"), ("14:15", "social"))
EVENINGS: tuple[Weekday, ...] = ("mon", "tue", "thu")
YOUTH, ADULT = Eligibility(age_group="adolescent", phases=("day",)), Eligibility(phases=("evening",))
CHANGES: dict[str, dict[str, Any]] = {"assessment": {"before_all": True}, "individual": {"pulls_out_of": ("school", "activity")}}
"""The assessment precedes everything; for individual sessions, adolescents may leave school and activities."""
BOTH = Eligibility(age_groups=("adult", "adolescent"))


INDIVIDUAL = ServiceOrder(service="individual", per_week=2, days_apart=1)
SHORT_DAY = OrderSpec(minutes=MinuteBand(floor=1250), services=(INDIVIDUAL,))


def day_and_evening() -> Instance:
    """Five hours of groups a day beside lunch and school, at level 2.5; three blocks in the evening at level 2.1; a group for both.

    One adolescent begins; most are collected at 15:15, so that their individual sessions are during the day.
    """
    kept = tuple(s.model_copy(update=CHANGES[s.id]) for s in SERVICES if s.id in CHANGES)
    week = program("day_and_evening", MONDAY, Sizes(9, 1, 1, 0, 2, 3, 0, 3, 3), (), (*kept, *_services()), _phases(), _groups())
    level = LevelPolicy.model_validate({"level": "2.5", "pack": "adolescent_day_2_5", "values": {"adolescents_per_facilitator": 8}})
    week = change(
        week,
        policy=Policy.model_validate({"values": {"start_grain": 30}, "levels": (level,)}),
        clinicians=_staff(),
        tracks=(Track(id="day"), Track(id="evening")),
    )
    all_day, short, done = free("07:30", "17:00", WORKDAYS), free("07:30", "15:45", WORKDAYS), ("assessment",)
    youth: dict[str, Any] = {"age_group": "adolescent", "home_track": "day", "intake_done": done}
    week = with_people(week, 3, "day", short, "morning", **youth, order=SHORT_DAY)
    week = with_people(week, 1, "day", all_day, "morning", **youth)
    week = with_people(week, 4, "evening", free("15:00", "21:00", WORKDAYS), "evening", home_track="evening", intake_done=done)
    first = OrderSpec(services=(ServiceOrder(service="assessment", per_week=1), *(week.phases[0].order.services or ())))
    dates = {"admitted": MONDAY, "phase_since": MONDAY, "first_session_due": MONDAY + timedelta(days=1)}
    return with_people(week, 1, "day", all_day, "morning", order=first, **(youth | dates | {"intake_done": ()}))


def _services() -> tuple[Service, ...]:
    groups = (
        ("process", "Process group", "process", 50),
        ("dbt", "DBT skills", "skills", 50),
        ("activity", "Activity", "activity", 50),
        ("social", "Social skills", "skills", 50),
        ("block", "Evening block", "process", 180),
        ("wellness", "Wellness", "wellness", 50),
    )
    beside = (("lunch", "Lunch", "meal", 40), ("school", "School", "school", 60))
    return (
        *(Service(id=id, label=label, kind="group", category=category, minutes=n) for id, label, category, n in groups),
        *(Service(id=id, label=label, kind="group", category=category, minutes=n, countable=False) for id, label, category, n in beside),
    )


def _phases() -> tuple[Phase, ...]:
    """The day program has the ceilings of its level, and fills its minutes with the groups of the day."""
    mix = (MixOrder(category="meal", at_least=5), MixOrder(category="school", at_least=5))
    weekly = ServiceOrder(service="individual", per_week=1)
    wellness = ServiceOrder(service="wellness", per_week=1)
    minutes = MinuteBand(floor=1300, target=1400)
    blocks = ServiceOrder(service="block", per_week=3)
    return (
        Phase(id="day", level="2.5", rank=0, weeks=5, order=OrderSpec(minutes=minutes, services=(INDIVIDUAL, wellness), mix=mix)),
        phase("evening", 590, 690, (4, 6), (3, 5), (blocks, weekly, wellness)),
    )


def _groups() -> tuple[Group, ...]:
    hours = [(day, n, clock, service) for day in WORKDAYS for n, (clock, service) in enumerate(HOURS, 1)]
    day = {"track": "day", "eligibility": YOUTH, "maximum": 10, "reserve": 1}
    return (
        *(group(f"{weekday}_{n}", service, 50, ((weekday, clock),), **day) for weekday, n, clock, service in hours),
        *(group(f"{weekday}_lunch", "lunch", 40, ((weekday, "11:20"),), **day) for weekday in WORKDAYS),
        *(group(f"{weekday}_school", "school", 60, ((weekday, "12:00"),), **day) for weekday in WORKDAYS),
        *(group(f"evening_{day}", "block", 180, ((day, "17:30"),), track="evening", eligibility=ADULT) for day in EVENINGS),
        *(group(f"wellness_{day}", "wellness", 50, ((day, "15:30"),), eligibility=BOTH) for day in ("wed", "thu")),
    )


def _staff() -> tuple[Clinician, ...]:
    """Three therapists and two counselors by day, two therapists in the evening."""
    day = tuple(work(day, "08:00", "17:00", "main") for day in WORKDAYS)
    evening = tuple(work(day, "14:00", "21:00", "main") for day in WORKDAYS)
    return (
        *(_clinician(f"t{n}", "licensed", day) for n in range(1, 4)),
        *(_clinician(f"a{n}", "counselor", day) for n in range(1, 3)),
        *(_clinician(f"e{n}", "licensed", evening) for n in range(1, 3)),
    )


def _clinician(id: str, credential: str, hours: tuple[WorkWindow, ...]) -> Clinician:
    return Clinician(id=id, label=id.upper(), credentials=(credential,), hours=hours, licensed_states=("NY",))
