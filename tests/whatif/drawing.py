"""Edits of a roster drawn at random: sensible ones, foolish ones, and some that cannot be made."""

from __future__ import annotations

import random
from collections import Counter

from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.timegrid import DAY
from scheduler.verify import Verdict
from scheduler.whatif import BookingDrop, BookingMove, Cancellation, NewAppointment, NewBooking, RosterEdit, SessionMove

QUARTER = 15


def draw_edit(rng: random.Random, case: Case, roster: Roster) -> RosterEdit:
    """One edit of any kind."""
    participant, clinicians, sites = rng.choice([*case.participants]), [*case.clinicians], [*case.sites]
    service, rooms, start = rng.choice([*case.services]), [*case.rooms] or [None], QUARTER * rng.randrange(7 * DAY // QUARTER)
    mode = rng.choice(("in_person", "telehealth"))
    site, room, ordinal = rng.choice(sites), rng.choice(rooms), rng.choice((1, 1, 2))
    new = NewAppointment(participant, service, start, rng.choice(clinicians), mode, site, room, ordinal)
    if not roster.sessions:
        return new
    session, other = rng.choice(roster.sessions), rng.choice(roster.sessions)
    spans = case.groups.spans(session.group) if session.group is not None else ()
    someone = rng.choice(session.bookings).participant if session.bookings else participant
    facilitators = tuple(rng.sample(clinicians, min(len(clinicians), rng.choice((1, 1, 2)))))
    return rng.choice(
        (
            new,
            SessionMove(session.id, start=rng.choice(spans).start if spans and rng.random() < 0.5 else start),
            SessionMove(session.id, start=case.week.minute(session.start) + rng.choice((-60, -15, 15, 45, 1440))),
            SessionMove(session.id, room=room),
            SessionMove(session.id, facilitators=facilitators),
            SessionMove(session.id, mode=rng.choice(("in_person", "telehealth", "hybrid")), site=site),
            NewBooking(session.id, participant, mode),
            BookingDrop(session.id, someone),
            BookingMove(session.id, someone, other.id, mode),
            Cancellation(session.id),
        )
    )


def as_counts(verdict: Verdict) -> tuple[object, ...]:
    """A verdict without the order of what it lists."""
    return Counter(verdict.violations), Counter(verdict.amounts), verdict.score, Counter(verdict.not_covered)
