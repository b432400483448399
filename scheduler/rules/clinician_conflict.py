"""No clinician is in two places at once.

Rule: A clinician gives one session at a time and then writes notes: 15 minutes after any group, or fewer if the next group of its track
begins sooner, and 10 after any other session. Between sessions at two sites there is, after the notes, time to travel. A
telehealth session is given at the site of the working hours it falls in; where that is no site, or one of several, it needs no travel.
Math: for sessions a before b of one clinician and day: end(a) + notes(a) + travel(a, b) <= start(b), in real minutes.
Amount: minutes that are missing between the two sessions.
Source: our judgment (policy `notes_after_group`, `notes_after_session`); travel times are the program's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._clinicians import Task, notes, occupied, possible, sessions_of
from scheduler.rules._sharing import within
from scheduler.rules._words import time_of
from scheduler.terms import AnyOf, Row, Staffing, Visit, total
from scheduler.timegrid import clock
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class ClinicianConflict(Rule):
    """No clinician is in two places at once."""

    id = "clinician_conflict"
    title = "A clinician leads one session at a time, with time for notes and travel"
    level = "hard"
    scope = "shared"
    unit = "minutes missing"
    parameters = ("notes_after_group", "notes_after_session")
    source = "our judgment, no published source"

    def applies_to(self, case: Case) -> bool:
        """Whether there are clinicians."""
        return bool(case.clinicians)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """At most one of the sessions (with notes) under way at a time, and none at a site while travelling there."""
        for clinician in case.clinicians:
            for start, crowd, _ in occupied(case, candidates, clinician).crowds(least=2):
                yield from within(Row(self.id, (clinician, start), crowd.terms(), 1), candidates.past)
            for row in _travel_rows(case, candidates, clinician):
                yield from within(row, candidates.past)

    def check_duty(self, case: Case, view: View, clinician: str, day: int) -> Iterator[Violation]:
        """Compare the sessions of a day in pairs."""
        for (a, first), (b, second) in combinations(sessions_of(view, clinician, day), 2):
            if not second.is_past and (short := missing(case, clinician, a, b)) > 0:
                starts = f"{time_of(case, a.span.start)} and {clock(b.span.start)}"
                message = f"{clinician} needs {counted(short, 'more minute')} between the sessions on {starts}"
                yield self.violation(short, (clinician,), message, (first.id, second.id))


def missing(case: Case, clinician: str, a: Task, b: Task) -> int:
    """Minutes missing between the end of the earlier session, plus notes and travel, and the later start; 0 or less is fine."""
    travel = 0
    if a.site is None or a.site != b.site:
        here, there = place(case, clinician, a), place(case, clinician, b)
        travel = 0 if here is None or there is None else case.time.between_sites(here, there)
    return notes(case, a.group) + travel - case.week.between(a.span.end, b.span.start)


def place(case: Case, clinician: str, task: Task) -> str | None:
    """The site where the clinician is during a session, if that is certain."""
    if task.site is not None:
        return task.site
    sites = {site for window, site in case.time.work(clinician) if window.contains(task.occupied)}
    return sites.pop() if len(sites) == 1 else None


def _travel_rows(case: Case, candidates: Candidates, clinician: str) -> Iterator[Row]:
    """A clinician on the way from one site to another has no session at the second."""
    if len(case.instance.program.sites) < 2:
        return
    tasks = possible(case, candidates, clinician)
    sites = {task.site for task, _ in tasks} | {site for _, site in case.time.work(clinician)}
    if len(sites - {None}) < 2:
        return
    places: dict[int, dict[str, list[tuple[Task, Staffing | Visit]]]] = {}
    for task, handle in tasks:
        if (site := place(case, clinician, task)) is not None:
            places.setdefault(task.day, {}).setdefault(site, []).append((task, handle))
    for by_site in places.values():
        for here, there in permutations(by_site, 2):
            travel = case.time.between_sites(here, there)
            for start in sorted({task.span.start for task, _ in by_site[there]}):
                leaving = tuple(h for t, h in by_site[here] if t.occupied.end <= start < case.week.later(t.occupied.end, travel))
                if leaving:
                    key = (clinician, here, there, start)
                    present = (h for t, h in by_site[there] if t.occupied.start <= start < t.occupied.end)
                    on_the_way = AnyOf(("clinician_conflict", *key), leaving)
                    yield Row("clinician_conflict", key, ((on_the_way, 1), *total(present)), 1)
