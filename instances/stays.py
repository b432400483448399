"""Instances in which the week of the stay decides. Days and clock times are those of a published program; people and staff are invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from instances.parts import change, free, group, program, with_people
from instances.timetables import BEFORE, phase
from scheduler.generate import MONDAY, place
from scheduler.generate.care import SERVICES
from scheduler.generate.lives import WORKDAYS
from scheduler.generate.next_week import settle
from scheduler.generate.sizes import Sizes
from scheduler.generate.staff import work
from scheduler.instance import CountBand, Eligibility, Group, History, Instance, LastService, OrderSpec, Plan, Policy, Service, ServiceOrder

STAYS = (2, 3, 4, 4, 5, 5, 6, 8, 11, 12, 13, 13, 15, 16)
"""The weeks of the stay of those who were here last week; two more begin."""


def matrix_weeks() -> Instance:
    """Matrix: sixteen weeks on Monday, Wednesday and Friday evening; who attends what depends on the week of the stay.

    Two people have just ended the first four weeks; one of them is still in the first phase. A course on Tuesday meets for the last time.
    """
    services = tuple(
        Service(id=id, label=label, kind="group", category=category, minutes=minutes)
        for id, label, category, minutes in (
            ("early_recovery", "Early recovery skills", "skills", 50),
            ("relapse", "Relapse prevention", "process", 90),
            ("family_education", "Family education", "education", 90),
            ("social_support", "Social support", "support", 90),
            ("parenting", "Parenting course", "education", 60),
        )
    )
    kept = tuple(s for s in SERVICES if s.id in ("assessment", "orientation", "individual"))
    common = (
        ServiceOrder(service="relapse", per_week=2),
        ServiceOrder(service="family_education", per_week=1, until_week=12),
        ServiceOrder(service="social_support", per_week=1, from_week=13),
        ServiceOrder(service="individual", in_all=3, until_week=16),
    )
    phases = (
        phase("early", 370, 480, (5, 8), (3, 4), (ServiceOrder(service="early_recovery", per_week=2), *common), rank=0, weeks=4),
        phase("later", 270, 390, (3, 6), (3, 4), common, weeks=12),
    )
    first, last = Eligibility(until_week=4), Eligibility(from_week=13)
    groups = (
        *(group(f"early_{day}", "early_recovery", 50, ((day, "17:00"),), eligibility=first) for day in ("mon", "fri")),
        *(group(f"relapse_{day}_{n}", "relapse", 90, ((day, "18:15"),), maximum=10) for day in ("mon", "fri") for n in (1, 2)),
        group("education_wed", "family_education", 90, (("wed", "18:15"),), eligibility=Eligibility(until_week=12), maximum=16),
        group("support_wed", "social_support", 90, (("wed", "18:15"),), eligibility=last),
        _course(BEFORE - timedelta(weeks=4), MONDAY + timedelta(days=1)),
    )
    week = program("matrix_weeks", BEFORE, Sizes(16, 1, 0, 0, 5, 0, 1, 3, 3), (), (*kept, *services), phases, groups)
    friday = work("fri", "12:00", "20:30", "main")
    staff = (
        c.model_copy(update={"hours": (*(w for w in c.hours if w.day != "fri"), friday)}) for c in week.clinicians if c.team == "evening"
    )
    policy = Policy.model_validate({"values": {"day_sessions_ceiling": 3}})
    week = change(
        week, policy=policy, clinicians=tuple(staff), plans=(Plan(id="matrix", label="Sixteen weeks", phases=("early", "later")),)
    )
    parents = OrderSpec(services=(*common, ServiceOrder(service="parenting", per_week=1)), days=CountBand(ceiling=4))
    for n, stay in enumerate(STAYS):
        week = _with_person(week, stay - 1, "early" if stay <= 4 or n == 4 else "later", order=parents if stay > 13 else OrderSpec())
    week = change(week, history=History(services=tuple(_given(week))))
    week = settle(week, place(week))
    week = change(week, history=week.history.model_copy(update={"services": tuple(_given(week))}))
    for _ in range(2):
        week = _with_person(week, 1, "early", first_session_due=MONDAY + timedelta(days=2))
    return week


HOURS = (("early_recovery", "skills"), ("relapse", "process"), ("family_education", "education"))
"""The hours of an evening and their categories, in order."""


def matrix_blocks() -> Instance:
    """Matrix: three hours on Monday, Wednesday and Friday evening, led by a clinician each and attended as a block.

    Fourteen people fill two of three evenings each; two of them must leave at 19:00, so they can attend none.
    """
    services = tuple(Service(id=id, kind="group", category=category, minutes=50) for id, category in HOURS)
    kept = tuple(s for s in SERVICES if s.id in ("assessment", "orientation", "individual"))
    ordered = (ServiceOrder(service="relapse", per_week=2), ServiceOrder(service="individual", per_week=1))
    evenings = phase("evenings", 350, 420, (3, 4), (2, 4), ordered, weeks=12)
    week = program("matrix_blocks", MONDAY, Sizes(14, 1, 0, 0, 5, 0, 1, 3, 3), (), (*kept, *services), (evenings,), ())
    friday = work("fri", "12:00", "20:30", "main")
    staff = tuple(
        c.model_copy(update={"hours": (*(w for w in c.hours if w.day != "fri"), friday)}) for c in week.clinicians if c.team == "evening"
    )
    leaders = [c.id for c in staff][: len(HOURS)]
    groups = tuple(
        group(
            f"{day}_{service}", service, 50, ((day, f"{17 + n}:00"),),
            block=f"{day}_evening", facilitators=(leaders[n],), maximum=10, reserve=0,
        )
        for day in ("mon", "wed", "fri")
        for n, (service, _) in enumerate(HOURS)
    )  # fmt: skip
    week = change(week, clinicians=staff, groups=groups)
    week = with_people(week, 12, "evenings", free("16:00", "21:00", WORKDAYS), "evening", admitted=MONDAY - timedelta(weeks=3))
    return with_people(week, 2, "evenings", free("14:00", "19:00", WORKDAYS), "evening", admitted=MONDAY - timedelta(weeks=3))


def busy_leader() -> Instance:
    """Two evenings; one clinician alone leads Monday's group, and sees three people who could come on Monday or on Wednesday.

    An individual session at 17:00 on Monday costs the group of ten its leader, so these sessions have to give way.
    """
    services = (
        Service(id="relapse", kind="group", category="process", minutes=90),
        *(s for s in SERVICES if s.id in ("assessment", "orientation", "individual")),
    )
    in_group = phase("in_group", 90, 90, (1, 1), (1, 1), (ServiceOrder(service="relapse", per_week=1),), weeks=12)
    alone = phase("alone", 50, 60, (1, 1), (1, 1), (ServiceOrder(service="individual", per_week=1),), weeks=12)
    week = program("busy_leader", MONDAY, Sizes(15, 1, 0, 0, 5, 0, 1, 3, 3), (), services, (in_group, alone), ())
    leader = next(c for c in week.clinicians if c.team == "evening" and "mon" in {w.day for w in c.hours})
    hours = tuple(work(day, "16:30", "19:30", "main") for day in ("mon", "wed"))
    groups = (group("relapse_mon", "relapse", 90, (("mon", "17:00"),), facilitators=(leader.id,), maximum=10, reserve=0),)
    week = change(week, clinicians=(leader.model_copy(update={"hours": hours}),), groups=groups)
    week = with_people(week, 10, "in_group", free("16:00", "19:30", ("mon",)), "evening", admitted=MONDAY - timedelta(weeks=3))
    free_then = free("16:00", "19:30", ("mon", "wed"))
    therapist = {"primary_therapist": leader.id, "admitted": MONDAY - timedelta(weeks=3)}
    return with_people(week, 3, "alone", free_then, "evening", **therapist)


def _given(week: Instance) -> Iterator[LastService]:
    """The individual sessions of weeks 1, 6 and 11 of everybody's stay."""
    for person in week.participants:
        dates = [(person.admitted or week.monday) + timedelta(weeks=n - 1, days=1) for n in (1, 6, 11)]
        yield from (LastService(participant=person.id, service="individual", date=day) for day in dates if day < week.monday)


def _course(first: date, last: date) -> Group:
    """A closed course with a first and a last date."""
    return group("parenting_tue", "parenting", 60, (("tue", "17:00"),), is_closed=True, meets_from=first, meets_until=last, minimum=1)


def _with_person(week: Instance, stay: int, of_phase: str, **more: object) -> Instance:
    """One more participant, who is in this week of the stay."""
    admitted = week.monday - timedelta(weeks=stay - 1)
    since = admitted if of_phase == "early" else admitted + timedelta(weeks=4)
    dates = {"admitted": admitted, "phase_since": since, **more}
    return with_people(week, 1, of_phase, free("16:00", "21:00", WORKDAYS), "evening", **dates)
