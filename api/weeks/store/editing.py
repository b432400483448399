"""Manual edits of a roster: each impossible edit is reported with its path. The rules decide whether the result is legal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from api.kernel.errors import Place, Problem
from api.weeks.models.edits import AddSession, BookParticipant, Edit, MoveSession, RemoveSession, UnbookParticipant
from api.weeks.store.rosters import with_own_ids
from scheduler.case import Case
from scheduler.fields import Mode
from scheduler.roster import Booking, Roster, Session
from scheduler.timegrid import DAY, WEEKDAYS, Span


class Editor:
    """A roster while it is being edited.

    Attributes:
        sessions: The sessions by their ids in the edited roster; new ones by a number.
        wrong: The edits that cannot be done.
    """

    def __init__(self, case: Case, roster: Roster) -> None:
        self.case = case
        self.sessions = {session.id: session for session in roster.sessions}
        self.wrong: list[Place] = []
        self._path = ""

    def do(self, path: str, edit: Edit) -> None:
        """Apply one edit; record what is wrong with it."""
        self._path = path
        match edit:
            case MoveSession():
                self._change(edit.session, lambda session: self._moved(session, edit))
            case BookParticipant():
                self._change(edit.session, lambda session: self._booked(session, edit))
            case UnbookParticipant():
                self._change(edit.session, lambda session: self._unbooked(session, edit))
            case RemoveSession():
                self._change(edit.session, lambda session: None)
            case AddSession():
                self._add(edit)

    def refuse(self, field: str, code: str, message: str) -> None:
        """Record what is wrong with the current edit."""
        self.wrong.append(Place(code=code, path=f"{self._path}.{field}".rstrip("."), message=message))

    def _change(self, id: str, change: Callable[[Session], Session | None]) -> None:
        session = self.sessions.get(id)
        if session is None:
            self.refuse("session", "unknown_id", "name a session of the roster that is edited")
            return
        changed = change(session)
        if changed is None:
            del self.sessions[id]
        else:
            self.sessions[id] = changed

    def _moved(self, session: Session, edit: MoveSession) -> Session:
        self._check_ids(rooms=[edit.room], sites=[edit.site], clinicians=edit.facilitators or ())
        mode = edit.mode or session.mode
        changes: dict[str, Any] = {"mode": mode} | self._place(session, edit, mode)
        if edit.facilitators is not None:
            changes["facilitators"] = edit.facilitators
        if mode != "hybrid":
            changes["bookings"] = tuple(booking.model_copy(update={"mode": mode}) for booking in session.bookings)
        if edit.day is not None or edit.time is not None:
            start = self.case.week.minute(session.start)
            day = start // DAY if edit.day is None else WEEKDAYS.index(edit.day)
            changes |= self._times(session, day * DAY + (start % DAY if edit.time is None else edit.time))
        return session.model_copy(update=changes)

    def _place(self, session: Session, edit: MoveSession, mode: Mode) -> dict[str, str | None]:
        """The place of a moved session; a room determines its site, and telehealth needs neither."""
        if mode == "telehealth":
            return {"site": None, "room": None}
        room = edit.room if "room" in edit.model_fields_set else session.room
        return {"site": edit.site or self._site_of(edit.room) or session.site, "room": room}

    def _site_of(self, room: str | None) -> str | None:
        entry = None if room is None else self.case.rooms.get(room)
        return None if entry is None else entry.site

    def _times(self, session: Session, minute: int) -> dict[str, object]:
        """Start and end of a session that begins at a minute of the week, in wall time."""
        length = self._length(session.service, session.group)
        if not self.case.week.shows_once(Span(minute, minute + length)):
            self.refuse("time", "clock_change", "choose another time: the clock changes then")
        return {"start": self.case.week.at(minute), "end": self.case.week.at(minute + length)}

    def _length(self, service: str, group: str | None) -> int:
        if group is not None:
            return self.case.groups[group].minutes if group in self.case.groups else 0
        return self.case.services[service].minutes if service in self.case.services else 0

    def _booked(self, session: Session, edit: BookParticipant) -> Session:
        if edit.participant not in self.case.participants:
            self.refuse("participant", "unknown_id", "name a participant of the program who is not archived")
        others = tuple(b for b in session.bookings if b.participant != edit.participant)
        return session.model_copy(update={"bookings": (*others, Booking(participant=edit.participant, mode=edit.mode))})

    def _unbooked(self, session: Session, edit: UnbookParticipant) -> Session | None:
        left = tuple(b for b in session.bookings if b.participant != edit.participant)
        if len(left) == len(session.bookings):
            self.refuse("participant", "not_booked", "name a participant who is booked in this session")
        if not left and session.group is None:
            return None
        return session.model_copy(update={"bookings": left})

    def _add(self, edit: AddSession) -> None:
        if not self._is_addable(edit):
            return
        service = self.case.groups[edit.group].service if edit.group is not None else edit.service or ""
        at_site = edit.mode != "telehealth"
        added = Session(
            id=f"new.{len(self.sessions)}.{self._path}",
            group=edit.group,
            service=service,
            ordinal=1 if edit.group is not None else self._free_ordinal(edit),
            start=self.case.week.at(0),
            end=self.case.week.at(0),
            mode=edit.mode,
            site=(edit.site or self._site_of(edit.room)) if at_site else None,
            room=edit.room if at_site else None,
            facilitators=edit.facilitators,
            bookings=tuple(Booking(participant=p, mode="in_person" if at_site else "telehealth") for p in edit.participants),
            guests=edit.guests,
        )
        times = self._times(added, WEEKDAYS.index(edit.day) * DAY + edit.time)
        self.sessions[added.id] = added.model_copy(update=times)

    def _is_addable(self, edit: AddSession) -> bool:
        """Whether the edit adds either a group or a service that exists and is not in the roster yet."""
        before = len(self.wrong)
        self._check_ids(
            rooms=[edit.room], sites=[edit.site], clinicians=edit.facilitators, participants=edit.participants,
            services=[edit.service], groups=[edit.group],
        )  # fmt: skip
        if (edit.group is None) == (edit.service is None):
            self.refuse("", "shape", "name a group or a service, one of the two")
        if edit.group is not None and any(s.group == edit.group for s in self.sessions.values()):
            self.refuse("group", "duplicate_id", "this group already meets; move its session instead")
        if edit.service is not None and not edit.participants:
            self.refuse("participants", "shape", "name the appointment's participants")
        return len(self.wrong) == before

    def _free_ordinal(self, edit: AddSession) -> int:
        """The number of the new appointment among its participants' appointments for the service."""
        ordinals = {
            session.ordinal
            for session in self.sessions.values()
            if session.group is None
            and session.service == edit.service
            and {b.participant for b in session.bookings} & {*edit.participants}
        }
        return next(number for number in range(1, len(ordinals) + 2) if number not in ordinals)

    def _check_ids(self, **named: Iterable[str | None]) -> None:
        """Refuse ids that the week does not contain."""
        tables: dict[str, tuple[str, Mapping[str, object]]] = {
            "rooms": ("room", self.case.rooms),
            "sites": ("site", self.case.sites),
            "clinicians": ("facilitators", self.case.clinicians),
            "participants": ("participants", self.case.participants),
            "services": ("service", self.case.services),
            "groups": ("group", self.case.groups),
        }
        for what, ids in named.items():
            field, entries = tables[what]
            if any(id is not None and id not in entries for id in ids):
                self.refuse(field, "unknown_id", f"name {what} that the program has and that are not archived")


def edited(case: Case, roster: Roster, edits: Sequence[Edit]) -> Roster:
    """Apply edits to a roster, in order.

    Raises:
        Problem: Some edits cannot be done; lists all of them with their paths. Then none is applied.
    """
    editor = Editor(case, roster)
    for number, edit in enumerate(edits):
        editor.do(f"edits[{number}]", edit)
    if editor.wrong:
        raise Problem("bad_reference", "These edits cannot be done; none was applied.", editor.wrong)
    sessions = tuple(editor.sessions.values())
    return with_own_ids(roster.model_copy(update={"sessions": sessions, "homes": case.places.homes_to_store(sessions)}))
