"""Make any roster legal by leaving out what is not: the last step of methods that do not guarantee legal rosters."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.case import Case
from scheduler.roster import Roster, Session
from scheduler.rule import Violation
from scheduler.verify import judge

MAX_ROUNDS = 200


def legal_part(case: Case, roster: Roster) -> Roster:
    """The roster without the bookings and sessions that break hard rules.

    For each violation, a round takes the last of its sessions that has not happened and removes the booking of the participant named
    last; otherwise the clinician named, unless no one else leads; otherwise the last booking of a group, or the whole session. A session
    that was just changed waits for the next round. Violations that cannot be removed in this way remain.
    """
    for _ in range(MAX_ROUNDS):
        violations = judge(case, roster).violations
        mended = _without(case, roster, violations)
        if mended == roster:
            break
        roster = mended
    return roster


def _without(case: Case, roster: Roster, violations: Sequence[Violation]) -> Roster:
    sessions = {session.id: session for session in roster.sessions}
    past = {session.id for session in case.past.sessions}
    changed: set[str] = set()
    for violation in violations:
        named = [s for s in violation.sessions or _sessions_of(violation, sessions) if s in sessions and s not in past]
        if named and not changed.intersection(named):
            changed.add(named[-1])
            session = _reduced(case, sessions.pop(named[-1]), violation.about)
            sessions |= {} if session is None else {session.id: session}
    return roster.model_copy(update={"sessions": tuple(sessions.values())})


def _sessions_of(violation: Violation, sessions: dict[str, Session]) -> list[str]:
    """The sessions of the people named in a violation without sessions."""
    return [s.id for s in sessions.values() if any(b.participant in violation.about for b in s.bookings) or s.group in violation.about]


def _reduced(case: Case, session: Session, about: tuple[str, ...]) -> Session | None:
    """A session without what a violation names; None if nothing is left of it."""
    booked = [b.participant for b in session.bookings]
    leaders = [c for c in session.facilitators if c not in about]
    people = [who for who in about if who in booked] or [who for who in booked if _needs_more(case, who, session.room, about)]
    if session.group is None or len(booked) <= 1:
        return None
    if not people and len(leaders) < len(session.facilitators):
        return session.model_copy(update={"facilitators": tuple(leaders)}) if leaders else None
    out = people[-1] if people else booked[-1]
    return session.model_copy(update={"bookings": tuple(b for b in session.bookings if b.participant != out)})


def _needs_more(case: Case, participant: str, room: str | None, about: tuple[str, ...]) -> bool:
    """Whether a violation is about a room that lacks what a participant needs."""
    return room is not None and room in about and not set(case.participants[participant].room_features) <= set(case.rooms[room].features)
