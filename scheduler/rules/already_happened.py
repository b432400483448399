"""The past does not change.

Rule: Every published session that began before `now` is in the roster unchanged: start, end, mode, site, facilitators, room and bookings.
No other session begins before `now`.
Math: each handle of the past is 1; sessions yet to be placed start at or after `now`.
Amount: sessions changed, missing or added.
Source: the past cannot be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.roster import Session
from scheduler.rule import Link, Rule, Violation
from scheduler.rules._words import session_at, time_of
from scheduler.terms import Handle, Row, Visit
from scheduler.view import PlacedSession, View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class AlreadyHappened(Rule):
    """Nothing before `now` changes."""

    id = "already_happened"
    title = "The past does not change"
    level = "hard"
    scope = "booking"
    unit = "sessions"
    source = "the past cannot be changed"
    reads = ("span",)

    def applies_to(self, case: Case) -> bool:
        """Whether the instance says what time it is."""
        return case.now is not None

    def admits(self, case: Case, visit: Visit) -> bool:
        """Nothing new begins before `now`."""
        return not case.time.is_past(visit.span.start)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Everything that has happened is 1: the only rows whose terms are all past."""
        handles: list[Handle] = [v for visits in candidates.visits.values() for v in visits]
        for run in candidates.runs:
            handles += [run, *candidates.staffings[run], *candidates.housings[run]]
        for number, handle in enumerate(h for h in handles if h in candidates.past):
            yield Row(self.id, (number,), ((handle, -1),), -1)

    def links(self, case: Case) -> Iterator[Link]:
        """Each session that has taken place."""
        yield from (Link(id, (("session", id),)) for id in _happened(case))

    def check_link(self, case: Case, view: View, link: Link) -> Iterator[Violation]:
        """Look for a session that has taken place."""
        if link.key not in view.by_id:
            session = _happened(case)[link.key]
            when = time_of(case, case.week.minute(session.start))
            yield self.violation(1, _people(session), f"session {link.key} on {when} has taken place but is missing", (link.key,))

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Compare a session with the published one."""
        session = _happened(case).get(placed.id)
        if session is None:
            if placed.is_past:
                message = f"session {session_at(case, placed)} starts in the past but was not published"
                yield self.violation(1, placed.participants(), message, (placed.id,))
        elif changes := _changes(session, placed.session):
            when = time_of(case, case.week.minute(session.start))
            message = f"session {placed.id} on {when} has already happened; changed: {', '.join(changes)}"
            yield self.violation(1, _people(session), message, (placed.id,))


def _happened(case: Case) -> dict[str, Session]:
    """By id, the sessions that have taken place."""
    return case.memo("already_happened", lambda: {session.id: session for session in case.past.sessions})


def _changes(was: Session, is_now: Session) -> list[str]:
    """The fields in which two sessions differ; the order of facilitators and bookings does not matter."""

    def facts(session: Session) -> dict[str, object]:
        return {
            "group": session.group,
            "service": session.service,
            "ordinal": session.ordinal,
            # In UTC: a time that its zone shows twice equals no time of another zone.
            "start": session.start.astimezone(UTC),
            "end": session.end.astimezone(UTC),
            "mode": session.mode,
            "site": session.site,
            "room": session.room,
            "facilitators": sorted(session.facilitators),
            "bookings": sorted((b.participant, b.mode) for b in session.bookings),
        }

    before, after = facts(was), facts(is_now)
    return [name for name, value in before.items() if value != after[name]]


def _people(session: Session) -> list[str]:
    return [b.participant for b in session.bookings]
