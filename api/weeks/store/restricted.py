"""Rosters and pins without what is gone, so that the week's instance stays valid.

History may name what is gone: the rules need to know that last week's group or therapist is no more (its members are no newcomers, its
places are released), so only people and rooms are left out there. The published roster and the pins of this week may not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from scheduler.instance import Instance, Pin, PlaceRelease
from scheduler.roster import Home, Roster, Session


class Known(NamedTuple):
    """The ids of an instance, by the field that names one."""

    group: Collection[str]
    service: Collection[str]
    site: Collection[str]
    room: Collection[str]
    clinician: Collection[str]
    participant: Collection[str]
    track: Collection[str]
    cohort: Collection[str]

    @classmethod
    def of(cls, instance: Instance) -> Known:
        """The ids of an instance."""
        lists = (
            instance.groups, instance.services, instance.program.sites, instance.rooms, instance.clinicians, instance.participants,
            instance.tracks, instance.cohorts,
        )  # fmt: skip
        return cls(*(frozenset(entry.id for entry in entries) for entries in lists))

    def has(self, field: str, id: str | None) -> bool:
        """Whether an id is known; nothing named is nothing missing."""
        return id is None or id in getattr(self, field)


def restrict_history(roster: Roster, known: Known) -> Roster:
    """Last week's roster without people who are gone, their appointments, and rooms that are gone."""
    people = known.participant
    sessions = [
        session.model_copy(
            update={
                "bookings": tuple(b for b in session.bookings if b.participant in people),
                "room": session.room if known.has("room", session.room) else None,
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


def restrict_published(roster: Roster, known: Known) -> tuple[Roster, list[str]]:
    """This week's published roster with what is there only, and what was left out."""
    dropped: list[str] = []
    sessions = tuple(left for s in roster.sessions if (left := _session(s, known, dropped)) is not None)
    homes = tuple(_home(h, known) for h in roster.homes if h.participant in known.participant)
    return roster.model_copy(update={"sessions": sessions, "homes": homes}), dropped


def _session(session: Session, known: Known, dropped: list[str]) -> Session | None:
    """A session without what is gone, or None when its group, service, site or all of its people are."""
    gone = [name for name in ("group", "service", "site") if not known.has(name, getattr(session, name))]
    bookings = tuple(b for b in session.bookings if b.participant in known.participant)
    if session.group is None and not bookings:
        gone.append("participant")
    if gone:
        dropped.append(f"session {session.id}: its {gone[0]} is not in this week any more")
        return None
    facilitators = tuple(f for f in session.facilitators if f in known.clinician)
    room = session.room if known.has("room", session.room) else None
    left = session.model_copy(update={"bookings": bookings, "facilitators": facilitators, "room": room})
    dropped += [
        f"session {session.id}: {what} not in this week any more"
        for what, is_gone in (
            ("its room is", room != session.room),
            ("a facilitator is", facilitators != session.facilitators),
            ("a participant is", bookings != session.bookings),
        )
        if is_gone
    ]
    return left


def _home(home: Home, known: Known) -> Home:
    names = {"track": "track", "cohort": "cohort", "given_track": "track", "given_cohort": "cohort"}
    return home.model_copy(update={name: None for name, kind in names.items() if not known.has(kind, getattr(home, name))})


def restrict_pins(pins: Iterable[tuple[str, Pin]], known: Known) -> tuple[tuple[Pin, ...], list[str]]:
    """The pins that name only what is there, and the ids of the others."""
    kept: list[Pin] = []
    dropped: list[str] = []
    for id, pin in pins:
        gone = [n for n in ("group", "participant", "service", "clinician", "room") if not known.has(n, getattr(pin, n))]
        if gone:
            dropped.append(f"pin {id}: its {gone[0]} is not in this week any more")
        else:
            kept.append(pin)
    return tuple(kept), dropped


def restrict_released(released: Iterable[PlaceRelease], known: Known) -> tuple[PlaceRelease, ...]:
    """The agreements about places that are still there; the others are released by data anyway."""
    return tuple(r for r in released if all(known.has(n, getattr(r, n)) for n in ("participant", "group", "service")))
