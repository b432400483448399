"""Where a participant could make up for a missed session, as a document and sentences."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AwareDatetime, Field

from scheduler.errors import EditError
from scheduler.fields import BookingMode, Id, Model
from scheduler.offers.make_up import make_up_places, make_up_times
from scheduler.rules._words import time_of
from scheduler.whatif import Whatif
from scheduler.words import MODE_WORDS


class MakeUp(Model):
    """A session to join, or a time for another appointment."""

    session: str | None = Field(description="The session to join; null for another appointment.")
    at: AwareDatetime
    mode: BookingMode
    room: Id | None
    clinicians: tuple[Id, ...]
    costs: tuple[str, ...] = Field((), description="What speaks against it; nothing forbids it.")


class MakeUps(Model):
    """The places of this week in which a missed session could be made up, the soonest first."""

    participant: Id
    missed: str
    places: tuple[MakeUp, ...]
    lines: tuple[str, ...] = ()


def make_ups(whatif: Whatif, session: str, participant: str) -> MakeUps:
    """The places in which a participant could make up for a missed session; the missed booking stays, and counts as scheduled.

    Args:
        session: The id of the session, or of its group.

    Raises:
        EditError: The participant is not booked in the session, or one of them does not exist.
    """
    placed = whatif.view.by_group.get(session) or whatif.view.by_id.get(session)
    if placed is None:
        raise EditError(f"{session} is no group or session of the roster")
    if participant not in placed.participants():
        raise EditError(f"{participant} is not booked in {session}, so there is nothing to make up")
    places = (*_seats(whatif, placed.id, participant), *_times(whatif, placed.id, participant))
    answer = MakeUps(participant=participant, missed=placed.id, places=places)
    return answer.model_copy(update={"lines": tuple(_lines(whatif, answer))})


def _seats(whatif: Whatif, session: str, participant: str) -> Iterator[MakeUp]:
    if whatif.view.by_id[session].session.group is None:
        return
    for place in make_up_places(whatif, session, participant):
        own = tuple(cost.message for cost in place.effect.costs if participant in cost.about)
        other = place.placed.session
        yield MakeUp(session=other.id, at=other.start, mode=place.mode, room=other.room, clinicians=other.facilitators, costs=own)


def _times(whatif: Whatif, session: str, participant: str) -> Iterator[MakeUp]:
    for place in make_up_times(whatif, session, participant):
        mode: BookingMode = "telehealth" if place.mode == "telehealth" else "in_person"
        at = whatif.case.week.at(place.start)
        yield MakeUp(session=None, at=at, mode=mode, room=place.room, clinicians=place.clinicians, costs=place.reasons)


def _lines(whatif: Whatif, answer: MakeUps) -> Iterator[str]:
    """The answer, line by line."""
    yield f"{answer.participant} missed {answer.missed}: {'could make up for it' if answer.places else 'nothing is possible this week'}"
    for place in answer.places:
        what = place.session or "another appointment"
        led = f" with {', '.join(place.clinicians)}" if place.clinicians else ""
        costs = f"; {'; '.join(place.costs)}" if place.costs else ""
        yield f"  {what} on {time_of(whatif.case, whatif.case.week.minute(place.at))}{led}, {place.room or MODE_WORDS[place.mode]}{costs}"
    if not answer.places:
        yield "  Another session of the service with a free seat would help, an hour of a clinician, or a higher ceiling"
