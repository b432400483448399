"""Generated tracks, cohorts and groups: the timetable of a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduler.fields import Id, Mode, Weekday
from scheduler.generate.care import BLOCK_SERVICES, CURRICULUM
from scheduler.generate.lives import Slot
from scheduler.generate.places import WEEK_A
from scheduler.generate.sizes import Sizes
from scheduler.instance import Cohort, Eligibility, Group, GroupStart, Track
from scheduler.timegrid import parse_clock

MON_THU: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu")


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """A track before its groups exist.

    Attributes:
        start: The time of day of its blocks.
        minutes: The length of a block.
        services: The services of its days, in order; each further cohort starts one later, to avoid needing one credential everywhere.
    """

    id: Id
    label: str
    slot: Slot
    days: tuple[Weekday, ...]
    start: str
    minutes: int = 180
    cohorts: int = 1
    site: Id = "main"
    services: tuple[Id, ...] = BLOCK_SERVICES


@dataclass(frozen=True, slots=True)
class Timetable:
    """The tracks, cohorts and groups of a program."""

    tracks: tuple[Track, ...]
    cohorts: tuple[Cohort, ...]
    groups: tuple[Group, ...]


def plan_tracks(sizes: Sizes, sites: tuple[Id, ...]) -> tuple[TrackPlan, ...]:
    """The tracks of a sized program: late and early mornings, an afternoon, evenings at 17:30 and 18:00."""
    plans: list[TrackPlan] = []
    for site in sites:
        tail = "" if site == sites[0] else site.removeprefix("site")
        late, evening_b = (sizes.morning + 1) // 2, sizes.evening // 3
        for plan in (
            TrackPlan(f"am_a{tail}", "Morning A", "morning", ("mon", "tue", "wed", "fri"), "10:00", cohorts=late, site=site),
            TrackPlan(
                f"am_b{tail}", "Morning B", "morning", ("mon", "tue", "thu", "fri"), "09:00", cohorts=sizes.morning - late, site=site
            ),
            TrackPlan(
                f"aft_a{tail}",
                "Afternoon",
                "afternoon",
                ("mon", "wed", "thu"),
                "13:00",
                cohorts=sizes.afternoon,
                site=site,
                services=("process", "skills", "relapse_prevention"),
            ),
            TrackPlan(f"eve_a{tail}", "Evening A", "evening", MON_THU, "17:30", cohorts=sizes.evening - evening_b, site=site),
            TrackPlan(f"eve_b{tail}", "Evening B", "evening", MON_THU, "18:00", cohorts=evening_b, site=site),
        ):
            if plan.cohorts:
                plans.append(plan)
    return tuple(plans)


def make_timetable(plans: tuple[TrackPlan, ...], monday: date, others: tuple[Group, ...] = ()) -> Timetable:
    """The groups of the tracks, one per cohort and day, and the groups outside all tracks."""
    cohorts: list[Cohort] = []
    groups: list[Group] = []
    for plan in plans:
        for n in range(plan.cohorts):
            cohort = plan.id if n == 0 else f"{plan.id}{n + 1}"
            cohorts.append(Cohort(id=cohort, label=plan.label if n == 0 else f"{plan.label} {n + 1}", track=plan.id))
            groups += [_block(plan, cohort, n, day, position, monday) for position, day in enumerate(plan.days)]
    tracks = tuple(Track(id=plan.id, label=plan.label) for plan in plans)
    return Timetable(tracks, tuple(cohorts), (*groups, *others))


def _block(plan: TrackPlan, cohort: Id, n: int, day: Weekday, position: int, monday: date) -> Group:
    service = plan.services[(position + n) % len(plan.services)]
    week = (monday - WEEK_A).days // 7
    is_skills = service == "skills"
    return Group(
        id=f"{cohort}_{day}",
        label=f"{plan.label} {day.capitalize()}",
        service=service,
        minutes=plan.minutes,
        starts=(GroupStart(day=day, time=parse_clock(plan.start)),),
        mode=_mode(plan, n, service),
        site=plan.site,
        room_features=("hybrid",) if _mode(plan, n, service) == "hybrid" else (),
        track=plan.id,
        cohort=cohort,
        curriculum=CURRICULUM.id if is_skills else None,
        module=CURRICULUM.modules[week % len(CURRICULUM.modules)] if is_skills else None,
    )


def _mode(plan: TrackPlan, n: int, service: Id) -> Mode:
    """The education block of the first evening cohort may be joined from home."""
    return "hybrid" if plan.id.startswith("eve_a") and n == 0 and service == "education" else "in_person"


def other_groups(sizes: Sizes, sites: tuple[Id, ...]) -> tuple[Group, ...]:
    """The groups outside the tracks: aftercare, a multi-family group on Saturday, and groups the solver may open (women, Spanish)."""
    groups: list[Group] = []
    for site in sites:
        tail = "" if site == sites[0] else site.removeprefix("site")
        for n in range(max(1, round(sizes.participants / 120))):
            number = str(n + 1) if n else ""
            groups.append(_single(f"aftercare_sat{number}{tail}", "aftercare", 90, site, (("sat", "09:00"),)))
            groups.append(_single(f"aftercare_tue{number}{tail}", "aftercare", 90, site, (("tue", "13:15"),)))
        groups.append(_single(f"family_sat{tail}", "multi_family", 90, site, (("sat", "11:00"),)))
        if sizes.participants >= 40:
            women = Eligibility(genders=("female",))
            starts: tuple[tuple[Weekday, str], ...] = (("fri", "09:30"), ("thu", "09:30"), ("tue", "13:30"))
            optional = {"is_standing": False, "minimum": 3, "maximum": 10}
            groups.append(_single(f"women{tail}", "process", 180, site, starts).model_copy(update=optional | {"eligibility": women}))
            spanish = _single(f"spanish{tail}", "relapse_prevention", 180, site, (("fri", "10:00"), ("mon", "13:30")))
            groups.append(spanish.model_copy(update=optional | {"language": "es"}))
    return tuple(groups)


def _single(id: Id, service: Id, minutes: int, site: Id, starts: tuple[tuple[Weekday, str], ...]) -> Group:
    times = tuple(GroupStart(day=day, time=parse_clock(clock)) for day, clock in starts)
    return Group(id=id, label=id.replace("_", " ").capitalize(), service=service, minutes=minutes, starts=times, site=site)
