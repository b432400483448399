"""Participants see their own therapist.

Rule: An individual session is with the participant's own therapist, who may be the one of the inpatient stay; a colleague of the same
team is better than anyone else. A service the own therapist lacks the credential for (medication management) has no amount.
Math: amount of an individual session = 0 with the own therapist or without one, 2 with the same team, 5 otherwise.
Amount: distance from the own therapist, 0, 2 or 5 a session.
Source: continuity of care; the distances are our judgment.
"""

from __future__ import annotations

from scheduler.case import Case
from scheduler.rules._per_visit import PerVisit
from scheduler.rules._words import time_of
from scheduler.terms import Visit

SAME_TEAM = 2
OTHER = 5


class ClinicianContinuity(PerVisit):
    """Individual sessions are with the participant's own therapist."""

    id = "clinician_continuity"
    title = "Individual sessions are with the participant's own therapist"
    unit = "distance from the own therapist"
    weight = 4
    source = "continuity of care; distances are our judgment"
    price_reads = ("need", "clinician")

    def applies_to(self, case: Case) -> bool:
        """Whether any participant has a therapist."""
        return any(p.primary_therapist is not None for p in case.participants.values())

    def distance(self, case: Case, visit: Visit) -> int:
        """How far the clinician of a visit is from the participant's own therapist."""
        own = case.participants[visit.participant].primary_therapist
        service = case.services[visit.service]
        if own is None or own == visit.clinician or service.kind != "individual":
            return 0
        therapist = case.clinicians[own]
        if service.credentials and not set(service.credentials) & set(therapist.credentials):
            return 0
        clinician = None if visit.clinician is None else case.clinicians.get(visit.clinician)
        return SAME_TEAM if clinician is not None and clinician.team is not None and clinician.team == therapist.team else OTHER

    def sentence(self, case: Case, visit: Visit, distance: int) -> str:
        """The clinician seen, and the participant's own therapist."""
        own = case.participants[visit.participant].primary_therapist
        clinician = visit.clinician or "nobody"
        return f"{visit.participant} has {visit.service} on {time_of(case, visit.span.start)} with {clinician} instead of {own}"

    def about(self, visit: Visit) -> tuple[str, ...]:
        """The participant and the clinician seen."""
        return (visit.participant, visit.clinician or "nobody")
