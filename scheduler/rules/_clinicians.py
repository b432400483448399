"""What rules about clinicians have in common: the sessions somebody gives or may give, and the notes after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scheduler.case import Case
from scheduler.terms import Staffing, Visit
from scheduler.timegrid import Span
from scheduler.view import PlacedSession, View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import SessionColumns


class Task(NamedTuple):
    """A session as its clinician sees it.

    Attributes:
        span: The session.
        occupied: The session and the notes after it.
        site: Where the clinician has to be; None by telehealth.
        group: None for individual, family and couple sessions.
    """

    span: Span
    occupied: Span
    site: str | None
    group: str | None

    @property
    def day(self) -> int:
        """Weekday index."""
        return self.span.day


def notes(case: Case, group: str | None) -> int:
    """Minutes of notes after a session; of a group or, for None, of any other."""
    return case.policy.notes_after_session if group is None else case.groups.notes(group)


def task(case: Case, span: Span, site: str | None, group: str | None) -> Task:
    """A session with its notes; computed once."""
    tasks: dict[object, Task] = case.memo("clinician tasks", dict)
    key = (span, site, group)
    if key not in tasks:
        tasks[key] = Task(span, case.week.widened(span, 0, notes(case, group)), site, group)
    return tasks[key]


def of_visit(case: Case, visit: Visit) -> Task:
    """The task of an individual, family or couple session."""
    return task(case, visit.span, visit.site, None)


def of_staffing(case: Case, staffing: Staffing) -> Task:
    """The task of facilitating a run."""
    return task(case, staffing.run.span, staffing.run.site, staffing.run.group)


def possible(case: Case, candidates: Candidates, clinician: str) -> list[tuple[Task, Staffing | Visit]]:
    """The tasks that a clinician may get, each with its handle; a couple session counts once."""
    tasks: list[tuple[Task, Staffing | Visit]] = [(of_staffing(case, s), s) for s in candidates.facilitated[clinician]]
    # At each time there are appointments of many participants.
    at: dict[tuple[Span, str | None], Task] = {}
    for visit in candidates.appointments[clinician]:
        if (key := (visit.span, visit.site)) not in at:
            at[key] = of_visit(case, visit)
        tasks.append((at[key], visit))
    return tasks


def occupied(case: Case, candidates: Candidates, clinician: str) -> SessionColumns:
    """The sessions that a clinician may give, each until the end of the notes after it."""
    runs = (of_staffing(case, h) for h in candidates.columns.staffings(clinician).handles() if isinstance(h, Staffing))
    sessions, after = candidates.columns.sessions(clinician), case.policy.notes_after_session
    return sessions.with_ends([run.occupied.end for run in runs], lambda end: case.week.later(end, after))


def sessions_of(view: View, clinician: str, day: int | None = None) -> list[tuple[Task, PlacedSession]]:
    """The sessions of a clinician in a roster, by start: all, or those of one weekday."""
    sessions = view.by_clinician[clinician]
    return [(task(view.case, p.span, site_of(p), p.session.group), p) for p in sessions if day is None or p.span.day == day]


def site_of(placed: PlacedSession) -> str | None:
    """The site of a session held there, hybrid ones included; None by telehealth."""
    return None if placed.session.mode == "telehealth" else placed.session.site
