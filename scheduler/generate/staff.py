"""Generated clinicians: day and evening shifts, prescribers, case managers, and floaters between sites."""

from __future__ import annotations

from random import Random
from typing import Literal

from scheduler.fields import Id, Weekday
from scheduler.generate.lives import WORKDAYS
from scheduler.generate.sizes import Sizes
from scheduler.instance import Clinician, ProtectedTime, WorkWindow
from scheduler.timegrid import parse_clock

Shift = Literal["day", "evening"]

_EVENINGS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu")
_LANGUAGES = (("en",), ("en", "es"), ("en",), ("en",), ("en", "es"), ("en",), ("en", "pt"))


def work(day: Weekday, start: str, end: str, site: Id | None) -> WorkWindow:
    """Working hours of one weekday from clock times."""
    return WorkWindow(day=day, start=parse_clock(start), end=parse_clock(end), site=site)


def protected(day: Weekday, start: str, end: str, label: str) -> ProtectedTime:
    """Protected time from clock times."""
    return ProtectedTime(day=day, start=parse_clock(start), end=parse_clock(end), label=label)


def initials(rng: Random) -> str:
    """Invented initials."""
    return f"{rng.choice('ABCDEFGHJKLMNPRSTVWYZ')}. {rng.choice('ABCDEFGHKLMNOPRSTVWZ')}."


def make_staff(rng: Random, sites: tuple[Id, ...], sizes: Sizes) -> tuple[Clinician, ...]:
    """All clinicians: for each site a day shift, an evening shift, prescribers and case managers."""
    staff: list[Clinician] = []
    for site in sites:
        other = next((s for s in sites if s != site), site)
        for n in range(sizes.day_staff):
            staff.append(_therapist(rng, len(staff), n, _day_hours(site), "day"))
        for n in range(sizes.evening_staff):
            # On two days, the last clinician of the evening shift works at the other site.
            away = other if n == sizes.evening_staff - 1 else site
            staff.append(_therapist(rng, len(staff), n, _evening_hours(site, away, n), "evening"))
        for _ in range(sizes.support):
            staff.append(_support(rng, len(staff), "prescriber", _prescriber_hours(site)))
            staff.append(_support(rng, len(staff), "case_manager", _case_manager_hours(site)))
    return tuple(staff)


def shift_of(clinician: Clinician) -> Shift:
    """Day or evening, by the latest end of a working day."""
    return "evening" if max(w.end for w in clinician.hours) > parse_clock("20:00") else "day"


def _day_hours(site: Id) -> tuple[WorkWindow, ...]:
    return tuple(work(day, "08:00", "16:30", site) for day in WORKDAYS)


def _evening_hours(site: Id, away: Id, n: int) -> tuple[WorkWindow, ...]:
    """Four long days; the first two also work on Saturdays and start later, the others see people by telehealth on Fridays."""
    saturday = n < 2
    start = "13:00" if saturday else "12:00"
    hours = [work(day, start, "21:30", away if day in ("tue", "thu") else site) for day in _EVENINGS]
    hours.append(work("sat", "08:30", "13:30", site) if saturday else work("fri", "12:00", "16:00", None))
    return tuple(hours)


def _prescriber_hours(site: Id) -> tuple[WorkWindow, ...]:
    return (work("tue", "12:00", "20:30", site), work("wed", "09:00", "13:30", site), work("thu", "13:00", "20:30", site))


def _case_manager_hours(site: Id) -> tuple[WorkWindow, ...]:
    late: tuple[Weekday, ...] = ("tue", "thu")
    return tuple(work(day, "11:00" if day in late else "09:00", "19:30" if day in late else "17:00", site) for day in WORKDAYS)


def _therapist(rng: Random, number: int, n: int, hours: tuple[WorkWindow, ...], shift: Shift) -> Clinician:
    """A licensed therapist; every third one in a shift is a counselor, who does not lead process groups."""
    supervision: Weekday = WORKDAYS[n % 4]
    meeting = protected("wed", "13:30", "14:30", "Team meeting")
    if supervision == "wed":
        supervision = "mon"
    clock = ("14:30", "15:30") if shift == "evening" else ("15:00", "16:00")
    return Clinician(
        id=f"c{number + 1:02d}",
        label=initials(rng),
        credentials=("counselor",) if n % 3 == 2 else ("licensed",),
        languages=_LANGUAGES[number % len(_LANGUAGES)],
        gender=rng.choice(("female", "female", "male")),
        team=shift,
        licensed_states=("NY", "NJ") if n % 2 == 0 else ("NY",),
        hours=hours,
        protected=(meeting, protected(supervision, *clock, "Supervision")),
    )


def _support(rng: Random, number: int, credential: Id, hours: tuple[WorkWindow, ...]) -> Clinician:
    return Clinician(
        id=f"c{number + 1:02d}",
        label=initials(rng),
        credentials=(credential,),
        languages=_LANGUAGES[number % len(_LANGUAGES)],
        gender=rng.choice(("female", "male")),
        team="support",
        licensed_states=("NY", "NJ"),
        hours=hours,
    )
