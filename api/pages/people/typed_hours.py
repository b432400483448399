"""Free hours as staff type them, e.g. ``9-12, 1pm-5pm``, and as pages show them; the same notation as in workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple, Protocol, get_args

from api.pages.forms import Form
from scheduler.exchange.workbook.cells import CellError
from scheduler.exchange.workbook.typed.clocks import HalfDay
from scheduler.exchange.workbook.typed.windows import read_windows
from scheduler.exchange.workbook.windows import NEVER_WORDS
from scheduler.fields import Weekday, WeekPattern
from scheduler.instance import Availability
from scheduler.instance.calendar import ClockWindow, DayWindows, WeeklyWindow
from scheduler.timegrid import DAY, Span, merge, parse_clock
from scheduler.words import day_name, time_of_day, time_range

NONE: Final = "none"
PATTERNS: Final[Mapping[WeekPattern, str]] = {"every": "Every week", "A": "Only A weeks", "B": "Only B weeks"}
MORE_DATES: Final = 2
"""Empty lines for further dates."""
MOST_DATES: Final = 90
HOW: Final = "Write hours such as 9-12, 1pm-5pm, or all day."
WHICH_HALF: Final = "Write am or pm: these hours could be in the morning or in the evening."
NO_HOURS: Final = "Write the hours of this date, or none."
NO_DATE: Final = "Choose the date of these hours."
TWICE: Final = "This date has a line already."


class HasTimes(Protocol):
    """A window on a day, in minutes."""

    @property
    def start(self) -> int:
        """Its start."""

    @property
    def end(self) -> int:
        """Its end."""


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


class HoursError(ValueError):
    """Hours cannot be read; the message says what to write instead."""


def hours_text(windows: Iterable[HasTimes]) -> str:
    """Windows of a day as they may be typed."""
    return ", ".join(_window_text(window) for window in sorted(windows, key=lambda window: window.start))


def _window_text(window: HasTimes) -> str:
    if window.end < DAY:
        return time_range(time_of_day(window.start), time_of_day(window.end))
    return f"after {time_of_day(window.start)}" if window.start else "all day"


def read_hours(text: str, opens: int) -> tuple[ClockWindow, ...]:
    """The windows of a day.

    Args:
        opens: When the program opens at the earliest; earlier hours need an am or pm.

    Raises:
        HoursError: The text cannot be read, or might mean twelve hours later.
    """
    if text.lower().rstrip(".") in NEVER_WORDS:
        return ()
    try:
        windows = read_windows(f"mon {text}")
    except CellError:
        raise HoursError(HOW) from None
    spans = []
    for window in windows:
        if window.end is None or window.day != "mon" or window.weeks != "every":
            raise HoursError(HOW)
        start, end = parse_clock(window.start), parse_clock(window.end)
        if end <= start:
            raise HoursError(HOW)
        if isinstance(window.start, HalfDay) and start < opens:
            raise HoursError(WHICH_HALF)
        spans.append(Span(start, end))
    return tuple(ClockWindow(start=span.start, end=span.end) for span in merge(spans))


def typed_of(availability: Availability, first: date) -> dict[str, str]:
    """What the form shows of an availability: the hours of each weekday, and of dates from a first one on."""
    typed = {
        field.name: hours_text(w for w in availability.weekly if (w.day, w.weeks) == (field.day, field.weeks)) for field in FIELDS
    }  # fmt: skip
    for n, exception in enumerate(_editable(availability, first)):
        typed |= {f"date-{n}": exception.date.isoformat(), f"hours-{n}": hours_text(exception.windows) or NONE}
    return typed


def availability_in(form: Form, availability: Availability, first: date, opens: int) -> Availability | None:
    """The availability as the form changes it, or None with errors at their fields. Earlier dates, absences and busy time stay."""
    weekly = tuple(
        WeeklyWindow(day=field.day, start=window.start, end=window.end, weeks=field.weeks)
        for field in FIELDS
        for window in (_hours(form, field.name, opens) if form.text(field.name) else ())
    )
    days: dict[date, DayWindows] = {}
    for n in range(num_dates(form)):
        exception = _exception(form, n, opens)
        if exception is not None and exception.date in days:
            form.wrong(f"date-{n}", TWICE)
        elif exception is not None:
            days[exception.date] = exception
    if form.errors:
        return None
    others = [one for one in availability.dates if one not in _editable(availability, first) and one.date not in days]
    dates = sorted([*others, *days.values()], key=lambda one: one.date)
    return availability.model_copy(update={"weekly": weekly, "dates": tuple(dates)})


def num_dates(form: Form) -> int:
    """How many lines for dates a form has."""
    return sum(f"date-{n}" in form.typed for n in range(MOST_DATES + MORE_DATES))


def _editable(availability: Availability, first: date) -> tuple[DayWindows, ...]:
    return tuple(sorted((one for one in availability.dates if one.date >= first), key=lambda one: one.date))[:MOST_DATES]


def _exception(form: Form, n: int, opens: int) -> DayWindows | None:
    """The hours of a date; None for a line that was left or made empty."""
    if not form.text(f"date-{n}"):
        if form.text(f"hours-{n}"):
            form.wrong(f"date-{n}", NO_DATE)
        return None
    day = form.day(f"date-{n}", NO_DATE)
    if not form.text(f"hours-{n}"):
        form.wrong(f"hours-{n}", NO_HOURS)
    windows = _hours(form, f"hours-{n}", opens)
    return None if day is None else DayWindows(date=day, windows=windows)


def _hours(form: Form, name: str, opens: int) -> tuple[ClockWindow, ...]:
    try:
        return read_hours(form.text(name), opens)
    except HoursError as error:
        form.wrong(name, str(error))
        return ()
