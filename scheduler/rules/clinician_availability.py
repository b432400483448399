"""Clinicians work in their working hours, have lunch and rest.

Rule: A session and its notes are inside one window of the clinician's working hours (at the session's site; by telehealth anywhere),
after leave, and outside protected time (supervision, meetings, imported busy time). A duty (first start to last end of a day, without
notes) longer than 6 h has 30 minutes in a row without session, notes or protected time, inside the duty and the lunch window
(11:00-15:00), or anywhere in the duty where the two overlap for less than 30. Between the duties of two days there are 11 h of rest. All
of these are real hours, even in a night in which the clocks change. A duty that was too long before `now` is no longer judged, and
neither is rest before a duty that has begun; rest is not judged across the edge of the week.
Math: session + notes within a window; max free(duty and window) >= lunch_minutes if duty > duty_without_lunch;
first start(d + 1) - last end(d) >= rest_minutes.
Amount: minutes outside the hours, in protected time, or missing to lunch or rest.
Source: operational default for lunch; rest is our judgment (policy `lunch_minutes`, `rest_minutes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from scheduler.case import Case, Need
from scheduler.rule import Rule, Violation
from scheduler.rules._clinicians import Task, notes, of_staffing, of_visit, possible, sessions_of
from scheduler.rules._duty import Duty, lunch_rows, lunch_window
from scheduler.rules._inside import are_inside
from scheduler.rules._words import day_of, hours_of, time_of
from scheduler.terms import Row, Staffing, Visit
from scheduler.timegrid import WEEKDAYS, Span, intersect, subtract
from scheduler.view import PlacedSession, View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import Flags, Ints

ASTRAY = ("outside working hours", "in protected or busy time")
Assignments = list[tuple[Task, PlacedSession]]


class ClinicianAvailability(Rule):
    """Sessions are in working hours; long duties have a lunch break, and there is rest between duties."""

    id = "clinician_availability"
    title = "Clinicians work within their hours, with lunch and rest"
    level = "hard"
    scope = "shared"
    unit = "minutes"
    parameters = (
        "notes_after_group",
        "notes_after_session",
        "duty_without_lunch",
        "lunch_minutes",
        "lunch_start",
        "lunch_end",
        "rest_minutes",
    )
    source = "operational default; our judgment"
    reads = ("clinician", "span", "site")
    raises_bounds = False  # breaks and rest within a duty would be most of all lines

    def applies_to(self, case: Case) -> bool:
        """Whether there are clinicians."""
        return bool(case.clinicians)

    def admits(self, case: Case, visit: Visit) -> bool:
        """An appointment and its notes are in working hours, outside protected time."""
        if visit.clinician is None:
            return True
        # The same for everybody: asked for each participant, answered once.
        answers: dict[object, bool] = case.memo(self.id, dict)
        key = (visit.clinician, visit.span, visit.site)
        if key not in answers:
            answers[key] = _fits(case, visit.clinician, of_visit(case, visit))
        return answers[key]

    def admits_times(self, case: Case, need: Need, starts: Ints, site: str | None, clinician: str | None = None) -> Flags | None:
        """The same for all times of a clinician; where the clocks change, each is asked for by itself."""
        if case.week.seams or clinician is None:
            return None
        ends = starts + need.minutes + notes(case, None)
        fits = are_inside((window for window, where in case.time.work(clinician) if site in (None, where)), starts, ends)
        for protected in case.time.protected(clinician):
            fits &= (ends <= protected.start) | (protected.end <= starts)
        return fits

    def admits_staffing(self, case: Case, staffing: Staffing) -> bool:
        """A run and its notes are in working hours, outside protected time."""
        return _fits(case, staffing.clinician, of_staffing(case, staffing))

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Rows for lunch and rest where the candidates could break them."""
        for clinician in case.clinicians:
            by_day: dict[int, list[tuple[Task, Staffing | Visit]]] = {}
            for task, handle in possible(case, candidates, clinician):
                by_day.setdefault(task.day, []).append((task, handle))
            duties = {day: Duty(clinician, day, tasks) for day, tasks in sorted(by_day.items())}
            past = {day: [task for task, handle in tasks if handle in candidates.past] for day, tasks in by_day.items()}
            for day, duty in duties.items():
                if case.week.between(*duty.span) > case.policy.duty_without_lunch and not _is_long(case, past[day]):
                    yield from lunch_rows(self.id, case, clinician, duty)
                if day + 1 in duties and not past[day + 1]:
                    yield from _rest_rows(case, clinician, day, duty, duties[day + 1])

    def check_duty(self, case: Case, view: View, clinician: str, day: int) -> Iterator[Violation]:
        """Look at each session of a day, then at the duty that they make."""
        tasks = sessions_of(view, clinician, day)
        for task, placed in tasks:
            if placed.is_past:
                continue
            occupied = placed.real.widened(0, notes(case, task.group))
            for minutes, where in zip(_astray(case, clinician, task.site, occupied), ASTRAY, strict=True):
                if minutes > 0:
                    when = f"{occupied.minutes} minutes of {hours_of(case, task.occupied)}, notes included,"
                    message = f"{clinician} works {minutes} of the {when} {where}"
                    yield self.violation(minutes, (clinician,), message, (placed.id,))
        yield from self._check_lunch(case, clinician, tasks)

    def check_clinician(self, case: Case, view: View, clinician: str) -> Iterator[Violation]:
        """Compare each duty with that of the day after."""
        duties = {day: list(of_day) for day, of_day in groupby(view.by_clinician[clinician], key=lambda placed: placed.day)}
        for day, duty in duties.items():
            if day + 1 in duties:
                yield from self._check_rest(case, clinician, duty, duties[day + 1][0])

    def _check_lunch(self, case: Case, clinician: str, duty: Assignments) -> Iterator[Violation]:
        tasks = [task for task, _ in duty]
        if not _is_long(case, tasks) or _is_long(case, [task for task, placed in duty if placed.is_past]):
            return
        if (short := case.policy.lunch_minutes - longest_break(case, clinician, tasks)) > 0:
            whole, day = case.policy.lunch_minutes, day_of(case, tasks[0].day)
            message = f"{clinician} lacks {short} of {whole} minutes of lunch on {day}"
            yield self.violation(short, (clinician,), message, [placed.id for _, placed in duty])

    def _check_rest(self, case: Case, clinician: str, duty: Sequence[PlacedSession], first: PlacedSession) -> Iterator[Violation]:
        last = max(duty, key=lambda placed: placed.span.end)
        short = case.policy.rest_minutes - case.week.between(last.span.end, first.span.start)
        if short > 0 and not first.is_past:
            message = f"{clinician} lacks {short} of {case.policy.rest_minutes} minutes of rest before {time_of(case, first.span.start)}"
            yield self.violation(short, (clinician,), message, (last.id, first.id))


