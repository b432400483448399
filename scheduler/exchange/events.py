"""The events that a calendar shows of a roster, without what it must never reveal.

The events of participants and their guests name no service, group, clinician or other person, and drug screens are left out. A
clinician's events name participants by initials or id. Each calendar chooses its label and whether the place is shown
(`scheduler.exchange.options`). Events of two people cannot be linked: every id is an HMAC over purpose, person and session.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC

from pydantic import AwareDatetime

from scheduler.case import Case
from scheduler.exchange.words import People
from scheduler.fields import Model
from scheduler.view import PlacedSession, View

NEUTRAL_LABEL = "Appointment"
ONLINE = "Online"
HIDDEN_CATEGORIES = ("drug_screen",)
MOST_INITIALS = 3


class Event(Model):
    """One session as one person sees it; times in UTC.

    Attributes:
        uid: Opaque and stable: the same person and session always give the same UID.
        summary: The title in a calendar without a label; None: the title is always the label.
        place: Where it takes place; compared for changes, never shown.
        location: The place as shown in calendars that show places.
    """

    uid: str
    start: AwareDatetime
    end: AwareDatetime
    summary: str | None = None
    place: str
    location: str | None = None


def opaque(secret: bytes, *parts: str) -> str:
    """An opaque name of 64 hexadecimal digits for a purpose and ids; it cannot be guessed or linked without the secret."""
    return hmac.new(secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def participant_events(view: View, participant: str, secret: bytes) -> tuple[Event, ...]:
    """A participant's sessions, by start.

    Raises:
        KeyError: The id is in neither the instance nor the roster.
    """
    visits = [v for v in view.visits[participant] if view.case.services[v.service].category not in HIDDEN_CATEGORIES]
    return tuple(
        _event(
            view.session_of[v],
            opaque(secret, "participant", participant, view.session_of[v].id),
            None,
            v.site or v.mode,
            _address(view.case, v.site),
        )
        for v in visits
    )


def guest_events(view: View, participant: str, guest: str, secret: bytes) -> tuple[Event, ...]:
    """The sessions to which a participant's guest comes, by start; they say as little as the participant's own.

    Raises:
        KeyError: The participant is in neither the instance nor the roster.
    """
    visits = [v for v in view.visits[participant] if (participant, guest) in view.guests(view.session_of[v])]
    return tuple(
        _event(
            view.session_of[v],
            opaque(secret, "guest", participant, guest, view.session_of[v].id),
            None,
            v.site or v.mode,
            _address(view.case, v.site),
        )
        for v in visits
        if view.case.services[v.service].category not in HIDDEN_CATEGORIES
    )


def clinician_events(view: View, clinician: str, secret: bytes) -> tuple[Event, ...]:
    """A clinician's sessions, by start: the group and its size, or the participants of an appointment, and the room's id.

    Raises:
        KeyError: The id is in neither the instance nor the roster.
    """
    events, people = [], People.of(view.case)
    for placed in view.by_clinician[clinician]:
        where = placed.session.room or ("Telehealth" if placed.session.mode == "telehealth" else None)
        uid = opaque(secret, "clinician", clinician, placed.id)
        events.append(_event(placed, uid, _title(view.case, people, placed), where or "", where))
    return tuple(events)


def initials_or_id(case: Case, people: People, participant: str) -> str:
    """A participant's name if its label consists of initials ("T.R."), else the id."""
    person = case.participants.get(participant)
    letters = "" if person is None else person.label.replace(".", "").replace(" ", "")
    is_initials = letters.isalpha() and letters.isupper() and len(letters) <= MOST_INITIALS
    return people.participant(participant) if is_initials else participant


def _address(case: Case, site: str | None) -> str | None:
    """A site's label, which may say how to get there; its id would mean nothing to a participant."""
    if site is None:
        return ONLINE
    return case.sites[site].label.strip() or None if site in case.sites else None


def _title(case: Case, people: People, placed: PlacedSession) -> str:
    if placed.session.group is not None:
        return f"Group {placed.session.group} ({len(placed.session.bookings)})"
    return " & ".join(initials_or_id(case, people, p) for p in placed.participants()) or placed.session.service


def _event(placed: PlacedSession, uid: str, summary: str | None, place: str, location: str | None) -> Event:
    start, end = (moment.astimezone(UTC) for moment in (placed.session.start, placed.session.end))
    # Rosters of earlier versions may hold sessions in hours skipped by a clock change: these ended before they started.
    return Event(uid=uid, start=start, end=max(start, end), summary=summary, place=place, location=location)
