"""Held places: what participants keep from last week unless data releases it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from scheduler.case.care import Care
from scheduler.case.data import CaseData
from scheduler.case.groups import Groups
from scheduler.case.guests import Guests
from scheduler.case.past import PastWeeks
from scheduler.case.times import Times
from scheduler.fields import BookingMode
from scheduler.instance import Participant, PlaceRelease
from scheduler.roster import Booking, Session
from scheduler.terms import Visit
from scheduler.timegrid import WEEK, Span

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
    "home_site",
    "stay_week",
]


@dataclass(frozen=True, slots=True)
class HeldPlace(Visit):
    """A visit of last week, a group place or a standing appointment, at last week's weekday and time.

    Attributes:
        clinician: Last week's therapist (appointments) or leader (groups); not held itself.
        released: Why the place is no longer held, or None.
    """

    released: Release | None = None


class LastPlaces:
    """The places of last week, each with the reason that releases it, if any, other than the home."""

    def __init__(self, data: CaseData, time: Times, groups: Groups, past: PastWeeks, care: Care, guests: Guests) -> None:
        self._data = data
        self._time = time
        self._groups = groups
        self._past = past
        self._care = care
        self._guests = guests
        self._untouched: dict[int, tuple[HeldPlace, ...]] = {}

    @cached_property
    def all(self) -> tuple[HeldPlace, ...]:
        """Every place, by session; none in `rebuild`."""
        if not self._data.is_hold:
            return ()
        return self._in_blocks(tuple(place for places in self._by_session for place in places))

    @cached_property
    def _by_session(self) -> tuple[tuple[HeldPlace, ...], ...]:
        sessions, untouched = self._past.last_sessions, self._untouched
        return tuple(untouched[n] if n in untouched else _together(s, tuple(self._of_session(s))) for n, s in enumerate(sessions))

    def take_over(self, before: LastPlaces, changed: AbstractSet[str]) -> None:
        """Use the places of another case that concern nothing that has changed; the weeks before are the same."""
        if self._data.is_hold:
            untouched = (n for n, session in enumerate(self._past.last_sessions) if changed.isdisjoint(_names(session)))
            self._untouched = {n: before._by_session[n] for n in untouched}

    def _in_blocks(self, places: tuple[HeldPlace, ...]) -> tuple[HeldPlace, ...]:
        """The places; the hours of a block are held or released together, because nobody attends only some of them."""
        reasons: dict[tuple[str, str], Release] = {}
        for place in places:
            if (block := self._block(place)) is not None and place.released is not None:
                reasons.setdefault((place.participant, block), place.released)
        if not reasons:
            return places
        return tuple(replace(p, released=p.released or reasons.get((p.participant, self._block(p) or ""))) for p in places)

    def _block(self, place: HeldPlace) -> str | None:
        """The block of which a group place is an hour."""
        return None if place.group is None or place.group not in self._groups else self._groups[place.group].block

    def _of_session(self, session: Session) -> Iterator[HeldPlace]:
        span = self._past.last_week.span(session.start, session.end)
        for booking in session.bookings:
            if booking.participant not in self._data.participants or (session.group is None and not self._is_standing(session.service)):
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
                partner=self._partner(session, booking),
                released=self._release(session, booking, span),
            )

    def _partner(self, session: Session, booking: Booking) -> str | None:
        """The other participant of a couple session."""
        others = (b.participant for b in session.bookings if b is not booking and session.group is None)
        return next((other for other in others if other in self._data.participants), None)

    def _is_standing(self, service: str) -> bool:
        """Whether appointments of a service keep their time; unknown services have none."""
        return service in self._data.services and self._data.services[service].standing

    def _release(self, session: Session, booking: Booking, span: Span) -> Release | None:
        """The first reason in the data that releases the place."""
        participant = self._data.participants[booking.participant]
        if any(r.participant == participant.id and _is_released(r, session) for r in self._data.instance.history.released):
            return "agreed"
        if participant.status == "on_hold":
            return None if self._is_kept_on_hold(participant) else "status"
        if not self._care.is_served(participant.id):
            return "status"
        if not self._is_offered(session, booking.mode, span):
            return "offer_ended"
        if self._is_order_new(session, participant.id):
            return "order"
        if not self._has_consent(session, booking):
            return "consent"
        if participant.home_site_use == "required" and booking.mode == "in_person" and participant.home_site not in (None, session.site):
            return "home_site"
        if self._care.missed_weeks(participant.id, session.service, session.group) is not None:
            return "stay_week"
        return self._release_of_time(session, booking, span) or self._release_of_staff(session, booking, span)

    def _release_of_time(self, session: Session, booking: Booking, span: Span) -> Release | None:
        """Why the site or the people are not available at that time."""
        site = session.site if booking.mode == "in_person" else None
        if site is not None and site not in self._data.sites:
            return "closure"
        if not any(window.contains(span) for window in self._time.open(site)):
            return "closure"
        if not self._data.week.shows_once(span):
            return "clock_change"
        travel = self._time.travel(booking.participant, site)
        free = self._time.free(booking.participant)
        if span.end > WEEK or not any(window.contains(self._data.week.widened(span, travel, travel)) for window in free):
            return "availability"
        if session.group is not None:
            real = self._data.week.real(span)
            return "availability" if any(self._guests.missing(booking.participant, session.group, real, booking.mode)) else None
        guests = (self._time.guest_free(booking.participant, guest) for guest in self._needed(session, booking))
        return None if all(any(window.contains(span) for window in free) for free in guests) else "availability"

    def _release_of_staff(self, session: Session, booking: Booking, span: Span) -> Release | None:
        """Why none of last week's staff can lead it."""
        present = [clinician for clinician in session.facilitators if self._time.is_present(clinician, span, session.site)]
        if session.facilitators and not present:
            return "clinician_absent"
        state = self._data.participants[booking.participant].state
        if booking.mode == "telehealth" and present and state is not None:
            return None if any(state in self._data.clinicians[c].licensed_states for c in present) else "licence"
        return None

    def _is_kept_on_hold(self, participant: Participant) -> bool:
        """Whether a participant on hold still keeps the places of last week."""
        since = participant.on_hold_since
        return since is None or -self._data.week.day(since) < self._data.policy.on_hold_days

    def _is_offered(self, session: Session, mode: BookingMode, span: Span) -> bool:
        """Whether the group still meets at that time and in that mode, or the service is still offered in that mode."""
        if session.group is None:
            return mode in self._data.services[session.service].modes
        if session.group not in self._groups or span not in self._groups.spans(session.group):
            return False
        return self._groups[session.group].mode in (mode, "hybrid")

    def _has_consent(self, session: Session, booking: Booking) -> bool:
        """Whether the participant, and the guests who must come, still agree to the mode."""
        needed = self._needed(session, booking)
        agree = all(booking.mode in guest.modes for guest in self._data.participants[booking.participant].guests if guest.id in needed)
        return agree and booking.mode in self._care.order(booking.participant).modes

    def _needed(self, session: Session, booking: Booking) -> set[str]:
        """The guests who must come: those ordered for an appointment this week, or those named for a group."""
        if session.group is not None:
            return {guest.id for guest in self._guests.required(booking.participant, session.group)}
        needs = self._care.order(booking.participant).needs
        return {guest for n in needs if (n.service, n.ordinal) == (session.service, session.ordinal) for guest in n.guests}

    def _is_order_new(self, session: Session, participant: str) -> bool:
        """Whether phase or bands differ from the last full week's, or the appointment is not due this week."""
        order, past = self._care.order(participant), self._past.last_order(participant)
        if session.group is None and not any(need.service == session.service and need.ordinal == session.ordinal for need in order.needs):
            return True
        if past is None:
            return False
        phase = self._data.participants[participant].phase
        return (past.phase is not None and past.phase != phase) or past.floor != order.full_floor or past.ceiling != order.full_ceiling


def _names(session: Session) -> Iterator[str | None]:
    """The ids on which the places of a session depend."""
    yield session.group
    yield from session.facilitators
    yield from (booking.participant for booking in session.bookings)


def _together(session: Session, places: tuple[HeldPlace, ...]) -> tuple[HeldPlace, ...]:
    """The places of a session; a couple's appointment is held by both or by neither, so what releases one releases both."""
    reason = next((place.released for place in places if place.released is not None), None)
    return tuple(replace(place, released=place.released or reason) for place in places) if session.group is None else places


def _is_released(release: PlaceRelease, session: Session) -> bool:
    """Whether an agreement concerns a session of last week."""
    if session.group is not None or release.group is not None:
        return release.group == session.group
    return (release.service, release.ordinal) == (session.service, session.ordinal)
