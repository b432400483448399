"""Clinicians are qualified for the sessions they lead.

Rule: A clinician holds one of the credentials of the service (of a group: of its main service, co-facilitators too). A group that
names its facilitators is led by them only, and they speak the group's language. Whoever joins by telehealth from a known state is seen
by a clinician licensed there; of a group's facilitators one licensed for each such state is enough.
Math: telehealth visit from a state <= sum of facilitators of the run licensed in it.
Amount: qualifications that are missing, 1 each per clinician and session; for licenses, per booking.
Source: licenses of the clinicians; credentials and languages are the program's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import session_at
from scheduler.terms import AnyOf, Row, Staffing, Visit, total
from scheduler.view import PlacedSession

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class ClinicianQualification(Rule):
    """Clinicians have the credential, license and language that a session requires."""

    id = "clinician_qualification"
    title = "Clinicians are qualified, and licensed in the state a participant joins from"
    level = "hard"
    scope = "shared"
    unit = "qualifications missing"
    source = "licenses and credentials as entered"
    reads = ("need", "clinician", "mode")

    def applies_to(self, case: Case) -> bool:
        """Whether anything requires an entitlement."""
        return (
            any(s.credentials for s in case.services.values())
            or any(p.state is not None for p in case.participants.values())
            or any(g.facilitators or g.language is not None for g in case.groups.values())
        )

    def admits(self, case: Case, visit: Visit) -> bool:
        """An appointment's clinician has the credential and, by telehealth, the license."""
        if visit.clinician is None:
            return True
        if visit.mode == "telehealth" and not is_licensed(case, (visit.clinician,), visit.participant):
            return False
        return not missing(case, visit.clinician, visit.service, None)

    def admits_staffing(self, case: Case, staffing: Staffing) -> bool:
        """A facilitator has the credential, speaks the language and is one of the clinicians named, if any are."""
        group = staffing.run.group
        return not missing(case, staffing.clinician, case.groups[group].service, group)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Per run and state: no one joins from there unless a facilitator is licensed there."""
        for run, visits in candidates.visits_in.items():
            if run in candidates.past:
                continue
            by_state: dict[str, list[Visit]] = {}
            for visit in visits:
                state = case.participants[visit.participant].state
                if visit.mode == "telehealth" and state is not None:
                    by_state.setdefault(state, []).append(visit)
            for state, joining in by_state.items():
                key = (run.group, run.span.start, state)
                licensed = [s for s in candidates.staffings[run] if state in case.clinicians[s.clinician].licensed_states]
                yield Row(self.id, key, ((AnyOf((self.id, *key), tuple(joining)), 1), *total(licensed, -1)), 0)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look at the clinicians and the remote bookings of each session."""
        if placed.is_past:
            return
        yield from self._check_clinicians(case, placed)
        for participant in placed.participants("telehealth"):
            if not is_licensed(case, placed.session.facilitators, participant):
                message = f"nobody in {session_at(case, placed)} is licensed where {participant} joins from"
                yield self.violation(1, (participant, *placed.session.facilitators), message, (placed.id,))

    def _check_clinicians(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        session = placed.session
        for clinician in session.facilitators:
            lacking = missing(case, clinician, session.service, session.group)
            if lacking:
                message = f"{clinician} lacks what {session_at(case, placed)} needs: {', '.join(lacking)}"
                yield self.violation(len(lacking), (clinician,), message, (placed.id,))


def missing(case: Case, clinician: str, service: str, group: str | None) -> tuple[str, ...]:
    """The entitlements that a clinician lacks to give a service or facilitate a group."""
    person = case.clinicians[clinician]
    credentials = case.services[service].credentials
    lacking = [] if not credentials or set(credentials) & set(person.credentials) else ["credential"]
    if group is not None:
        offer = case.groups[group]
        lacking += ["place among the group's facilitators"] if offer.facilitators and clinician not in offer.facilitators else []
        lacking += ["language"] if offer.language is not None and offer.language not in person.languages else []
    return tuple(lacking)


def is_licensed(case: Case, clinicians: Sequence[str], participant: str) -> bool:
    """Whether one of the clinicians may see the participant by telehealth; any may if the participant has no state."""
    state = case.participants[participant].state
    return state is None or any(state in case.clinicians[c].licensed_states for c in clinicians)
