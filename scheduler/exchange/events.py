"""What a calendar shows of a roster, and what it must never show.

A participant's events name nothing: no service, group, clinician or other person; drug screens stay out altogether. A clinician's
events name participants by initials or id. How they are called and whether the place is shown is up to each calendar
(`scheduler.exchange.options`). Nothing here can be matched between two people: every id is an HMAC over purpose, person and session.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC

from pydantic import AwareDatetime

from scheduler.case import Case
from scheduler.fields import Model
from scheduler.view import Placed, View

NEUTRAL_LABEL = "Appointment"
ONLINE = "Online"
HIDDEN_CATEGORIES = ("drug_screen",)
MOST_INITIALS = 3


class Event(Model):
    """One session as one person sees it; times in UTC.

    Attributes:
        uid: Opaque and stable: the same person and session give the same one for ever.
        summary: What it is called where a calendar has no label of its own; None: only by a label.
        place: Where it is, compared for changes and never shown.
        location: The place as calendars show it that show places.
    """

    uid: str
    start: AwareDatetime
    end: AwareDatetime
    summary: str | None = None
    place: str
    location: str | None = None


def opaque(secret: bytes, *parts: str) -> str:
    """An opaque name of 64 hexadecimal digits for a purpose and ids; without the secret nobody can guess or match it."""
    return hmac.new(secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def participant_events(view: View, participant: str, secret: bytes) -> tuple[Event, ...]:
    """A participant's sessions, by start.

    Raises:
        KeyError: Nobody of this id is in the instance or the roster.
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


def clinician_events(view: View, clinician: str, secret: bytes) -> tuple[Event, ...]:
    """A clinician's sessions, by start: the group and its count, or whom the session is for; the room's id.

    Raises:
        KeyError: Nobody of this id is in the instance or the roster.
    """
    found = []
    for placed in view.by_clinician[clinician]:
        where = placed.session.room or ("Telehealth" if placed.session.mode == "telehealth" else None)
        uid = opaque(secret, "clinician", clinician, placed.id)
        found.append(_event(placed, uid, _title(view.case, placed), where or "", where))
    return tuple(found)


def initials_or_id(case: Case, participant: str) -> str:
    """A participant's label if it is no more than initials ("T.R."), else the id."""
    person = case.participants.get(participant)
    letters = "" if person is None else person.label.replace(".", "").replace(" ", "")
    is_initials = letters.isalpha() and letters.isupper() and len(letters) <= MOST_INITIALS
    return person.label if person is not None and is_initials else participant


def _address(case: Case, site: str | None) -> str | None:
    """A site by its label, which says how to get there; an id says nothing to a participant."""
    if site is None:
        return ONLINE
    return case.sites[site].label.strip() or None if site in case.sites else None


def _title(case: Case, placed: Placed) -> str:
    if placed.session.group is not None:
        return f"Group {placed.session.group} ({len(placed.session.bookings)})"
    return " & ".join(initials_or_id(case, p) for p in placed.participants()) or placed.session.service


def _event(placed: Placed, uid: str, summary: str | None, place: str, location: str | None) -> Event:
    start, end = (moment.astimezone(UTC) for moment in (placed.session.start, placed.session.end))
    # Rosters of former versions hold sessions in hours that clocks skip, which ended before they started.
    return Event(uid=uid, start=start, end=max(start, end), summary=summary, place=place, location=location)
