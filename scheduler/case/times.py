"""Free, working, open and protected time of this week, as spans of minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Protocol

from scheduler.fields import Weekday, WeekPattern
from scheduler.instance import Absence, Availability, BusySpan, Clinician, Closure, Participant, Program
from scheduler.timegrid import DAY, WEEK, WEEKDAYS, Span, Week, day_span, intersect, merge, subtract

MARGIN = timedelta(days=1)


class Weekly(Protocol):
    """Anything that returns weekly: a day, a clock span, a week pattern."""

    @property
    def day(self) -> Weekday:
        """Weekday."""

    @property
    def start(self) -> int:
        """Clock minute of the start."""

    @property
    def end(self) -> int:
        """Clock minute of the end."""

    @property
    def weeks(self) -> WeekPattern:
        """Every week, or A or B weeks."""


def is_week(pattern: WeekPattern, monday: date, week_a: date | None) -> bool:
    """Whether this week is one of the pattern's weeks; without an anchor every week is."""
    if pattern == "every" or week_a is None:
        return True
    is_a = ((monday - week_a).days // 7) % 2 == 0
    return is_a == (pattern == "A")


def weekly_span(window: Weekly) -> Span:
    """The span of a weekly window in this week."""
    return day_span(WEEKDAYS.index(window.day), window.start, window.end)


def absence_spans(absences: Iterable[Absence], week: Week) -> list[Span]:
    """The absences of this week."""
    return [day_span(day, a.start, a.end) for a in absences for day in week.days_of(a.first, a.last)]


def free_time(availability: Availability, week: Week, week_a: date | None, *, is_real: bool = False) -> tuple[Span, ...]:
    """Weekly or dated windows, minus absences, minus imported busy time.

    Args:
        is_real: In minutes that really pass, see `Week.real`.
    """
    dated = {week.day(entry.date): entry.windows for entry in availability.dates}
    windows = [weekly_span(w) for w in availability.weekly if is_week(w.weeks, week.monday, week_a) and WEEKDAYS.index(w.day) not in dated]
    windows += [day_span(day, w.start, w.end) for day, clocks in dated.items() if 0 <= day < 7 for w in clocks]
    absent = absence_spans(availability.absences, week)
    if is_real:
        windows, absent = ([week.real(span) for span in spans] for spans in (windows, absent))
    return subtract(windows, [*absent, *busy_spans(availability.busy, week, is_real=is_real)])


def busy_spans(busy: Iterable[BusySpan], week: Week, *, is_real: bool = False) -> tuple[Span, ...]:
    """Imported busy time of this week. Of minutes that the clock shows twice, busy is what is busy either time.

    Args:
        is_real: In minutes that really pass, each of which comes once.
    """
    # A calendar may have years of it: instants are compared before the clock is asked, which takes a hundred times as long.
    low, high = (week.at(minute).astimezone(UTC) + margin for minute, margin in ((0, -MARGIN), (WEEK, MARGIN)))
    near = [b for b in busy if b.start < high and b.end > low]
    if is_real:
        return intersect((week.real_between(b.start, b.end) for b in near), [week.real(Span(0, WEEK))])
    return intersect((span for b in near for span in week.shown(b.start, b.end)), [Span(0, WEEK)])


def enrolled_time(participant: Participant, week: Week) -> Span:
    """The part of the week between admission and discharge."""
    first = 0 if participant.admitted is None else max(0, week.day(participant.admitted) * DAY)
    last = WEEK if participant.discharge is None else min(WEEK, (week.day(participant.discharge) + 1) * DAY)
    return Span(first, max(first, last))


def work_time(clinician: Clinician, week: Week, week_a: date | None) -> tuple[tuple[Span, str | None], ...]:
    """Working hours after leave, each with its site (None: telehealth only). Protected time is not taken out."""
    leave = absence_spans(clinician.leave, week)
    by_site: dict[str | None, list[Span]] = {}
    for window in clinician.hours:
        if is_week(window.weeks, week.monday, week_a):
            by_site.setdefault(window.site, []).append(weekly_span(window))
    return tuple(
        sorted(
            ((s, site) for site, spans in by_site.items() for s in subtract(spans, leave)),
            key=lambda pair: (pair[0], pair[1] or ""),
        )
    )


def protected_time(clinician: Clinician, week: Week, week_a: date | None, *, is_real: bool = False) -> tuple[Span, ...]:
    """Supervision, meetings and imported busy time of this week."""
    weekly = [weekly_span(p) for p in clinician.protected if is_week(p.weeks, week.monday, week_a)]
    if is_real:
        weekly = [week.real(span) for span in weekly]
    return merge([*weekly, *busy_spans(clinician.busy, week, is_real=is_real)])


def closed_spans(closures: Iterable[Closure], week: Week, site: str | None) -> list[Span]:
    """Closures of this week that concern a site (or, for None, telehealth)."""
    return [
        day_span(week.day(c.date), c.start, c.end) for c in closures if 0 <= week.day(c.date) < 7 and (c.site is None or c.site == site)
    ]


def regular_hours(program: Program, week: Week, site: str | None) -> tuple[Span, ...]:
    """Opening hours of a site (None: of telehealth) before closures."""
    if site is not None:
        windows = next(s.hours for s in program.sites if s.id == site)
    elif program.telehealth_hours is not None:
        windows = program.telehealth_hours
    else:
        windows = tuple(w for s in program.sites for w in s.hours)
    return merge(weekly_span(w) for w in windows if is_week(w.weeks, week.monday, program.week_a))


def open_time(program: Program, week: Week, site: str | None) -> tuple[Span, ...]:
    """Opening hours of a site (None: of telehealth) after closures; telehealth without hours of its own is open while any site is."""
    if site is None and program.telehealth_hours is None:
        return merge(span for s in program.sites for span in open_time(program, week, s.id))
    return subtract(regular_hours(program, week, site), closed_spans(program.closures, week, site))
