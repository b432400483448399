"""Nobody is alone in the building with participants.

Rule: When a session held on site does not lie wholly inside the front-desk hours of the site, the working hours of another clinician
at that site, after leave and imported busy time, cover all of it. A co-facilitator is such a person. Policy `second_staff_required`
switches the rule off.
Math: for each facilitator of the session there is somebody else with a window of working hours at the site that contains the session.
Amount: facilitators who would be alone.
Source: our judgement (policy `second_staff_required`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.case.times import is_week, weekly_span
from scheduler.rule import Rule, Violation
from scheduler.rules._clinicians import site_of
from scheduler.terms import Staffing, Visit
from scheduler.timegrid import Span, merge
from scheduler.view import View


class SecondStaffOnSite(Rule):
    """Outside front-desk hours another clinician is in the building."""

    id = "second_staff_on_site"
    title = "Nobody is alone in the building with participants"
    level = "hard"
    scope = "booking"
    unit = "facilitators"
    parameters = ("second_staff_required",)
    source = "our judgement, no published source"

    def applies_to(self, case: Case) -> bool:
        """Whether the policy asks for it."""
        return case.policy.second_staff_required

    def admits(self, case: Case, visit: Visit) -> bool:
        """An appointment on site is not given by somebody alone."""
        return visit.clinician is None or not is_alone(case, visit.clinician, visit.span, visit.site)

    def admits_staffing(self, case: Case, staffing: Staffing) -> bool:
        """A run on site is not led by somebody alone."""
        return not is_alone(case, staffing.clinician, staffing.run.span, staffing.run.site)

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Look at each facilitator of each session on site."""
        for placed in view.placed:
            for clinician in () if placed.is_past else placed.session.facilitators:
                if is_alone(case, clinician, placed.span, site_of(placed)):
                    yield self.violation(1, (clinician,), f"{clinician} would be alone on site during {placed.id}", (placed.id,))


def is_alone(case: Case, clinician: str, span: Span, site: str | None) -> bool:
    """Whether neither the front desk nor another clinician's working hours at the site cover a span; never by telehealth."""
    if site is None or not case.policy.second_staff_required:
        return False
    known: dict[tuple[Span, str], frozenset[str] | None] = case.memo("second_staff_on_site", dict)
    if (span, site) not in known:
        present = frozenset(other for other in case.clinicians if case.is_present(other, span, site))
        known[span, site] = None if any(window.contains(span) for window in desk_time(case, site)) else present
    others = known[span, site]
    return others is not None and not others - {clinician}


def desk_time(case: Case, site: str) -> tuple[Span, ...]:
    """Front-desk hours of a site this week."""
    program = case.instance.program
    return merge(weekly_span(w) for w in case.sites[site].front_desk if is_week(w.weeks, case.week.monday, program.week_a))
