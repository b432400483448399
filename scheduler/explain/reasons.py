"""Why a participant has a booking, said from the data and the roster alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.case import Case
from scheduler.explain.report import BookingReason
from scheduler.explain.words import what
from scheduler.model.local_model import LocalModel
from scheduler.rules.pinned import is_booking
from scheduler.rules.without_trip import is_beside_groups
from scheduler.terms import Visit
from scheduler.view import View
from scheduler.words import when


def booking_reasons(local: LocalModel, participant: str, only_choice: Sequence[Visit] = ()) -> tuple[BookingReason, ...]:
    """Every booking of a participant with its reasons.

    Args:
        only_choice: Bookings for which nothing else is possible.
    """
    case, view = local.case, local.view
    return tuple(
        BookingReason(
            session=view.session_of[visit].id,
            what=what(visit),
            when=when(visit.span),
            mode=visit.mode,
            reasons=tuple(_reasons(case, view, visit, visit in only_choice)),
        )
        for visit in view.visits[participant]
    )


def _reasons(case: Case, view: View, visit: Visit, is_only_choice: bool) -> Iterator[str]:
    person = case.participants[visit.participant]
    if case.time.is_past(visit.span.start):
        yield "has happened"
        return
    if any(is_booking(pin, visit) for pin in case.instance.pins):
        yield "pinned"
    held = [
        h for h in case.places.held[visit.participant] if (h.group, h.service, h.ordinal) == (visit.group, visit.service, visit.ordinal)
    ]
    if any(h.released is None and h.span == visit.span for h in held):
        yield "held from last week"
    else:
        yield from (f"last week's place was released ({h.released})" for h in held if h.released is not None)
    if visit.group is None:
        yield from _of_appointment(case, view, visit, person.primary_therapist)
    else:
        yield from _of_group(case, view, visit)
    if visit.mode == "telehealth" and visit.group is not None:
        yield "by telehealth, as agreed"
    if is_only_choice:
        yield "the only possibility with the other bookings"


def _of_group(case: Case, view: View, visit: Visit) -> Iterator[str]:
    """Track, cohort, faces, module of a group place."""
    group, person = case.groups[visit.group or ""], case.participants[visit.participant]
    home, stored = case.places.home(person.id), view.homes.get(person.id)
    track = home.track or (stored.track if stored else None)
    cohort = home.cohort or (stored.cohort if stored else None)
    if track is not None and group.track == track:
        yield f"home track {track}"
    if cohort is not None and group.cohort == cohort:
        yield f"home cohort {cohort}"
    if group.id in case.past.last_groups(person.id):
        yield "the same group as last week"
    if group.module is not None and group.module in case.care.order(person.id).modules:
        yield f"gives module {group.module}"
    if group.block in case.groups.blocks:
        yield f"with all hours of block {group.block}"
    if minutes := case.care.minutes(group.service, group.id):
        yield f"{minutes} ordered minutes"


def _of_appointment(case: Case, view: View, visit: Visit, therapist: str | None) -> Iterator[str]:
    """Ordered service, own therapist, a day on which the person comes anyway."""
    if any((n.service, n.ordinal) == (visit.service, visit.ordinal) for n in case.care.order(visit.participant).needs):
        yield "ordered this week"
    if not case.services[visit.service].standing:
        yield "random time, drawn anew every week"
    if visit.clinician is not None:
        own = case.clinicians[visit.clinician]
        team = None if therapist is None else case.clinicians[therapist].team
        if visit.clinician == therapist:
            yield f"own therapist {therapist}"
        elif own.team is not None and own.team == team:
            yield f"with {own.id}, of the own therapist's team"
        else:
            yield f"with {own.id}"
    if case.services[visit.service].without_trip is not None and visit.site is not None:
        yield "beside a group, without a trip" if is_beside_groups(case, visit) else "on a day on site, without a trip"
    same_day = [v for v in view.visits[visit.participant] if v.day == visit.day and v.group is not None and v.site == visit.site]
    if visit.site is not None and same_day:
        yield f"on the day of {same_day[0].group}: no extra trip"
