"""Held places: what participants keep from last week, and what data alone releases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from scheduler.fields import BookingMode
from scheduler.instance import PlaceRelease
from scheduler.roster import Booking, Session
from scheduler.terms import Visit
from scheduler.timegrid import DAY, WEEK, Span

if TYPE_CHECKING:
    from scheduler.case import Case

Release = Literal[
    "status",
    "order",
    "consent",
    "closure",
    "clock_change",
    "availability",
    "clinician_absent",
    "licence",
    "offer_ended",
    "agreed",
    "home_track",
]


@dataclass(frozen=True, slots=True)
class HeldPlace(Visit):
    """A visit of last week, a group place or a standing appointment, at last week's weekday and time.

    Attributes:
        clinician: Last week's therapist (appointments) or leader (groups); not held itself.
        released: Why the place is not held any more, or None.
    """

    released: Release | None = None


def places_of_last_week(case: Case) -> tuple[HeldPlace, ...]:
    """Every place of last week, each with the reason that releases it, if any but the home; none in `rebuild`."""
    return case.memo("places_of_last_week", lambda: _places(case))


def _places(case: Case) -> tuple[HeldPlace, ...]:
    if not case.is_hold:
        return ()
    return tuple(place for session in case.last_sessions for place in _together(session, tuple(_of_session(case, session))))


def _together(session: Session, places: tuple[HeldPlace, ...]) -> tuple[HeldPlace, ...]:
    """The places of a session; an appointment of a couple is held by both or by neither: what releases one of them moves both."""
    reason = next((place.released for place in places if place.released is not None), None)
    return tuple(replace(place, released=place.released or reason) for place in places) if session.group is None else places


def _of_session(case: Case, session: Session) -> Iterator[HeldPlace]:
    span = case.last_week.span(session.start, session.end)
    for booking in session.bookings:
        if booking.participant not in case.participants or (session.group is None and session.service not in case.services):
            continue
        yield HeldPlace(
            participant=booking.participant,
            service=session.service,
            group=session.group,
            ordinal=session.ordinal,
            span=span,
            mode=booking.mode,
            site=session.site if booking.mode == "in_person" else None,
            clinician=session.facilitators[0] if session.facilitators else None,
            released=_release(case, session, booking, span),
        )


def _release(case: Case, session: Session, booking: Booking, span: Span) -> Release | None:
    """The first reason in the data that releases the place."""
    participant = case.participants[booking.participant]
    if any(r.participant == participant.id and _is_released(r, session) for r in case.instance.history.released):
        return "agreed"
    if participant.status == "on_hold":
        return None if case.is_place_kept_on_hold(participant) else "status"
    if not case.is_served(participant.id):
        return "status"
    if not _is_offered(case, session, booking.mode, span):
        return "offer_ended"
    if _order_changed(case, session, participant.id):
        return "order"
    if not _has_consent(case, session, booking):
        return "consent"
    site = session.site if booking.mode == "in_person" else None
    if site is not None and site not in case.sites:
        return "closure"
    if not any(window.contains(span) for window in case.open_time(site)):
        return "closure"
    if not case.week.shows_once(span):
        return "clock_change"
    travel = case.travel(participant.id, site)
    if span.end > WEEK or not any(window.contains(case.week.widened(span, travel, travel)) for window in case.free_time(participant.id)):
        return "availability"
    if any(not any(w.contains(span) for w in case.guest_time(participant.id, guest)) for guest in _guests(case, session, booking)):
        return "availability"
    present = [clinician for clinician in session.facilitators if case.is_present(clinician, span, session.site)]
    if session.facilitators and not present:
        return "clinician_absent"
    if booking.mode == "telehealth" and present and participant.state is not None:
        return None if any(participant.state in case.clinicians[c].licensed_states for c in present) else "licence"
    return None


def _is_released(release: PlaceRelease, session: Session) -> bool:
    """Whether an agreement speaks of a session of last week."""
    if session.group is not None or release.group is not None:
        return release.group == session.group
    return (release.service, release.ordinal) == (session.service, session.ordinal)


def _is_offered(case: Case, session: Session, mode: BookingMode, span: Span) -> bool:
    """Whether the group still meets at that time and in that mode, or the service is still given in it."""
    if session.group is None:
        return mode in case.services[session.service].modes
    if session.group not in case.groups or span not in case.group_spans(session.group):
        return False
    return case.groups[session.group].mode in (mode, "hybrid")


def _has_consent(case: Case, session: Session, booking: Booking) -> bool:
    """Whether the participant still agrees to the mode, and with an appointment its guests."""
    guests, asked = case.participants[booking.participant].guests, _guests(case, session, booking)
    agree = all(booking.mode in guest.modes for guest in guests if guest.id in asked)
    return agree and booking.mode in case.order(booking.participant).modes


def _guests(case: Case, session: Session, booking: Booking) -> set[str]:
    """The guests that are ordered for an appointment this week."""
    needs = case.order(booking.participant).needs if session.group is None else ()
    return {guest for n in needs if (n.service, n.ordinal) == (session.service, session.ordinal) for guest in n.guests}


def _order_changed(case: Case, session: Session, participant: str) -> bool:
    """Whether phase or bands differ from the last full week's, or the appointment is not due this week."""
    order, past = case.order(participant), case.past_order(participant)
    if session.group is None and not any(need.service == session.service and need.ordinal == session.ordinal for need in order.needs):
        return True
    if past is None:
        return False
    phase = case.participants[participant].phase
    return (past.phase is not None and past.phase != phase) or past.floor != order.full_floor or past.ceiling != order.full_ceiling


def last_service_days(case: Case) -> dict[str, tuple[int, ...]]:
    """By participant, the weekdays of last week with a counted session; who had none has no entry."""
    return case.memo("last_service_days", lambda: _last_service_days(case))


def _last_service_days(case: Case) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for session in case.last_sessions:
        if session.service in case.services and case.is_counted(session.service):
            for booking in session.bookings:
                found.setdefault(booking.participant, set()).add(case.last_week.minute(session.start) // DAY)
    return {participant: tuple(sorted(days)) for participant, days in found.items()}
