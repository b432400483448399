"""The idea of a few minutes of a clinician's time: working a little longer, or a meeting that begins a little later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scheduler.barriers import all_of
from scheduler.case import Case
from scheduler.case.times import weekly_span
from scheduler.fixes.idea import Idea
from scheduler.instance.clinicians import ProtectedTime, WorkWindow
from scheduler.rules._clinicians import sessions_of
from scheduler.timegrid import DAY, Span, clock
from scheduler.view import View
from scheduler.words import day_name


def staff_time(case: Case, person: str, clinician: str, minutes: int, occupied: Sequence[Span] = ()) -> Idea:
    """A clinician gives a few minutes more, narrowed to those that the new roster uses.

    Args:
        minutes: How many are missing.
        occupied: The sessions with notes that need the time; empty: any.
    """
    staff, texts = case.clinicians[clinician], list[str]()
    hours = [_stretched(window, minutes, occupied, texts) for window in staff.hours]
    protected = [entry for part in staff.protected if (entry := _trimmed(part, minutes, occupied, texts)) is not None]

    def narrow(before: Case, view: View) -> Idea | None:
        tight = [task.occupied for task, _ in sessions_of(view, clinician) if not _has_room(before, clinician, task.occupied)]
        return staff_time(before, person, clinician, minutes, tight) if tight and not occupied else None

    words = f"{clinician} {all_of(texts)}" if occupied and texts else f"{clinician} has {minutes} minutes more"
    change = {"clinicians": {clinician: {"hours": hours, "protected": protected}}}
    return Idea("staff_time", ("staff_time", clinician), change, (person,), words, narrow=narrow)


def _has_room(case: Case, clinician: str, occupied: Span) -> bool:
    """Whether a session with its notes lies in working hours and outside protected time as they are."""
    is_at_work = any(window.contains(occupied) for window, _ in case.time.work(clinician))
    return is_at_work and not any(part.overlaps(occupied) for part in case.time.protected(clinician))


def _stretched(window: WorkWindow, minutes: int, occupied: Iterable[Span], texts: list[str]) -> dict[str, Any]:
    """Working hours with some minutes more at both ends, or just enough for some sessions."""
    span, first = weekly_span(window), weekly_span(window).day * DAY
    wider = Span(max(first, span.start - minutes), min(first + DAY, span.end + minutes))
    needed = [task for task in occupied if task.overlaps(span) and wider.contains(task)]
    if occupied:
        wider = Span(min([span.start, *(t.start for t in needed)]), max([span.end, *(t.end for t in needed)]))
    if wider != span and occupied:
        texts.append(f"works {clock(wider.start % DAY)}-{clock(wider.end - first)} on {day_name(span.day)}")
    return _document(window, wider, first)


def _trimmed(part: ProtectedTime, minutes: int, occupied: Sequence[Span], texts: list[str]) -> dict[str, Any] | None:
    """Protected time with some minutes less at both ends, or just enough less for some sessions; None if nothing of it is left."""
    span, first = weekly_span(part), weekly_span(part).day * DAY
    rest = Span(span.start + minutes, span.end - minutes)
    if occupied:
        before = [t.end for t in occupied if t.overlaps(span) and t.start <= span.start]
        after = [t.start for t in occupied if t.overlaps(span) and t.start > span.start]
        rest = Span(max([span.start, *before]), min([span.end, *after]))
    if rest.minutes <= 0:
        return None
    if rest != span and occupied:
        texts.append(f"has the meeting at {clock(rest.start % DAY)}-{clock(rest.end - first)} on {day_name(span.day)}")
    return _document(part, rest, first)


def _document(entry: WorkWindow | ProtectedTime, span: Span, first: int) -> dict[str, Any]:
    return entry.model_dump(mode="json") | {"start": clock(span.start % DAY), "end": clock(span.end - first)}
