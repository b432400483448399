"""Notices about a roster: facts worth knowing that no rule forbids."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.rules.clinician_load import limit
from scheduler.rules.group_size import places, sum_of_places
from scheduler.validation import authorizations
from scheduler.view import View
from scheduler.words import counted


def notices(case: Case, roster: Roster) -> tuple[str, ...]:
    """Small standing groups, groups that do not meet, full caseloads, no place for an admission, units that are used up or miscounted."""
    view = View(case, roster)
    units = (issue.message for issue in authorizations.units(case.instance))
    return (*_groups(case, view), *_caseloads(case, view), *_intake(case, view), *units)


def _groups(case: Case, view: View) -> Iterator[str]:
    """Standing groups that are small or do not meet."""
    met = {placed.run.group: placed for placed in view.runs}
    for group, offer in case.groups.items():
        least = case.groups.minimum(group)
        placed = met.get(group)
        if placed is None and offer.is_standing and case.groups.spans(group):
            yield f"{group} does not meet this week: nobody is booked"
        elif placed is not None and offer.is_standing and len(placed.session.bookings) < least:
            yield f"{group} meets with {counted(len(placed.session.bookings), 'participant')}, fewer than {least}"


def _caseloads(case: Case, view: View) -> Iterator[str]:
    """Therapists at the limit of their caseload."""
    for clinician in case.clinicians:
        people = (p for placed in view.by_clinician[clinician] if placed.session.group is None for p in placed.participants())
        own = {p for p in people if case.participants[p].primary_therapist == clinician}
        if own and len(own) >= limit(case, clinician, "caseload"):
            yield f"{clinician} sees {len(own)} own participants, the most allowed"


def _intake(case: Case, view: View) -> Iterator[str]:
    """Open groups of a track without a place for an admission."""
    full = [
        placed.run.group
        for placed in view.runs
        if case.groups[placed.run.group].track is not None
        and not case.groups[placed.run.group].is_closed
        and sum_of_places(case, placed.run.group, placed.participants()) >= places(case, placed.run.group)
    ]
    if full:
        yield f"{counted(len(full), 'track group')} full, only reserve places left for an admission: {', '.join(full)}"
