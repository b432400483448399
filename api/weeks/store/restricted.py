"""Rosters and pins restricted to existing entities, so that the week's instance stays valid.

History may name entities that no longer exist: the rules need to know that last week's group or therapist has ended (members are not
newcomers, places are released), so only people and rooms are removed from it. This week's published roster and pins may not name them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from scheduler.instance import Instance, Pin, PlaceRelease
from scheduler.roster import Home, Roster, Session


class InstanceIds(NamedTuple):
    """The ids in an instance, by the name of the field that refers to them."""

    group: Collection[str]
    service: Collection[str]
    site: Collection[str]
    room: Collection[str]
    clinician: Collection[str]
    participant: Collection[str]
    track: Collection[str]
    cohort: Collection[str]

    @classmethod
    def of(cls, instance: Instance) -> InstanceIds:
        """Collect the ids in an instance."""
        lists = (
            instance.groups, instance.services, instance.program.sites, instance.rooms, instance.clinicians, instance.participants,
            instance.tracks, instance.cohorts,
        )  # fmt: skip
        return cls(*(frozenset(entry.id for entry in entries) for entries in lists))

    def has(self, field: str, id: str | None) -> bool:
        """Whether an id is known; None counts as known."""
        return id is None or id in getattr(self, field)


def restrict_history(roster: Roster, ids: InstanceIds) -> Roster:
    """Last week's roster without people and rooms that no longer exist, and without those people's appointments."""
    people = ids.participant
    sessions = [
        session.model_copy(
            update={
                "bookings": tuple(b for b in session.bookings if b.participant in people),
                "room": session.room if ids.has("room", session.room) else None,
            }
        )
        for session in roster.sessions
    ]
    return roster.model_copy(
        update={
            "sessions": tuple(s for s in sessions if s.bookings or s.group is not None),
            "homes": tuple(h for h in roster.homes if h.participant in people),
        }
    )


def restrict_published(roster: Roster, ids: InstanceIds) -> tuple[Roster, list[str]]:
    """This week's published roster restricted to existing entities, and what was left out."""
    dropped: list[str] = []
    sessions = tuple(left for s in roster.sessions if (left := _session(s, ids, dropped)) is not None)
    homes = tuple(_home(h, ids) for h in roster.homes if h.participant in ids.participant)
    return roster.model_copy(update={"sessions": sessions, "homes": homes}), dropped


def _session(session: Session, ids: InstanceIds, dropped: list[str]) -> Session | None:
    """A session without missing entities; None if its group, service, site or all of its people are missing."""
    unknown = [name for name in ("group", "service", "site") if not ids.has(name, getattr(session, name))]
    bookings = tuple(b for b in session.bookings if b.participant in ids.participant)
    if session.group is None and not bookings:
        unknown.append("participant")
    if unknown:
        dropped.append(f"session {session.id}: its {unknown[0]} is no longer in this week")
        return None
    facilitators = tuple(f for f in session.facilitators if f in ids.clinician)
    room = session.room if ids.has("room", session.room) else None
    left = session.model_copy(update={"bookings": bookings, "facilitators": facilitators, "room": room})
    dropped += [
        f"session {session.id}: {what} no longer in this week"
        for what, is_gone in (
            ("its room is", room != session.room),
            ("a facilitator is", facilitators != session.facilitators),
            ("a participant is", bookings != session.bookings),
        )
        if is_gone
    ]
    return left


def _home(home: Home, ids: InstanceIds) -> Home:
    names = {"track": "track", "cohort": "cohort", "given_track": "track", "given_cohort": "cohort"}
    return home.model_copy(update={name: None for name, kind in names.items() if not ids.has(kind, getattr(home, name))})


def restrict_pins(pins: Iterable[tuple[str, Pin]], ids: InstanceIds) -> tuple[tuple[Pin, ...], list[str]]:
    """The pins that name only existing entities, and the ids of the others."""
    remaining: list[Pin] = []
    dropped: list[str] = []
    for id, pin in pins:
        unknown = [n for n in ("group", "participant", "service", "clinician", "room") if not ids.has(n, getattr(pin, n))]
        if unknown:
            dropped.append(f"pin {id}: its {unknown[0]} is no longer in this week")
        else:
            remaining.append(pin)
    return tuple(remaining), dropped


def restrict_released(released: Iterable[PlaceRelease], ids: InstanceIds) -> tuple[PlaceRelease, ...]:
    """The releases of places that still exist; other places are released in any case."""
    return tuple(r for r in released if all(ids.has(n, getattr(r, n)) for n in ("participant", "group", "service")))
