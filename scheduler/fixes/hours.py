"""The idea of extra hours: a clinician works one block longer on a day that helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.case import Case
from scheduler.explain.words import listed
from scheduler.fixes.idea import Idea
from scheduler.result import Cause
from scheduler.rules._clinicians import sessions_of
from scheduler.rules.clinician_qualification import missing
from scheduler.timegrid import DAY, WEEKDAYS, Span, by_day, clock, day_span, intersect
from scheduler.view import View
from scheduler.words import when

MOST_CLINICIANS = 3
HOUR = 60
ABOUT_CLINICIANS = ("clinician_conflict", "clinician_availability", "clinician_load", "clinician_qualification", "facilitator_ratio")
"""Causes that more working hours could remove."""


def lent_hours(case: Case, person: str, causes: Sequence[Cause], helpful: Sequence[str]) -> Iterator[Idea]:
    """One idea per clinician who could help; the participant's therapist and clinicians named in a cause come first."""
    therapist = case.participants[person].primary_therapist
    named = {id for cause in causes for id in cause.about}
    services = [need.service for need in case.care.order(person).needs]
    # A participant who is not free during working hours may be free after them.
    is_about_hours = any(
        c.rule in ABOUT_CLINICIANS or (c.rule == "participant_availability" and set(services) & set(c.about)) for c in causes
    )
    able = [
        c
        for c in (case.clinicians if is_about_hours else ())
        if any(not missing(case, c, s, None) for s in services) or any(not missing(case, c, case.groups[g].service, g) for g in helpful)
    ]
    able.sort(key=lambda c: (c != therapist, c not in named))
    for clinician in able[:MOST_CLINICIANS]:
        if windows := extensions(case, clinician):
            yield lent(clinician, person, windows)


def extensions(case: Case, clinician: str) -> list[tuple[Span, str | None]]:
    """One block after (or before) the working hours of each day, or in the evening of a day off, while the site is open."""
    length = case.care.standard_block + case.policy.notes_after_group
    work = case.time.work(clinician)
    home = next((site for _, site in work if site is not None), None)
    sites = dict.fromkeys(site for _, site in work) or dict.fromkeys([next(iter(case.sites))])
    ideas = []
    for site in sites:
        for opened in by_day(case.time.open(site)):
            mine = intersect((window for window, where in work if where == site), [opened])
            evening = Span(max(opened.start, opened.end - length), opened.end)
            if not mine and site == home and not any(window.overlaps(day_span(opened.day)) for window, _ in work):
                ideas.append((evening, site))
            for window in mine:
                ideas.append((Span(window.end, min(window.end + length, opened.end)), site))
                ideas.append((Span(max(window.start - length, opened.start), window.start), site))
    return [(span, site) for span, site in ideas if span.minutes >= 60 and not case.time.is_past(span.start)]


def _needed(case: Case, clinician: str, window: Span, busy: Sequence[Span]) -> Span:
    """The part of an additional window that reaches from the usual hours, if these are beside it, to what is needed of it."""
    needed = [span for span in busy if span.overlaps(window)]
    usual = [span for span, _ in case.time.work(clinician)]
    start = window.start if any(span.end == window.start for span in usual) else max(window.start, min(span.start for span in needed))
    end = window.end if any(span.start == window.end for span in usual) else min(window.end, max(span.end for span in needed))
    return Span(start, end)


def first_hours(case: Case, clinician: str, windows: Sequence[tuple[Span, str | None]]) -> list[tuple[Span, str | None]]:
    """Of each additional window, the hour beside the usual ones; the first hour in the evening of a day off."""
    starts = {span.start for span, _ in case.time.work(clinician)}
    cut = [Span(span.end - HOUR, span.end) if span.end in starts else Span(span.start, span.start + HOUR) for span, _ in windows]
    return [(span, site) for span, (_, site) in zip(cut, windows, strict=True)]


def lent(clinician: str, person: str, windows: Sequence[tuple[Span, str | None]], *, is_exact: bool = False) -> Idea:
    """A clinician works additional windows, narrowed to those that the new roster uses.

    Args:
        is_exact: Narrow each window, too, to the part that is used.
    """
    entries = [
        {"day": WEEKDAYS[span.day], "start": clock(span.start % DAY), "end": clock(span.end - span.day * DAY), "site": site}
        for span, site in windows
    ]

    def narrow(case: Case, view: View) -> Idea | None:
        busy = [task.occupied for task, _ in sessions_of(view, clinician)]
        outside = [span for span in busy if not case.time.is_present(clinician, span, None)]
        used = [(span, site) for span, site in windows if any(span.overlaps(other) for other in outside)]
        if is_exact:
            used = [(_needed(case, clinician, span, outside), site) for span, site in used]
        return lent(clinician, person, used or windows[:1], is_exact=is_exact) if used != list(windows) else None

    times = listed([f"{when(span)} to {clock(span.end - span.day * DAY)}" for span, _ in windows])
    words = f"{clinician} works longer: {times}"
    change = {"clinicians": {clinician: {"hours": {"add": entries}}}}
    return Idea("working_hours", ("working_hours", clinician), change, (person,), words, narrow=narrow)