def _fits(case: Case, clinician: str, task: Task) -> bool:
    return not any(_astray(case, clinician, task.site, case.week.real(task.span).widened(0, notes(case, task.group))))


def _astray(case: Case, clinician: str, site: str | None, occupied: Span) -> tuple[int, int]:
    """Minutes of a session and its notes outside working hours, and in protected time; computed once."""
    answers: dict[object, tuple[int, int]] = case.memo("clinician_availability astray", dict)
    key = (clinician, site, occupied)
    if key not in answers:
        answers[key] = outside(case, clinician, site, occupied), in_protected(case, clinician, occupied)
    return answers[key]


def outside(case: Case, clinician: str, site: str | None, occupied: Span) -> int:
    """Minutes of a session and its notes, as they really pass, outside the window of working hours that holds most of them."""
    windows_at: dict[tuple[str, str | None], list[Span]] = case.memo("clinician_availability windows", dict)
    if (key := (clinician, site)) not in windows_at:
        windows_at[key] = [case.week.real(window) for window, where in case.time.work(clinician) if site in (None, where)]
    return occupied.minutes - max([_shared(occupied, window) for window in windows_at[key]], default=0)


def in_protected(case: Case, clinician: str, occupied: Span) -> int:
    """Minutes of a session and its notes, as they really pass, in protected time."""
    return sum(_shared(occupied, span) for span in case.time.protected(clinician, bool(case.week.seams)))


def longest_break(case: Case, clinician: str, tasks: list[Task]) -> int:
    """The longest continuous free time that counts as the lunch break of a duty, in minutes."""
    duty = _duty_span(tasks)
    window = intersect([duty], [lunch_window(case, tasks[0].day)])
    if sum(case.week.between(*span) for span in window) < case.policy.lunch_minutes:
        window = (duty,)
    free = subtract(window, [*(task.occupied for task in tasks), *case.time.protected(clinician)])
    return max((case.week.between(*span) for span in free), default=0)


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _duty_span(tasks: list[Task]) -> Span:
    return Span(min(task.span.start for task in tasks), max(task.span.end for task in tasks))


def _is_long(case: Case, tasks: list[Task]) -> bool:
    """Whether the duty of these sessions needs a lunch break."""
    return bool(tasks) and case.week.between(*_duty_span(tasks)) > case.policy.duty_without_lunch


def _rest_rows(case: Case, clinician: str, day: int, duty: Duty, following: Duty) -> Iterator[Row]:
    """A clinician who works until an end does not start before the rest is over."""
    for end in duty.ends:
        lasting, begun = duty.lasting(end), following.begun(case.week.later(end, case.policy.rest_minutes) - 1)
        if lasting is not None and begun is not None:
            yield Row(ClinicianAvailability.id, (clinician, WEEKDAYS[day], "rest", end), ((lasting, 1), (begun, 1)), 1)
