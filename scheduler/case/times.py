"""Free, working, open and protected time of this week, as spans of minutes, and travel times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Protocol

from scheduler.case.cached import cached_method
from scheduler.case.data import CaseData
from scheduler.fields import Weekday, WeekPattern
from scheduler.instance import Absence, Availability, BusySpan, Instance
from scheduler.timegrid import DAY, WEEK, WEEKDAYS, Span, Week, day_span, intersect, merge, subtract

MARGIN = timedelta(days=1)


class Times:
    """When people and places are available; methods take ids of participants, clinicians, rooms and sites (None for telehealth)."""

    def __init__(self, data: CaseData) -> None:
        self._data = data
        self._week_a = data.instance.program.week_a

    # --- sites --------------------------------------------------------------------------------------------------------------

    @cached_method
    def open(self, site: str | None) -> tuple[Span, ...]:
        """Opening hours of a site after closures; telehealth without its own hours is open while any site is."""
        program, week = self._data.instance.program, self._data.week
        if site is None and program.telehealth_hours is None:
            return merge(span for s in self._data.sites for span in self.open(s))
        closures = (c for c in program.closures if 0 <= week.day(c.date) < 7 and (c.site is None or c.site == site))
        return subtract(self.regular(site), [day_span(week.day(c.date), c.start, c.end) for c in closures])

    @cached_method
    def regular(self, site: str | None) -> tuple[Span, ...]:
        """Opening hours of a site in an ordinary week, before closures."""
        program = self._data.instance.program
        if site is not None:
            windows = self._data.sites[site].hours
        elif program.telehealth_hours is not None:
            windows = program.telehealth_hours
        else:
            windows = tuple(w for s in program.sites for w in s.hours)
        return merge(weekly_span(w) for w in windows if is_week(w.weeks, self._data.week.monday, self._week_a))

    @cached_method
    def closed(self, room: str) -> tuple[Span, ...]:
        """When a room cannot be used."""
        return merge(absence_spans(self._data.rooms[room].closed, self._data.week))

    # --- participants -------------------------------------------------------------------------------------------------------

    @cached_method
    def enrolled(self, participant: str) -> Span:
        """The part of the week between admission and discharge."""
        person, week = self._data.participants[participant], self._data.week
        first = 0 if person.admitted is None else max(0, week.day(person.admitted) * DAY)
        last = WEEK if person.discharge is None else min(WEEK, (week.day(person.discharge) + 1) * DAY)
        return Span(first, max(first, last))

    @cached_method
    def free(self, participant: str, is_real: bool = False) -> tuple[Span, ...]:
        """Free windows of a participant this week between admission and discharge; in elapsed minutes, see `Week.real`."""
        enrolled, availability = self.enrolled(participant), self._data.participants[participant].availability
        free = free_time(availability, self._data.week, self._week_a, is_real=is_real)
        return intersect(free, (self._data.week.real(enrolled) if is_real else enrolled,))

    @cached_method
    def guest_free(self, participant: str, guest: str, is_real: bool = False) -> tuple[Span, ...]:
        """Free windows of a participant's guest."""
        person = next(g for g in self._data.participants[participant].guests if g.id == guest)
        return free_time(person.availability, self._data.week, self._week_a, is_real=is_real)

    # --- clinicians ---------------------------------------------------------------------------------------------------------

    @cached_method
    def work(self, clinician: str) -> tuple[tuple[Span, str | None], ...]:
        """Working hours after leave, each with its site (None for telehealth only). Protected time is not subtracted."""
        person, week = self._data.clinicians[clinician], self._data.week
        leave = absence_spans(person.leave, week)
        by_site: dict[str | None, list[Span]] = {}
        for window in person.hours:
            if is_week(window.weeks, week.monday, self._week_a):
                by_site.setdefault(window.site, []).append(weekly_span(window))
        pairs = ((span, site) for site, spans in by_site.items() for span in subtract(spans, leave))
        return tuple(sorted(pairs, key=lambda pair: (pair[0], pair[1] or "")))

    @cached_method
    def protected(self, clinician: str, is_real: bool = False) -> tuple[Span, ...]:
        """Supervision, meetings and imported busy time."""
        person, week = self._data.clinicians[clinician], self._data.week
        weekly = [weekly_span(p) for p in person.protected if is_week(p.weeks, week.monday, self._week_a)]
        if is_real:
            weekly = [week.real(span) for span in weekly]
        return merge([*weekly, *busy_spans(person.busy, week, is_real=is_real)])

    @cached_method
    def busy(self, clinician: str) -> tuple[Span, ...]:
        """Imported busy time of a clinician."""
        return busy_spans(self._data.clinicians[clinician].busy, self._data.week)

    def is_present(self, clinician: str, span: Span, site: str | None) -> bool:
        """Whether a clinician works at a site (None for any) during a whole span, after leave and busy time."""
        if clinician not in self._data.clinicians or any(busy.overlaps(span) for busy in self.busy(clinician)):
            return False
        return any(window.contains(span) and (site is None or where == site) for window, where in self.work(clinician))

    # --- ways, and now ------------------------------------------------------------------------------------------------------

    def travel(self, participant: str, site: str | None) -> int:
        """Minutes from home to a site, one way; 0 for telehealth."""
        if site is None:
            return 0
        minutes = self._data.participants[participant].travel.get(site)
        return self._assumed_travel(participant, site) if minutes is None else minutes

    @cached_method
    def _assumed_travel(self, participant: str, site: str) -> int:
        """Travel that is not given: by way of another site (never too short), or the policy's; 0 if one site is in use."""
        if len(sites_in_use(self._data.instance)) < 2:
            return 0
        travel = self._data.participants[participant].travel
        ways = [minutes + self.between_sites(other, site) for other, minutes in travel.items()]
        return min((way for way in ways if way < DAY), default=self._data.policy.unknown_travel)

    def between_sites(self, a: str, b: str) -> int:
        """Minutes between two sites; the same site is 0. Without a travel time, a whole day: nobody goes from one to the other in a day."""
        if a == b:
            return 0
        return next((entry.minutes for entry in self._data.instance.program.travel if {entry.a, entry.b} == {a, b}), DAY)

    def is_past(self, start: int) -> bool:
        """Whether a session that starts at this minute has begun."""
        return self._data.now is not None and start < self._data.now


