"""Every session is led, with enough facilitators for the people in the room, and by the right one.

Rule: An individual, family or couple session has a clinician. A group that meets has one facilitator for every 10 participants begun
(adolescents 6, in mixed groups the smaller number; the policy of its level of care if it takes only one), and never none. The leader, who
is listed first, holds the group's leading credential where it asks for one.
Math: an appointment names its clinician; participants <= ratio x facilitators; facilitators >= 1 and facilitators with the leading
credential >= 1 for a run that meets; a facilitator only where the run meets.
Amount: facilitators missing, and 1 for a leader without the credential. A group without anyone counts as missing facilitators only.
Source: one facilitator per 8-12 participants; our judgment inside that (policy `participants_per_facilitator`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import session_at, time_of
from scheduler.terms import Row, Visit, total
from scheduler.view import PlacedSession

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class FacilitatorRatio(Rule):
    """Every session has a facilitator; groups have enough of them and a qualified leader."""

    id = "facilitator_ratio"
    title = "Every session has enough facilitators, with the right credential"
    level = "hard"
    scope = "shared"
    unit = "facilitators missing"
    parameters = ("participants_per_facilitator", "adolescents_per_facilitator")
    source = "one per 8-12 participants; our judgment"
    reads = ("clinician",)

    def admits(self, case: Case, visit: Visit) -> bool:
        """An appointment has a clinician."""
        return visit.group is not None or visit.clinician is not None

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """For each run still to come: the ratio, a leader, and facilitators only if it meets."""
        for run, visits in candidates.visits_in.items():
            if run in candidates.past:
                continue
            key, staffings = (run.group, run.span.start), candidates.staffings[run]
            leaders = (s for s in staffings if may_lead(case, run.group, s.clinician))
            yield Row(self.id, (*key, "ratio"), (*total(visits), *total(staffings, -case.groups.ratio(run.group))), 0)
            yield Row(self.id, (*key, "leader"), ((run, 1), *total(leaders, -1)), 0)
            for staffing in staffings:
                yield Row(self.id, (*key, staffing.clinician), ((staffing, 1), (run, -1)), 0)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Count the facilitators of each session, and look at the first one of a group."""
        group, facilitators, people = placed.session.group, placed.session.facilitators, placed.participants()
        needed = 1 if group is None else max(1, -(-len(people) // case.groups.ratio(group)))
        if (missing := needed - len(set(facilitators))) > 0:
            what = session_at(case, placed)
            message = f"{what} has {len(set(facilitators))} of {needed} facilitators" if facilitators else f"nobody leads {what}"
            yield self.violation(missing, people if group is None else (group,), message, (placed.id,))
        if group is not None and facilitators and not may_lead(case, group, facilitators[0]):
            when, credential = time_of(case, placed.span.start), case.groups[group].leading_credential
            message = f"{facilitators[0]} leads {group} on {when} without the credential {credential}"
            yield self.violation(1, (facilitators[0], group), message, (placed.id,))


def may_lead(case: Case, group: str, clinician: str) -> bool:
    """Whether a clinician holds the credential for leading the group, if it requires one."""
    credential = case.groups[group].leading_credential
    return credential is None or credential in case.clinicians[clinician].credentials
