"""Barriers of a time: closed doors, and clocks that change."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.barriers.barrier import SESSION, Barrier, all_of, date_name, hours
from scheduler.case import Case
from scheduler.rules.closures import is_open
from scheduler.timegrid import Span, day_span, intersect
from scheduler.words import day_name


def opening_barriers(case: Case, span: Span, site: str | None) -> Iterator[Barrier]:
    """Why nothing is held at a time.

    Args:
        site: None: by telehealth.
    """
    if not is_open(case, span, site):
        where = "telehealth" if site is None else site
        about = () if site is None else (site,)
        yield Barrier("closures", f"{SESSION} cannot take place: {where} is {_closed(case, span, site)}", about)
    if not case.week.shows_once(span):
        yield Barrier("clock_change", f"{SESSION} would take place while the clocks change on {date_name(case, span.day)}")


def _closed(case: Case, span: Span, site: str | None) -> str:
    """How a site is not open: closed on that date, or outside its hours."""
    if any(window.contains(span) for window in case.time.regular(site)):
        left = intersect(case.time.open(site), [day_span(span.day)])
        only = f" but for {all_of([hours(part) for part in left])}" if left else ""
        return f"closed on {date_name(case, span.day)}{only}"
    windows = intersect(case.time.regular(site), [day_span(span.day)])
    if not windows:
        return f"not open on {day_name(span.day)}"
    return f"open only {all_of([hours(window) for window in windows])} on {day_name(span.day)}"
