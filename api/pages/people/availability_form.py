"""The form of someone's free hours: a field for each weekday, of every week and of alternating ones, and lines for dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, cast, get_args

from api.pages.forms import Form
from api.pages.typed_hours import UnreadableHoursError, hours_text, read_day
from scheduler.fields import Weekday, WeekPattern
from scheduler.instance import Availability, Site
from scheduler.instance.calendar import ClockWindow, DayWindows, WeeklyWindow
from scheduler.timegrid import WEEKDAYS
from scheduler.words import day_name

NONE: Final = "none"
PATTERNS: Final[Mapping[WeekPattern, str]] = {"every": "Every week", "A": "Only A weeks", "B": "Only B weeks"}
MORE_DATES: Final = 2
"""Empty lines for further dates."""
MOST_DATES: Final = 90
NO_HOURS: Final = "Write the hours of this date, or none."
NO_DATE: Final = "Choose the date of these hours."
TWICE: Final = "This date has a line already."


class HoursField(NamedTuple):
    """The field of one weekday: its name in the form, and what it is called."""

    name: str
    day: Weekday
    weeks: WeekPattern
    label: str


FIELDS: Final = tuple(
    HoursField(f"{weeks}-{day}", day, weeks, day_name(n) + ("" if weeks == "every" else f", {weeks} weeks"))
    for weeks in PATTERNS
    for n, day in enumerate(get_args(Weekday))
)
"""The fields of a week that repeats: every week, and those of alternating weeks."""


def typed_of(availability: Availability, first: date) -> dict[str, str]:
    """What the form shows of an availability: the hours of each weekday, and of dates from a first one on."""
    typed = {
        field.name: hours_text(w for w in availability.weekly if (w.day, w.weeks) == (field.day, field.weeks)) for field in FIELDS
    }  # fmt: skip
    for n, exception in enumerate(_editable(availability, first)):
        typed |= {f"date-{n}": exception.date.isoformat(), f"hours-{n}": hours_text(exception.windows) or NONE}
    return typed


def availability_in(form: Form, availability: Availability, first: date, sites: Sequence[Site]) -> Availability | None:
    """The availability as the form changes it, or None with errors at their fields. Earlier dates, absences and busy time stay."""
    weekly = tuple(
        WeeklyWindow(day=field.day, start=window.start, end=window.end, weeks=field.weeks)
        for field in FIELDS
        for window in (_hours(form, field.name, field.day, sites) if form.text(field.name) else ())
    )
    days: dict[date, DayWindows] = {}
    for n in range(num_dates(form)):
        exception = _exception(form, n, sites)
        if exception is not None and exception.date in days:
            form.wrong(f"date-{n}", TWICE)
        elif exception is not None:
            days[exception.date] = exception
    if form.errors:
        return None
    others = [one for one in availability.dates if one not in _editable(availability, first) and one.date not in days]
    dates = sorted([*others, *days.values()], key=lambda one: one.date)
    return availability.model_copy(update={"weekly": weekly, "dates": tuple(dates)})


def minutes_in(form: Form, sites: Sequence[Site]) -> dict[str, str]:
    """The hours in each field of every week in minutes, such as ``540-720 780-1020``, for the grid on which they are painted.

    Those that cannot be read are left out.
    """
    return {field.name: _minutes(form.text(field.name), field.day, sites) for field in FIELDS if field.weeks == "every"}


def _minutes(text: str, day: Weekday, sites: Sequence[Site]) -> str:
    try:
        return " ".join(f"{window.start}-{window.end}" for window in (read_day(text, day, sites) if text else ()))
    except UnreadableHoursError:
        return ""


def num_dates(form: Form) -> int:
    """How many lines for dates a form has."""
    return sum(f"date-{n}" in form.typed for n in range(MOST_DATES + MORE_DATES))


def _editable(availability: Availability, first: date) -> tuple[DayWindows, ...]:
    return tuple(sorted((one for one in availability.dates if one.date >= first), key=lambda one: one.date))[:MOST_DATES]


def _exception(form: Form, n: int, sites: Sequence[Site]) -> DayWindows | None:
    """The hours of a date; None for a line that was left or made empty."""
    if not form.text(f"date-{n}"):
        if form.text(f"hours-{n}"):
            form.wrong(f"date-{n}", NO_DATE)
        return None
    day = form.day(f"date-{n}", NO_DATE)
    if not form.text(f"hours-{n}"):
        form.wrong(f"hours-{n}", NO_HOURS)
    if day is None:
        return None
    return DayWindows(date=day, windows=_hours(form, f"hours-{n}", cast(Weekday, WEEKDAYS[day.weekday()]), sites))


def _hours(form: Form, name: str, day: Weekday, sites: Sequence[Site]) -> tuple[ClockWindow, ...]:
    try:
        return read_day(form.text(name), day, sites)
    except UnreadableHoursError as error:
        form.wrong(name, str(error))
        return ()
