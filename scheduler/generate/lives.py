"""Availability of participants by way of life: jobs, shifts, school, children at home, or flexible.

The mix is a planning assumption: 40 % weekday jobs (evenings only), 15 % rotating shifts, 10 % students, 15 % caregivers while
children are at school, 20 % flexible.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Literal, get_args

from scheduler.fields import Weekday
from scheduler.instance import Availability, ClockWindow, DayWindows, WeeklyWindow
from scheduler.timegrid import parse_clock

Life = Literal["job", "shifts", "student", "caregiver", "flexible"]
Slot = Literal["morning", "afternoon", "evening"]

WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
_SHARES: tuple[tuple[Life, int], ...] = (("job", 40), ("flexible", 20), ("shifts", 15), ("caregiver", 15), ("student", 10))
_ROTA = ("early", "early", "late", "late", "night", "night", "off", "off")
_FREE = {"early": ("14:45", "22:00"), "late": ("07:30", "13:15"), "night": ("14:00", "21:15"), "off": ("08:00", "22:00")}


def window(day: Weekday, start: str, end: str) -> WeeklyWindow:
    """A weekly window from clock times."""
    return WeeklyWindow(day=day, start=parse_clock(start), end=parse_clock(end))


def draw_lives(rng: Random, count: int) -> list[Life]:
    """Draw lives in the shares of the mix (largest remainders), in random order."""
    lives: list[Life] = []
    for life, share in _SHARES:
        lives += [life] * (count * share // 100)
    rest = [life for life, share in sorted(_SHARES, key=lambda s: -(count * s[1] % 100))]
    lives += rest[: count - len(lives)]
    rng.shuffle(lives)
    return lives


def draw_slot(rng: Random, life: Life) -> Slot:
    """Draw the time of day at which a participant mostly attends."""
    if life in ("job", "student"):
        return "evening"
    if life == "caregiver":
        return "morning"
    slots: tuple[Slot, ...] = get_args(Slot)
    weights = (55, 30, 15) if life == "flexible" else (20, 10, 70)
    return rng.choices(slots, weights)[0]


def draw_travel(rng: Random, life: Life) -> int:
    """Draw the minutes one way: 5 to 45, at most 15 for caregivers."""
    return rng.randrange(5, 16, 5) if life == "caregiver" else rng.randrange(5, 46, 5)


def draw_availability(rng: Random, life: Life, travel: int, monday: date, days: int) -> Availability:
    """Draw the free time for a life; rotating shifts are dated, for ``days`` days from ``monday``."""
    if life == "job":
        return _job(rng, travel)
    if life == "shifts":
        return _shifts(rng, monday, days)
    if life == "student":
        return _student(rng)
    return _caregiver(rng) if life == "caregiver" else _flexible(rng)


def _job(rng: Random, travel: int) -> Availability:
    """Free after work; most leave early enough for 17:30, all for 18:00. Lunch breaks serve short telehealth sessions."""
    latest = parse_clock("17:30" if rng.random() < 0.9 else "18:00") - travel
    after = min(latest, parse_clock(rng.choice(("15:30", "16:00", "16:15", "16:30", "16:45"))))
    windows = [WeeklyWindow(day=day, start=after, end=parse_clock("22:00")) for day in WORKDAYS]
    windows += [window(day, "12:00", "13:00") for day in rng.sample(WORKDAYS, 2)]
    if rng.random() < 0.9:
        windows.append(window("sat", "08:00", "15:00"))
    return Availability(weekly=tuple(windows))


def _shifts(rng: Random, monday: date, days: int) -> Availability:
    """Two early, two late, two night shifts, two days off."""
    first = rng.randrange(len(_ROTA))
    dates = []
    for n in range(days):
        start, end = _FREE[_ROTA[(first + n) % len(_ROTA)]]
        clock = ClockWindow(start=parse_clock(start), end=parse_clock(end))
        dates.append(DayWindows(date=monday + timedelta(days=n), windows=(clock,)))
    return Availability(weekly=(), dates=tuple(dates))


def _student(rng: Random) -> Availability:
    """Classes until the early afternoon, one weekday without."""
    start = rng.choice(("14:00", "14:30", "15:00"))
    off = rng.choice(WORKDAYS)
    windows = [window(day, "08:30" if day == off else start, "22:00") for day in WORKDAYS]
    return Availability(weekly=(*windows, window("sat", "09:00", "18:00")))


def _caregiver(rng: Random) -> Availability:
    """School hours; for some, the other parent has the children on Saturdays, every week or every other week."""
    windows = [window(day, "09:30", "14:00") for day in WORKDAYS]
    if rng.random() < 0.5:
        pattern = rng.choice(("every", "A", "B"))
        windows.append(window("sat", "08:30", "13:30").model_copy(update={"weeks": pattern}))
    return Availability(weekly=tuple(windows))


def _flexible(rng: Random) -> Availability:
    """Free all day, except for a standing appointment on one weekday."""
    blocked = rng.choice(("wed", "thu", "thu"))
    windows = [window(day, "12:30" if day == blocked else "08:00", "21:30") for day in WORKDAYS]
    if rng.random() < 0.6:
        windows.append(window("sat", "08:30", "14:00"))
    return Availability(weekly=tuple(windows))
