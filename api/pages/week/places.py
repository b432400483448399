"""The places that a session or a booking could have, as staff read them: the best first, each with what it changes and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from api.pages.plan.names import StaffNames
from api.pages.week.choices import choice_of
from api.pages.words import clock
from api.programs.store.labels import ProgramLabels
from scheduler.errors import EditError
from scheduler.fields import BookingMode
from scheduler.timegrid import DAY
from scheduler.view import PlacedSession
from scheduler.whatif import (
    BookingMove,
    NewAppointment,
    NewBooking,
    PossiblePlace,
    SessionMove,
    Whatif,
    leaders_for,
    places,
    places_of_session,
    rooms_for,
)
from scheduler.whatif.place import PlaceKind
from scheduler.words import counted, short_weekday_date

Question = Literal["times", "leader", "room", "person", "add"]
"""What may change about a session: when it is, who leads it, where it is, one of its people, or who else is in it."""

MOST_REASONS: Final = 3
MOST_FORBIDDEN: Final = 40
"""Forbidden places that are written at once; of more, those of a day."""
KEPT_APART: Final = "Not possible because of this person's own rules: see their page."
"""Instead of a sentence that would say who is kept apart from whom."""


class PlaceLine(NamedTuple):
    """A place to choose.

    Attributes:
        choice: What its button sends.
        text: When, where and with whom.
        changes: What it changes for people, in words.
        reasons: What it costs, or what forbids it, in sentences.
        more: How many reasons are left out.
    """

    choice: str
    text: str
    changes: str
    reasons: tuple[str, ...]
    more: int


class ForbiddenDay(NamedTuple):
    """The forbidden places of one day.

    Attributes:
        lines: The places; empty unless there are few, or this day was asked for.
    """

    day: date
    number: int
    lines: tuple[PlaceLine, ...]


@dataclass(frozen=True, slots=True)
class PlaceLines:
    """The answer to a question: the places by kind, the best first."""

    free: tuple[PlaceLine, ...]
    costly: tuple[PlaceLine, ...]
    forbidden: tuple[ForbiddenDay, ...]


def options_of(whatif: Whatif, session: str, question: Question, participant: str = "") -> tuple[PossiblePlace, ...]:
    """The places that a question asks for.

    Raises:
        EditError: The session or the participant is not there any more.
    """
    match question:
        case "times":
            return places_of_session(whatif, session)
        case "leader":
            return leaders_for(whatif, session)
        case "room":
            return rooms_for(whatif, session)
        case "person":
            return places(whatif, session, participant)
        case "add":
            return tuple(_seats(whatif, session))


def unscheduled(whatif: Whatif) -> Iterator[tuple[str, str, int]]:
    """The appointments that are ordered this week and not in the roster: participant, service and number."""
    case = whatif.case
    for participant in case.participants:
        there = {(visit.service, visit.ordinal) for visit in whatif.view.visits[participant] if visit.group is None}
        for need in case.care.order(participant).needs:
            if (need.service, need.ordinal) not in there:
                yield participant, need.service, need.ordinal


def _seats(whatif: Whatif, session: str) -> Iterator[PossiblePlace]:
    """Everyone who is free then, in a session that is in the roster."""
    if session not in whatif.view.by_id:
        raise EditError(f"{session} is no session of the roster")
    placed = whatif.view.by_id[session]
    mode: BookingMode = "telehealth" if placed.session.mode == "telehealth" else "in_person"
    for participant in whatif.case.participants:
        if participant in placed.participants() or _is_elsewhere(whatif, placed, participant):
            continue
        edit = NewBooking(session, participant, mode)
        effect = whatif.judge(edit)
        where = placed.span.start, placed.session.mode, placed.session.site, placed.session.room, placed.session.facilitators
        kind: PlaceKind = "forbidden" if effect.broken else "free" if (effect.care, effect.preference) <= (0, 0) else "costly"
        reasons = {"forbidden": effect.broken, "costly": effect.costs, "free": ()}[kind]
        yield PossiblePlace(edit, *where, kind, tuple(violation.message for violation in reasons), effect.care, effect.preference)


def _is_elsewhere(whatif: Whatif, placed: PlacedSession, participant: str) -> bool:
    return any(visit.span.overlaps(placed.span) for visit, _ in whatif.view.bookings[participant])


class PlaceWriter:
    """Writes places for staff."""

    def __init__(self, whatif: Whatif, labels: ProgramLabels, names: StaffNames, number: Callable[[str], str]) -> None:
        self._whatif, self._labels, self._names, self._number = whatif, labels, names, number
        relations = whatif.case.instance.relations
        self._apart = tuple((relation.a, relation.b) for relation in relations)

    def lines(self, options: Iterable[PossiblePlace], day: date | None = None) -> PlaceLines:
        """All places, by kind and in order.

        Args:
            day: Write the forbidden places of this day, however many.
        """
        ordered = sorted(options, key=lambda o: (o.care or 0, o.preference or 0, o.start, o.clinicians, o.room or ""))
        free, costly, forbidden = ([o for o in ordered if o.kind == kind] for kind in ("free", "costly", "forbidden"))
        return PlaceLines(tuple(map(self._line, free)), tuple(map(self._line, costly)), tuple(self._forbidden(forbidden, day)))

    def _forbidden(self, options: Sequence[PossiblePlace], day: date | None) -> Iterator[ForbiddenDay]:
        days: dict[date, list[PossiblePlace]] = {}
        for option in options:
            days.setdefault(self._day(option), []).append(option)
        for when, there in sorted(days.items()):
            is_shown = when == day or len(options) <= MOST_FORBIDDEN
            yield ForbiddenDay(when, len(there), tuple(map(self._line, there)) if is_shown else ())

    def _day(self, option: PossiblePlace) -> date:
        return self._whatif.case.week.date_of(option.start // DAY)

    def reasons(self, sentences: Sequence[str]) -> tuple[str, ...]:
        """The sentences of rules with names; who is kept apart from whom is not said."""
        return tuple(dict.fromkeys(KEPT_APART if self._is_about_two(text) else self._names.written(text) for text in sentences))

    def _is_about_two(self, sentence: str) -> bool:
        """Whether a sentence names two people who are kept apart."""
        words = set(sentence.replace(",", " ").split())
        return any(a in words and b in words for a, b in self._apart)

    def _line(self, option: PossiblePlace) -> PlaceLine:
        reasons = self.reasons(option.reasons)
        return PlaceLine(
            choice=choice_of(option.edit, self._number),
            text=self._text(option),
            changes=self._changes(option),
            reasons=reasons[:MOST_REASONS],
            more=max(0, len(reasons) - MOST_REASONS),
        )

    def _text(self, option: PossiblePlace) -> str:
        edit = option.edit
        if isinstance(edit, NewBooking):
            return self._labels.name("participants", edit.participant)
        when = f"{short_weekday_date(self._day(option))}, {clock(option.start % DAY)}"
        where = "Online" if option.mode == "telehealth" else self._labels.name("rooms", option.room)
        who = ", ".join(self._labels.name("clinicians", id) for id in option.clinicians)
        if isinstance(edit, BookingMove):
            group = self._whatif.view.by_id[edit.to].session.group
            how = "online" if edit.mode == "telehealth" else ""
            return " · ".join(filter(None, (when, self._labels.name("groups", group), where, how)))
        if isinstance(edit, SessionMove) and edit.start is None:
            return who if edit.facilitators is not None else where
        return " · ".join(filter(None, (when, who, where)))

    def _changes(self, option: PossiblePlace) -> str:
        """What a place changes for people."""
        edit = option.edit
        if isinstance(edit, NewAppointment | NewBooking):
            return ""
        if isinstance(edit, BookingMove):
            return "Moves 1 person" if edit.to != edit.session else "1 person changes between in person and online"
        placed = self._whatif.view.by_id[edit.session]
        session, people = placed.session, len(placed.participants())
        there = counted(people, "person", "people")
        is_moved = option.start != placed.span.start
        sees = f"{people if is_moved else there} {'sees' if people == 1 else 'see'} another therapist"
        parts = [
            f"moves {there}" if is_moved else "",
            sees if option.clinicians[:1] != session.facilitators[:1] else "",
            f"{there} online instead" if option.mode != session.mode and option.mode == "telehealth" else "",
            f"{there} in person instead" if option.mode != session.mode and option.mode == "in_person" else "",
            "another room" if None not in (option.room, session.room) and option.room != session.room else "",
        ]
        text = "; ".join(filter(None, parts)) if people else ""
        return text[:1].upper() + text[1:]
