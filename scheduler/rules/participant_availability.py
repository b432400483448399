"""Participants come only when they are free, the way there and back included.

Rule: A stay (sessions at one site on one day, with the waits between them) lies, with the travel before and after it, inside one free
window of the participant; a telehealth session lies inside a free window. Guests are free for the whole family session (no travel is
known for them), and the partner of a couple session is free, with travel, like everybody else.
Math: [first start - travel, last end + travel) is contained in one merged free window. The hull of a stay is the hull of two of its
visits, so the model asks each visit and each pair at one site.
Amount: minutes of the stay, travel included, outside the free window that covers most of it.
Source: the availability of the participant, guest and partner; travel times are the participant's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case, Need
from scheduler.rule import Rule, Violation
from scheduler.rules._inside import are_inside
from scheduler.rules._words import hours_of
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.view import PlacedSession, View

if TYPE_CHECKING:
    from scheduler.columns import Flags, Ints


class ParticipantAvailability(Rule):
    """Stays, telehealth sessions and guests fit into free time."""

    id = "participant_availability"
    title = "Sessions fit into participants' free time, including travel"
    level = "hard"
    scope = "day"
    unit = "minutes outside"
    source = "availability of participants and guests"
    reads = ("need", "span", "site")
    sees_clinicians = False

    def admits(self, case: Case, visit: Visit) -> bool:
        """A visit alone fits for the participant and, outside groups, for partner and guests."""
        people = [visit.participant] if visit.partner is None else [visit.participant, visit.partner]
        real = case.week.real(visit.span)
        if any(_outside_free(case, person, visit.site, real) > 0 for person in people):
            return False
        return all(_outside_guests(case, visit.participant, guest, real) == 0 for guest in _ordered_guests(case, visit))

    def admits_times(self, case: Case, need: Need, starts: Ints, site: str | None, clinician: str | None = None) -> Flags | None:
        """The same for all times of an appointment; where the clocks change, each is asked for by itself."""
        if case.week.seams:
            return None
        fits: Flags = starts == starts
        for person in (need.participant,) if need.partner is None else (need.participant, need.partner):
            travel = case.time.travel(person, site)
            fits &= are_inside(case.time.free(person, False), starts - travel, starts + need.minutes + travel)
        for guest in need.guests if case.participants[need.participant].guests else ():
            fits &= are_inside(case.time.guest_free(need.participant, guest, False), starts, starts + need.minutes)
        return fits

    def conflicts(self, case: Case, a: Visit, b: Visit) -> bool:
        """Two visits at one site, with the wait between them, do not fit into one window."""
        if a.site is None or a.site != b.site or case.time.is_past(b.span.start):
            return False
        hull = Span(a.span.start, max(a.span.end, b.span.end))
        return _outside_free(case, a.participant, a.site, case.week.real(hull)) > 0

    def conflicts_times(self, case: Case, place: Visit, visit: Visit, starts: Ints) -> Flags | None:
        """The same for all times of an appointment, before the week begins; later, or where the clocks change, each by itself."""
        if case.week.seams or case.now is not None:
            return None
        if place.site is None or place.site != visit.site:
            none: Flags = starts != starts
            return none
        travel, first, last = case.time.travel(place.participant, place.site), starts, starts + visit.span.minutes
        free = case.time.free(place.participant, False)
        refused: Flags = ~are_inside(free, first.clip(max=place.span.start) - travel, last.clip(min=place.span.end) + travel)
        return refused

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look at each stay and each telehealth session that can still change."""
        for stay in view.stays(participant):
            coming = [v for v in stay.visits if not case.time.is_past(v.span.start)]
            if coming:
                yield from self._judge(case, view, stay.visits, max(coming, key=lambda v: v.span.end))
        for visit in view.visits[participant]:
            if visit.site is None and not case.time.is_past(visit.span.start):
                yield from self._judge(case, view, (visit,), visit)

    def _judge(self, case: Case, view: View, visits: Sequence[Visit], last: Visit) -> Iterator[Violation]:
        """Judge the time from the first of some visits until the end of the last."""
        participant, hull = last.participant, Span(visits[0].span.start, last.span.end)
        real = Span(view.session_of[visits[0]].real.start, view.session_of[last].real.end) if case.week.seams else hull
        if (minutes := _outside_free(case, participant, last.site, real)) > 0:
            travel = case.time.travel(participant, last.site)
            whole = hours_of(case, case.week.widened(hull, travel, travel))
            time = f"{minutes} of the {real.widened(travel, travel).minutes} minutes of {whole}"
            message = f"{participant} is not free for {time}{', travel included' if travel else ''}"
            yield self.violation(minutes, (participant,), message, [view.session_of[v].id for v in visits])

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look at each guest of a session that can still change."""
        if placed.is_past:
            return
        for participant in placed.participants() if placed.session.guests else ():
            ids = {g.id for g in case.participants[participant].guests}
            for guest in placed.session.guests:
                if guest in ids and (minutes := _outside_guests(case, participant, guest, placed.real)) > 0:
                    time = f"{minutes} of the {placed.real.minutes} minutes of {hours_of(case, placed.span)}"
                    message = f"guest {guest} of {participant} is not free for {time}"
                    yield self.violation(minutes, (participant, guest), message, (placed.id,))


def outside(windows: Sequence[Span], span: Span) -> int:
    """Minutes of a span outside the one window that covers most of it."""
    start, end = span
    most = 0
    for opens, closes in windows:
        if opens <= start and end <= closes:
            return 0
        most = max(most, min(closes, end) - max(opens, start))
    return span.minutes - most


def _outside_free(case: Case, participant: str, site: str | None, real: Span) -> int:
    """Minutes of a stay and its travel outside free time; only minutes that really pass."""
    travel = case.time.travel(participant, site)
    return outside(case.time.free(participant, bool(case.week.seams)), real.widened(travel, travel))


def _outside_guests(case: Case, participant: str, guest: str, real: Span) -> int:
    """Minutes of a session outside the free time of a guest."""
    return outside(case.time.guest_free(participant, guest, bool(case.week.seams)), real)


def _ordered_guests(case: Case, visit: Visit) -> tuple[str, ...]:
    """The guests ordered for an appointment."""
    if visit.group is not None or not case.participants[visit.participant].guests:
        return ()
    needs = case.care.order(visit.participant).needs
    return next((n.guests for n in needs if (n.service, n.ordinal) == (visit.service, visit.ordinal)), ())
