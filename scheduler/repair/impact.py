"""The sessions of a published week that disruptions concern."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.repair.disruption import Disruption
from scheduler.rules._resources import is_used, serves
from scheduler.terms import Visit
from scheduler.view import PlacedSession, View


@dataclass(frozen=True, slots=True)
class ConcernedSession:
    """A session that cannot take place as published.

    Attributes:
        people: The participants whose bookings are concerned.
        disruptions: What concerns them.
    """

    placed: PlacedSession
    people: tuple[str, ...]
    disruptions: tuple[Disruption, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is concerned for everyone in it."""
        return len(self.people) == len(self.placed.session.bookings)


@dataclass(frozen=True, slots=True)
class Impact:
    """What disruptions concern.

    Attributes:
        sessions: Sessions to come, by start.
        begun: Sessions that have begun and are not over: what has happened stays, so they are listed only.
    """

    sessions: tuple[ConcernedSession, ...]
    begun: tuple[ConcernedSession, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The participants concerned, once each."""
        return tuple(dict.fromkeys(person for session in self.sessions for person in session.people))


def impact_of(case: Case, view: View, *disruptions: Disruption) -> Impact:
    """What some disruptions concern.

    Args:
        case: The week with the disruptions entered.
        view: The published roster, read against it.
    """
    sessions = tuple(_sessions(case, view, disruptions))
    now = case.now
    return Impact(
        tuple(one for one in sessions if not one.placed.is_past),
        tuple(one for one in sessions if one.placed.is_past and now is not None and one.placed.span.end > now),
    )


def _sessions(case: Case, view: View, disruptions: tuple[Disruption, ...]) -> Iterator[ConcernedSession]:
    for placed in view.placed:
        people = {disruption: tuple(_people(case, view, placed, disruption)) for disruption in disruptions if _is_then(placed, disruption)}
        if everyone := dict.fromkeys(person for some in people.values() for person in some):
            yield ConcernedSession(placed, tuple(everyone), tuple(disruption for disruption, some in people.items() if some))


def _is_then(placed: PlacedSession, disruption: Disruption) -> bool:
    """Whether a session is on while something is out; a group that is merged or split is concerned if it begins then."""
    if disruption.kind in ("merge", "split"):
        return disruption.start <= placed.session.start < disruption.end
    return placed.session.start < disruption.end and placed.session.end > disruption.start


def _people(case: Case, view: View, placed: PlacedSession, disruption: Disruption) -> Iterator[str]:
    session = placed.session
    match disruption.kind:
        case "clinician":
            is_whole = disruption.id in session.facilitators
        case "room":
            is_whole = disruption.id == session.room
        case "site":
            is_whole = session.site is not None and disruption.id in (None, session.site)
        case "merge" | "split":
            is_whole = disruption.id == session.group
        case "participant" | "availability":
            if disruption.id in placed.participants() and (
                disruption.kind == "participant" or not _is_free(case, view, placed, disruption)
            ):
                is_couple = session.group is None
                yield from (b.participant for b in session.bookings if is_couple or b.participant == disruption.id)
            return
        case "resource":
            yield from (visit.participant for visit in view.visits_in(placed) if _lacks(case, disruption.id, visit))
            return
    if is_whole:
        yield from placed.participants()


def _is_free(case: Case, view: View, placed: PlacedSession, disruption: Disruption) -> bool:
    """Whether a participant is free for a session, travel included."""
    person = disruption.id or ""
    visit = next(visit for visit in view.visits_in(placed) if visit.participant == person)
    travel = case.time.travel(person, visit.site)
    span = case.week.widened(visit.span, travel, travel)
    return any(window.contains(span) for window in case.time.free(person))


def _lacks(case: Case, id: str | None, visit: Visit) -> bool:
    """Whether a visit needs a resource that does not serve it any more."""
    resource = next(entry for entry in case.instance.resources if entry.id == id)
    needs = any(use.resource == id for use in case.participants[visit.participant].resources)
    return needs and is_used(resource, visit) and not serves(case, resource, visit)
