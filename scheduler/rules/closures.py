"""Sessions take place during opening hours.

Rule: A session is inside the opening hours of its site on that date, outside holidays and closed dates or hours; a telehealth session,
and each telehealth booking of a hybrid one, inside telehealth hours: the program's own, else whenever any site is open and not closed.
Math: the span is contained in the opening hours less closures.
Amount: minutes of the session outside opening hours.
Source: the program's hours and closures.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import hours_of
from scheduler.terms import Run, Visit
from scheduler.timegrid import Span, subtract
from scheduler.view import PlacedSession


class Closures(Rule):
    """No session is held while the program or its site is closed."""

    id = "closures"
    title = "Sessions take place during opening hours"
    level = "hard"
    scope = "booking"
    unit = "minutes outside"
    source = "the program's hours and closures"
    reads = ("span", "site")
    sees_clinicians = False

    def admits(self, case: Case, visit: Visit) -> bool:
        """The visit's site, or telehealth, is open."""
        return is_open(case, visit.span, visit.site)

    def admits_run(self, case: Case, run: Run) -> bool:
        """The run's site, or telehealth, is open."""
        return is_open(case, run.span, None if run.mode == "telehealth" else run.site)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look at each session that can still change, once for its site and once for telehealth."""
        session = placed.session
        sites = [None] if session.mode == "telehealth" else [session.site]
        if session.mode == "hybrid" and placed.participants("telehealth"):
            sites.append(None)
        for site in () if placed.is_past else sites:
            if (minutes := sum(closed.minutes for closed in subtract([placed.span], case.time.open(site)))) > 0:
                where = "telehealth is" if site is None else f"site {site} is"
                # In an ordinary week it would be open: a closure, not the hours, is what is to be looked at.
                is_usual = any(window.contains(placed.span) for window in case.time.regular(site))
                time = f"{minutes} of the {placed.span.minutes} minutes of {hours_of(case, placed.span)}"
                message = f"{where} {'closed' if is_usual else 'not open'} for {time} ({placed.id})"
                yield self.violation(minutes, (*placed.participants(), *filter(None, [session.group])), message, (placed.id,))


def is_open(case: Case, span: Span, site: str | None) -> bool:
    """Whether a site (None: telehealth) is open through a span."""
    return any(window.contains(span) for window in case.time.open(site))
