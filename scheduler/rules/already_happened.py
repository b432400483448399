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
from scheduler.rule import Rule, Violation
from scheduler.rules._words import session_at, time_of
from scheduler.terms import Handle, Row, Visit
from scheduler.view import View

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

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Compare with the published roster."""
        there = {placed.id: placed for placed in view.placed}
        happened = {session.id: session for session in case.past.sessions}
        for id, session in happened.items():
            when = time_of(case, case.week.minute(session.start))
            if id not in there:
                yield self.violation(1, _people(session), f"session {id} on {when} has taken place but is missing", (id,))
            elif changes := _changes(session, there[id].session):
                yield self.violation(
                    1, _people(session), f"session {id} on {when} has already happened; changed: {', '.join(changes)}", (id,)
                )
        for placed in view.placed:
            if placed.is_past and placed.id not in happened:
                message = f"session {session_at(case, placed)} starts in the past but was not published"
                yield self.violation(1, placed.participants(), message, (placed.id,))


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
