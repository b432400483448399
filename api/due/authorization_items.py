"""Authorizations that end, run out of units, are reviewed, wait for an answer, or were denied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from api.due.frame import DueFrame, participant_of
from api.due.models import DueItem, DueKind
from scheduler.instance import Authorization, Participant
from scheduler.words import counted, weekday_date

UnitsOfWeek = Mapping[tuple[str, str], int]
"""Units that this week's published roster draws, by participant and authorization."""
WEEK = timedelta(weeks=1)


def authorization_items(frame: DueFrame, people: Iterable[Participant], drawn: UnitsOfWeek) -> Iterator[DueItem]:
    """The lines about authorizations of participants who are not discharged."""
    for person in people:
        if person.status == "discharged":
            continue
        for grant in person.authorizations:
            if grant.state == "approved":
                yield from _end(frame, person, grant)
                yield from _units(frame, person, grant, drawn.get((person.id, grant.id), 0))
            else:
                yield from _pending(frame, person, grant)
            yield from _review(frame, person, grant)


def _end(frame: DueFrame, person: Participant, grant: Authorization) -> Iterator[DueItem]:
    is_over = person.discharge is not None and person.discharge <= grant.last
    if not is_over and not _is_followed(person, grant, grant.last):
        verb = "ended" if grant.last < frame.today else "ends"
        yield from _item(frame, "authorization_end", person, grant, grant.last, f"{verb} on {weekday_date(grant.last)}")


def _units(frame: DueFrame, person: Participant, grant: Authorization, drawn: int) -> Iterator[DueItem]:
    """The units are due before the first week for which too few are left, at the pace of this week."""
    if grant.units is None or not grant.first <= frame.today <= grant.last:
        return
    left = max(0, grant.units - grant.used)
    if left and not drawn:
        return
    day = max(frame.today, frame.monday + WEEK * (left // drawn if drawn else 0))
    if day <= grant.last and not _is_followed(person, grant, day - timedelta(days=1)):
        text = f"has {left} of {counted(grant.units, 'unit')} left from this week on"
        pace = f", and this week uses {drawn}" if drawn else ""
        yield from _item(frame, "authorization_units", person, grant, day, text + pace)


def _pending(frame: DueFrame, person: Participant, grant: Authorization) -> Iterator[DueItem]:
    """What was asked for is due on its first date; a denial is due at once, unless something else covers the services from then on."""
    if grant.state != "denied":
        words = {"asked": "has been asked for and not answered", "appeal": "is in appeal"}[grant.state]
        yield from _item(frame, "authorization_answer", person, grant, grant.first, words)
    elif grant.last >= frame.today and not _is_followed(person, grant, max(frame.today, grant.first), ("approved", "asked", "appeal")):
        yield from _item(frame, "authorization_denied", person, grant, max(frame.today, grant.first), "was denied")


def _review(frame: DueFrame, person: Participant, grant: Authorization) -> Iterator[DueItem]:
    if grant.next_review is not None and grant.state != "denied":
        words = f"is reviewed on {weekday_date(grant.next_review)}"
        yield from _item(frame, "authorization_review", person, grant, grant.next_review, words)


def _is_followed(person: Participant, grant: Authorization, day: date, states: tuple[str, ...] = ("approved",)) -> bool:
    """Whether another authorization covers the same services from the day after a date on."""
    others = (one for one in person.authorizations if one.id != grant.id and one.state in states)
    return any(
        one.first <= day + timedelta(days=1)
        and one.last > day
        and (one.units is None or one.used < one.units)
        and (not one.services or (grant.services and set(grant.services) <= set(one.services)))
        for one in others
    )


def _item(
    frame: DueFrame, kind: DueKind, person: Participant, grant: Authorization, day: date, words: str
) -> Iterator[DueItem]:  # fmt: skip
    if frame.is_near(day, frame.policy.authorization_warning_days):
        message = f"Authorization {grant.id} of {person.id} {words}."
        responsible = grant.responsible or person.primary_therapist
        address = f"/participants/{person.id}"
        yield frame.item(kind, f"{person.id}~{grant.id}", day, message, address, [participant_of(person.id)], responsible)
