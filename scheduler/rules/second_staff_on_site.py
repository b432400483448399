"""No clinician is alone on site with participants.

Rule: Outside the front-desk hours of the site, someone else is present at every minute of a session held there; several people may take
turns. A person is present during working hours at that site, after leave and imported busy time; protected time (supervision, meetings) is
spent there. A co-facilitator is such a person. Notes need no company. Policy `second_staff_required` switches the rule off.
Math: for each facilitator, the session is inside the union of the front-desk hours and of the presence of all others.
Amount: facilitators who would be alone for a minute or more.
Source: our judgment (policy `second_staff_required`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.case.times import is_week, weekly_span
from scheduler.rule import Rule, Violation
from scheduler.rules._clinicians import site_of
from scheduler.rules._words import hours_of
from scheduler.terms import Staffing, Visit
from scheduler.timegrid import Span, merge, subtract
from scheduler.view import PlacedSession


class SecondStaffOnSite(Rule):
    """Outside front-desk hours another clinician is in the building."""

    id = "second_staff_on_site"
    title = "No clinician is alone on site with participants"
    level = "hard"
    scope = "booking"
    unit = "facilitators"
    parameters = ("second_staff_required",)
    source = "our judgment, no published source"
    reads = ("clinician", "span", "site")

    def applies_to(self, case: Case) -> bool:
        """Whether the policy requires it."""
        return case.policy.second_staff_required

    def admits(self, case: Case, visit: Visit) -> bool:
        """No clinician gives an appointment alone on site."""
        return visit.clinician is None or not is_alone(case, visit.clinician, visit.span, visit.site)

    def admits_staffing(self, case: Case, staffing: Staffing) -> bool:
        """No clinician leads a run alone on site."""
        return not is_alone(case, staffing.clinician, staffing.run.span, staffing.run.site)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look at each facilitator of each session on site."""
        for clinician in () if placed.is_past else placed.session.facilitators:
            if alone := time_alone(case, clinician, placed.span, site_of(placed)):
                message = f"{clinician} would be alone at {placed.session.site} in {placed.id} on {hours_of(case, alone[0])}"
                yield self.violation(1, (clinician,), message, (placed.id,))


def is_alone(case: Case, clinician: str, span: Span, site: str | None) -> bool:
    """Whether a clinician is alone at a site for a part of a span; never by telehealth."""
    return bool(time_alone(case, clinician, span, site))


def time_alone(case: Case, clinician: str, span: Span, site: str | None) -> tuple[Span, ...]:
    """The parts of a span in which a site has neither front desk nor another clinician."""
    if site is None or not case.policy.second_staff_required:
        return ()
    answers: dict[tuple[str, Span, str], tuple[Span, ...]] = case.memo("second_staff_on_site", dict)
    if (clinician, span, site) not in answers:
        answers[clinician, span, site] = subtract([span], cover(case, site, clinician))
    return answers[clinician, span, site]


def cover(case: Case, site: str, clinician: str) -> tuple[Span, ...]:
    """When someone other than this clinician is at a site."""
    others = (other for other in case.clinicians if other != clinician)
    return case.memo(
        f"second_staff_on_site {site} {clinician}",
        lambda: merge([*desk_time(case, site), *(span for other in others for span in presence(case, other, site))]),
    )


def presence(case: Case, clinician: str, site: str) -> tuple[Span, ...]:
    """Working hours of a clinician at a site after leave and imported busy time, protected time included."""
    return subtract((window for window, where in case.time.work(clinician) if where == site), case.time.busy(clinician))


def desk_time(case: Case, site: str) -> tuple[Span, ...]:
    """Front-desk hours of a site this week."""
    program = case.instance.program
    return merge(weekly_span(w) for w in case.sites[site].front_desk if is_week(w.weeks, case.week.monday, program.week_a))
