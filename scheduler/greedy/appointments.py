"""Individual, family and couple sessions of a greedy roster: next to a block if possible, the participant's own therapist first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

from scheduler.case import Case, Need
from scheduler.case.times import weekly_span
from scheduler.fields import BookingMode
from scheduler.greedy.ledger import Ledger
from scheduler.roster import Booking, Session, appointment_id
from scheduler.rules.random_time import RandomTime
from scheduler.rules.room_fit import needed
from scheduler.rules.without_trip import is_beside
from scheduler.terms import Visit
from scheduler.timegrid import Span, by_day, intersect, merge


@dataclass(frozen=True, slots=True)
class _Spot:
    span: Span
    mode: BookingMode
    site: str | None


class Appointments:
    """Books ordered sessions other than group places."""

    def __init__(self, case: Case, ledger: Ledger) -> None:
        self.case, self.ledger = case, ledger
        self._spots_at: dict[tuple[Span, tuple[BookingMode, ...]], list[_Spot]] = {}
        self._staffed = {site.id: merge(weekly_span(w) for w in site.front_desk) for site in case.instance.program.sites}

    def book(self, need: Need) -> Session | None:
        """Book one need at its best spot, or not at all."""
        people = [need.participant] + ([need.partner] if need.partner else [])
        is_random = not self.case.services[need.service].standing
        rank = partial(self._number, need) if is_random else partial(self._distance, need.participant)
        spots = sorted(self._spots(need, people), key=rank)
        own = [c for c in [self.case.participants[need.participant].primary_therapist] if c is not None]
        rest = sorted((c for c in self.case.clinicians if c not in own), key=lambda c: (self.ledger.direct[c], c))
        for clinician, spot in ((c, s) for s in spots for c in own + rest) if is_random else product(own + rest, spots):
            session = self._try(need, people, spot, clinician)
            if session is not None:
                return session
        return None

    def _number(self, need: Need, spot: _Spot) -> tuple[int, int]:
        """The number drawn for a spot, of an appointment that is not standing."""
        visit = Visit(need.participant, need.service, None, need.ordinal, spot.span, spot.mode, spot.site, None, need.partner)
        return RandomTime().distance(self.case, visit), spot.span.start

    def _distance(self, participant: str, spot: _Spot) -> tuple[int, int]:
        """Minutes from the other sessions of the day; a day without other sessions comes last."""
        gaps = [
            max(spot.span.start - s.end, s.start - spot.span.end)
            for s, _, _ in self.ledger.visits[participant]
            if s.day == spot.span.day
        ]  # fmt: skip
        return (min(gaps) if gaps else 1000, spot.span.start)

    def _spots(self, need: Need, people: list[str]) -> Iterator[_Spot]:
        """Every start on the grain at which all participants concerned are free."""
        service, grain = self.case.services[need.service], self.case.policy.start_grain
        is_counted = self.case.care.is_counted(need.service)
        free = self.case.time.free(need.participant)
        for guest in need.guests:
            free = intersect(free, self.case.time.guest_free(need.participant, guest))
        modes = tuple(m for m in service.modes if all(m in self.case.care.order(p).modes for p in people))
        minutes = need.minutes if service.countable else 0
        for window in by_day(free):
            for start in range(-(-window.start // grain) * grain, window.end - need.minutes + 1, grain):
                span = Span(start, start + need.minutes)
                if not self.case.week.shows_once(span):
                    continue
                for spot in self._places(span, modes):
                    first = not service.is_intake or self._is_first(need.participant, span)
                    near = all(self._needs_no_trip(p, spot, need.service) for p in people)
                    if first and near and all(self.ledger.fits(p, span, spot.site, is_counted, minutes) for p in people):
                        yield spot

    def _needs_no_trip(self, participant: str, spot: _Spot, service: str) -> bool:
        """Whether an appointment may be there as far as its service is bound to days on site or to groups."""
        bound = self.case.services[service].without_trip
        if bound is None or spot.site is None:
            return True
        today = [span for span, where, _ in self.ledger.visits[participant] if where == spot.site and span.day == spot.span.day]
        if bound == "same_day":
            return bool(today)
        blocks = {span for group in self.case.groups for span in self.case.groups.spans(group)}
        return any(span in blocks and is_beside(self.case, spot.span, span) for span in today)

    def _places(self, span: Span, modes: tuple[BookingMode, ...]) -> list[_Spot]:
        """On site when the front desk is staffed; by telehealth during telehealth hours."""
        if (span, modes) not in self._spots_at:
            places = ((mode, site) for mode in modes for site in (self._staffed if mode == "in_person" else (None,)))
            self._spots_at[span, modes] = [_Spot(span, mode, site) for mode, site in places if self._is_open(span, site)]
        return self._spots_at[span, modes]

    def _is_open(self, span: Span, site: str | None) -> bool:
        is_staffed = site is None or any(w.contains(span) for w in self._staffed[site])
        return is_staffed and any(w.contains(span) for w in self.case.time.open(site))

    def _is_first(self, participant: str, span: Span) -> bool:
        return all(span.end <= s.start for s, _, counted in self.ledger.visits[participant] if counted)

    def _try(self, need: Need, people: list[str], spot: _Spot, clinician: str) -> Session | None:
        """Book a spot with a clinician if that clinician and a room are free."""
        service, person = self.case.services[need.service], self.case.clinicians[clinician]
        if spot.site is None and any(self.case.participants[p].state not in (None, *person.licensed_states) for p in people):
            return None
        if not self.ledger.can_lead(clinician, service, spot.span, spot.site, group=None):
            return None
        room = None
        if spot.site is not None:
            features = needed(self.case, need.service, None, spot.mode, people)
            room = self.ledger.find_room(spot.span, spot.site, len(people) + len(need.guests) + 1, features)
            if room is None:
                return None
            self.ledger.room_spans[room].append(spot.span)
        for p in people:
            self.ledger.book(p, spot.span, spot.site, self.case.care.is_counted(need.service), need.minutes if service.countable else 0)
        self.ledger.lead(clinician, spot.span, group=None)
        return self._session(need, people, spot, clinician, room)

    def _session(self, need: Need, people: list[str], spot: _Spot, clinician: str, room: str | None) -> Session:
        week = self.case.week
        return Session(
            id=appointment_id(min(people), need.service, week.monday, need.ordinal),
            service=need.service,
            ordinal=need.ordinal,
            start=week.at(spot.span.start),
            end=week.at(spot.span.end),
            mode=spot.mode,
            site=spot.site,
            room=room,
            facilitators=(clinician,),
            bookings=tuple(Booking(participant=p, mode=spot.mode) for p in sorted(people)),
            guests=need.guests,
        )