class Weekly(Protocol):
    """Anything that recurs weekly: a day, a clock span and a week pattern."""

    @property
    def day(self) -> Weekday:
        """Weekday."""

    @property
    def start(self) -> int:
        """Start, in minutes since midnight."""

    @property
    def end(self) -> int:
        """End, in minutes since midnight."""

    @property
    def weeks(self) -> WeekPattern:
        """Every week, or only A or B weeks."""


def sites_in_use(instance: Instance) -> tuple[str, ...]:
    """The sites where groups meet, clinicians work, or published sessions are held."""
    used = {group.site for group in instance.groups if group.mode != "telehealth"}
    used |= {window.site for clinician in instance.clinicians for window in clinician.hours}
    if instance.published is not None:
        used |= {session.site for session in instance.published.roster.sessions}
    return tuple(site.id for site in instance.program.sites if site.id in used)


def is_week(pattern: WeekPattern, monday: date, week_a: date | None) -> bool:
    """Whether this week matches the pattern; without an anchor, every week does."""
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
        is_real: In elapsed minutes, see `Week.real`.
    """
    dated = {week.day(entry.date): entry.windows for entry in availability.dates}
    windows = [weekly_span(w) for w in availability.weekly if is_week(w.weeks, week.monday, week_a) and WEEKDAYS.index(w.day) not in dated]
    windows += [day_span(day, w.start, w.end) for day, clocks in dated.items() if 0 <= day < 7 for w in clocks]
    absent = absence_spans(availability.absences, week)
    if is_real:
        windows, absent = ([week.real(span) for span in spans] for spans in (windows, absent))
    return subtract(windows, [*absent, *busy_spans(availability.busy, week, is_real=is_real)])


def busy_spans(busy: Iterable[BusySpan], week: Week, *, is_real: bool = False) -> tuple[Span, ...]:
    """Imported busy time of this week. A minute that the clock shows twice is busy if it is busy either time.

    Args:
        is_real: In elapsed minutes, each of which occurs once.
    """
    # A calendar may cover years: instants are compared before they are converted to clock time, which is a hundred times slower.
    low, high = (week.at(minute).astimezone(UTC) + margin for minute, margin in ((0, -MARGIN), (WEEK, MARGIN)))
    near = [b for b in busy if b.start < high and b.end > low]
    if is_real:
        return intersect((week.real_between(b.start, b.end) for b in near), [week.real(Span(0, WEEK))])
    return intersect((span for b in near for span in week.clock_spans(b.start, b.end)), [Span(0, WEEK)])
