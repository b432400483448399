"""Edits of a roster as data, and the sessions that they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.fields import BookingMode, Mode
from scheduler.roster import Booking, Session, appointment_id
from scheduler.timegrid import Span


@dataclass(frozen=True, slots=True)
class SessionMove:
    """A session at another time, in another mode or room, or with other facilitators; None leaves things as they are.

    Attributes:
        start: Minute of the week.
        mode: By telehealth there is neither site nor room; people booked in a session that is not hybrid join as it is held.
        facilitators: The leader first.
    """

    session: str
    start: int | None = None
    mode: Mode | None = None
    site: str | None = None
    room: str | None = None
    facilitators: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class NewBooking:
    """A participant in a session that is in the roster."""

    session: str
    participant: str
    mode: BookingMode = "in_person"


@dataclass(frozen=True, slots=True)
class BookingDrop:
    """A participant no longer in a session; an appointment without anyone is cancelled."""

    session: str
    participant: str


@dataclass(frozen=True, slots=True)
class BookingMove:
    """A participant in one session instead of another, such as another group of the same service."""

    session: str
    participant: str
    to: str
    mode: BookingMode = "in_person"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A session that does not take place."""

    session: str


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """An ordered appointment that is not in the roster.

    Attributes:
        start: Minute of the week.
    """

    participant: str
    service: str
    start: int
    clinician: str
    mode: BookingMode = "in_person"
    site: str | None = None
    room: str | None = None
    ordinal: int = 1


RosterEdit = SessionMove | NewBooking | BookingDrop | BookingMove | Cancellation | NewAppointment


class SessionEditor:
    """The sessions of a roster while they are edited.

    Attributes:
        changes: By id, the sessions as they become; None for those that are no longer there.
    """

    def __init__(self, case: Case, sessions: Mapping[str, Session]) -> None:
        self._case = case
        self._before = sessions
        self.changes: dict[str, Session | None] = {}

    def do(self, edit: RosterEdit) -> None:
        """Make one edit.

        Raises:
            EditError: It names what is not there, or books somebody twice.
        """
        match edit:
            case SessionMove():
                self.changes[edit.session] = self._move(self._session(edit.session), edit)
            case NewBooking():
                self._book(edit.session, edit.participant, edit.mode)
            case BookingDrop():
                self._drop(edit.session, edit.participant)
            case BookingMove():
                self._drop(edit.session, edit.participant)
                self._book(edit.to, edit.participant, edit.mode)
            case Cancellation():
                self._session(edit.session)
                self.changes[edit.session] = None
            case NewAppointment():
                self._add(edit)

    def _session(self, id: str) -> Session:
        session = self.changes[id] if id in self.changes else self._before.get(id)
        if session is None:
            raise EditError(f"{id} is no session of the roster")
        return session

    def _check(self, table: Mapping[str, object], what: str, *ids: str | None) -> None:
        for id in ids:
            if id is not None and id not in table:
                raise EditError(f"{id} is no {what} of the instance")

    def _move(self, session: Session, edit: SessionMove) -> Session:
        self._check(self._case.rooms, "room", edit.room)
        self._check(self._case.sites, "site", edit.site)
        self._check(self._case.clinicians, "clinician", *(edit.facilitators or ()))
        updates: dict[str, Any] = {}
        if edit.start is not None:
            span = self._case.week.span(session.start, session.end)
            updates |= times(self._case, edit.start, span.minutes)
        if edit.facilitators is not None:
            updates["facilitators"] = edit.facilitators
        return session.model_copy(update=updates | self._place(session, edit))

    def _place(self, session: Session, edit: SessionMove) -> dict[str, Any]:
        """Mode, site and room of a moved session, and the modes of its bookings."""
        mode = edit.mode or session.mode
        updates: dict[str, Any] = {} if edit.mode is None else {"mode": mode}
        if edit.mode is not None and mode != "hybrid":
            updates["bookings"] = tuple(b if b.mode == mode else b.model_copy(update={"mode": mode}) for b in session.bookings)
        if mode == "telehealth":
            return updates | {"site": None, "room": None}
        site = edit.site or (None if edit.room is None else self._case.rooms[edit.room].site)
        updates |= {} if site is None else {"site": site}
        return updates | ({} if edit.room is None else {"room": edit.room})

    def _book(self, id: str, participant: str, mode: BookingMode) -> None:
        session = self._session(id)
        self._check(self._case.participants, "participant", participant)
        if any(booking.participant == participant for booking in session.bookings):
            raise EditError(f"{participant} is already in {id}")
        bookings = sorted((*session.bookings, Booking(participant=participant, mode=mode)), key=lambda booking: booking.participant)
        self.changes[id] = session.model_copy(update={"bookings": tuple(bookings)})

    def _drop(self, id: str, participant: str) -> None:
        session = self._session(id)
        left = tuple(booking for booking in session.bookings if booking.participant != participant)
        if len(left) == len(session.bookings):
            raise EditError(f"{participant} is not in {id}")
        is_over = session.group is None and not left
        self.changes[id] = None if is_over else session.model_copy(update={"bookings": left})

    def _add(self, edit: NewAppointment) -> None:
        case = self._case
        self._check(case.participants, "participant", edit.participant)
        self._check(case.services, "service", edit.service)
        self._check(case.clinicians, "clinician", edit.clinician)
        self._check(case.sites, "site", edit.site)
        self._check(case.rooms, "room", edit.room)
        needs = case.care.order(edit.participant).needs
        need = next((n for n in needs if (n.service, n.ordinal) == (edit.service, edit.ordinal)), None)
        people = sorted({edit.participant, (need and need.partner) or edit.participant})
        id = appointment_id(people[0], edit.service, case.week.monday, edit.ordinal)
        if (self.changes[id] if id in self.changes else self._before.get(id)) is not None:
            raise EditError(f"{id} is already in the roster")
        self.changes[id] = Session(
            id=id,
            service=edit.service,
            ordinal=edit.ordinal,
            mode=edit.mode,
            site=edit.site if edit.mode == "in_person" else None,
            room=edit.room if edit.mode == "in_person" else None,
            facilitators=(edit.clinician,),
            bookings=tuple(Booking(participant=p, mode=edit.mode) for p in people),
            guests=() if need is None else need.guests,
            **times(case, edit.start, case.services[edit.service].minutes),
        )


def session_changes(case: Case, sessions: Mapping[str, Session], edits: Sequence[RosterEdit]) -> dict[str, Session | None]:
    """The sessions that some edits change, by id; None for those that are no longer there.

    Raises:
        EditError: An edit cannot be made.
    """
    editor = SessionEditor(case, sessions)
    for edit in edits:
        editor.do(edit)
    return {id: session for id, session in editor.changes.items() if session != sessions.get(id)}


def times(case: Case, start: int, minutes: int) -> dict[str, Any]:
    """Start and end of a session that begins at a minute of the week, as a session states them."""
    answers: dict[Span, dict[str, Any]] = case.memo("whatif times", dict)
    span = Span(start, start + minutes)
    if span not in answers:
        answers[span] = {"start": case.week.at(span.start), "end": case.week.at(span.end)}
    return answers[span]
