"""Couple and family sessions take place with everybody or not at all.

Rule: A session ordered with a partner books both partners, in the same mode. A family session lists the guests of its order.
Math: for each possible couple visit of one partner and the matching one of the other (same service, ordinal, time, mode, site,
clinician): both or neither; without a matching one: none.
Amount: bookings without their partner, and guests missing.
Source: the order; common sense.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.case import Case, Need
from scheduler.roster import Booking, Session
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row
from scheduler.view import PlacedSession

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class JointSession(Rule):
    """Couple and family sessions: both or neither."""

    id = "joint_session"
    title = "Couples and families attend their sessions together"
    level = "hard"
    scope = "shared"
    unit = "people missing"
    source = "the order"
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether a session with a partner or guests is due."""
        return any(need.partner or need.guests for p in case.participants for need in case.care.order(p).needs)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """A couple visit needs the partner's, which is the same visit seen from the other side; both directions make them equal."""
        couples = dict.fromkeys(v for visits in candidates.visits.values() for v in visits if v.partner is not None)
        for visit in couples:
            if visit.partner is not None and visit not in candidates.past:
                other = replace(visit, participant=visit.partner, partner=visit.participant)
                key = (visit.participant, visit.service, visit.ordinal, visit.span.start, visit.mode, visit.site, visit.clinician)
                yield Row(self.id, key, ((visit, 1), (other, -1)) if other in couples else ((visit, 1),), 0)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Compare each appointment with the orders of those booked."""
        session = placed.session
        for booking in session.bookings if session.group is None else ():
            need = _need(case, booking.participant, session)
            if need is None:
                continue
            when = f"in {session.service} on {time_of(case, placed.span.start)}"
            if need.partner is not None and Booking(participant=need.partner, mode=booking.mode) not in session.bookings:
                message = f"{booking.participant} is booked without {need.partner} {when}"
                yield self.violation(1, (booking.participant, need.partner), message, (placed.id,))
            if missing := [guest for guest in need.guests if guest not in session.guests]:
                message = f"{booking.participant} is booked without {', '.join(missing)} {when}"
                yield self.violation(len(missing), (booking.participant, *missing), message, (placed.id,))


def _need(case: Case, participant: str, session: Session) -> Need | None:
    """The ordered occurrence that an appointment serves."""
    needs = case.care.order(participant).needs
    return next((n for n in needs if (n.service, n.ordinal) == (session.service, session.ordinal)), None)
