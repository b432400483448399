"""Questions about one booking, session, clinician or room of a roster, and their answers as documents and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import AwareDatetime, Field

from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.fields import Id, Mode, Model
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.rules._words import session_at, time_of
from scheduler.whatif.edits import BookingMove, NewAppointment
from scheduler.whatif.place import PlaceKind, PossiblePlace
from scheduler.whatif.places import leaders_for, places, places_of_need, places_of_session, rooms_for
from scheduler.whatif.whatif import Whatif


class WhatifQuestion(Model):
    """What may change: the bookings of a participant, a session, the sessions of a clinician, or those in a room; one of the four."""

    participant: Id | None = Field(None, description="Every place of this participant's bookings.")
    service: Id | None = Field(None, description="Only bookings of this service; if it is ordered and not scheduled, where it may be.")
    session: str | None = Field(None, description="Every place of this session (or of this group's), its leaders and its room.")
    clinician: Id | None = Field(None, description="Everyone who may give this clinician's sessions.")
    room: Id | None = Field(None, description="Every room that the sessions of this room may use.")


class ListedPlace(Model):
    """A place, compared with where the booking or session is now."""

    session: str | None = Field(description="The session it would be in; null for an appointment that is not scheduled yet.")
    start: AwareDatetime
    mode: Mode
    site: Id | None
    room: Id | None
    clinicians: tuple[Id, ...] = Field(description="The leader first.")
    kind: PlaceKind = Field(description="Free: nothing gets worse. Costly: care or preferences do. Forbidden: a rule would be broken.")
    reasons: tuple[str, ...] = Field(description="The sentences of the rules that forbid it, or what it costs, the most first.")
    care: int | None = Field(description="By how much the care objective rises; null for a forbidden place.")
    preference: int | None = Field(description="By how much the preference objective rises; null for a forbidden place.")


class PlaceList(Model):
    """Every place that one booking, session, leader or room may have."""

    title: str = Field(description="What may change, in words.")
    session: str | None = Field(description="The session as it is; null for an appointment that is not scheduled yet.")
    participant: Id | None = None
    places: tuple[ListedPlace, ...]


class WhatifAnswer(Model):
    """The answer to a question, one list for each thing that may change."""

    lists: tuple[PlaceList, ...]


def ask(instance: Instance, roster: Roster, question: WhatifQuestion) -> WhatifAnswer:
    """Answer a question about a roster.

    Raises:
        EditError: The question names what is not there, or the rules cannot read the roster.
    """
    named = [id for id in (question.participant, question.session, question.clinician, question.room) if id is not None]
    if len(named) != 1:
        raise EditError("ask about one participant, session, clinician or room")
    if question.service is not None and question.participant is None:
        raise EditError("name a service together with a participant")
    whatif = Whatif(Case(instance), roster)
    return WhatifAnswer(lists=tuple(_lists(whatif, question)))


def _lists(whatif: Whatif, question: WhatifQuestion) -> Iterator[PlaceList]:
    if question.participant is not None:
        yield from _of_participant(whatif, question.participant, question.service)
    elif question.session is not None:
        placed = whatif.view.by_group.get(question.session)
        id = question.session if placed is None else placed.id
        options = places_of_session(whatif, id)
        title = session_at(whatif.case, whatif.view.by_id[id])
        yield _list(whatif, f"other places for {title}", id, options)
        yield _list(whatif, f"other leaders for {title}", id, leaders_for(whatif, id))
        yield _list(whatif, f"other rooms for {title}", id, rooms_for(whatif, id))
    elif question.clinician is not None:
        _check(whatif.case.clinicians, question.clinician, "clinician")
        for placed in whatif.view.by_clinician[question.clinician]:
            title = f"other leaders for {session_at(whatif.case, placed)}"
            yield _list(whatif, title, placed.id, _without(question.clinician, leaders_for(whatif, placed.id)))
    elif question.room is not None:
        _check(whatif.case.rooms, question.room, "room")
        for placed in whatif.view.by_room.get(question.room, ()):
            yield _list(whatif, f"other rooms for {session_at(whatif.case, placed)}", placed.id, rooms_for(whatif, placed.id))


def _of_participant(whatif: Whatif, participant: str, service: str | None) -> Iterator[PlaceList]:
    """The bookings of a participant, then the appointments that are ordered and not scheduled."""
    _check(whatif.case.participants, participant, "participant")
    if service is not None:
        _check(whatif.case.services, service, "service")
    pairs = whatif.view.bookings[participant]
    for visit, placed in pairs:
        if service in (None, visit.service):
            title = f"{participant}: {visit.group or visit.service} on {time_of(whatif.case, visit.span.start)}"
            yield _list(whatif, title, placed.id, places(whatif, placed.id, participant), participant)
    scheduled = {(visit.service, visit.ordinal) for visit, _ in pairs if visit.group is None}
    for need in whatif.case.care.order(participant).needs:
        if (need.service, need.ordinal) not in scheduled and service in (None, need.service):
            options = places_of_need(whatif, participant, need.service, need.ordinal)
            yield _list(whatif, f"{participant}: {need.service}, not scheduled", None, options, participant)


def _check(table: Iterable[str], id: str, what: str) -> None:
    if id not in table:
        raise EditError(f"{id} is no {what} of the instance")


def _without(clinician: str, options: Iterable[PossiblePlace]) -> tuple[PossiblePlace, ...]:
    """The places that a clinician no longer has to fill."""
    return tuple(option for option in options if clinician not in option.clinicians)


def _list(
    whatif: Whatif, title: str, session: str | None, options: Sequence[PossiblePlace], participant: str | None = None
) -> PlaceList:  # fmt: skip
    """The places in order: those free first, then the least costly, then by start."""
    kinds = ("free", "costly", "forbidden")
    ordered = sorted(options, key=lambda o: (kinds.index(o.kind), o.care or 0, o.preference or 0, o.start, o.clinicians, o.room or ""))
    return PlaceList(title=title, session=session, participant=participant, places=tuple(_listed(whatif, option) for option in ordered))


def _listed(whatif: Whatif, option: PossiblePlace) -> ListedPlace:
    edit = option.edit
    session = edit.to if isinstance(edit, BookingMove) else None if isinstance(edit, NewAppointment) else edit.session
    return ListedPlace(
        session=session, start=whatif.case.week.at(option.start), mode=option.mode, site=option.site, room=option.room,
        clinicians=option.clinicians, kind=option.kind, reasons=option.reasons, care=option.care, preference=option.preference,
    )  # fmt: skip
