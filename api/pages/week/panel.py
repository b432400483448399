"""One session of the board, or an appointment that is not on it: who is in it, and every place it may have."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from api.kernel.errors import Problem
from api.pages.plan.names import StaffNames
from api.pages.published_week import StaffSession, StaffWeek
from api.pages.week.drops import Drop, places_of_drop
from api.pages.week.places import PlaceLines, PlaceWriter, Question, options_of, unscheduled
from api.programs.store.labels import ProgramLabels
from api.weeks.store.prepared import PreparedRoster
from api.weeks.store.published import desk_number
from scheduler.errors import EditError
from scheduler.roster import Session, appointment_id
from scheduler.rule import Violation
from scheduler.whatif import Whatif, places_of_need

GONE: Final = "It is no longer like this in the roster: look at the board again."
OUTDATED: Final = (
    "The roster names someone or something that the week no longer has: generate the week again under Plan, or bring back what was removed."
)
FAULTY: Final = "The data of this week has faults, which Plan lists: until they are put right, places cannot be compared."


class MissingAppointment(NamedTuple):
    """An appointment that is ordered and not in the roster."""

    number: str
    participant: str
    name: str
    service: str
    ordinal: int
    title: str


class BrokenRules(NamedTuple):
    """What a draft breaks, in sentences.

    Attributes:
        new: What only the draft breaks.
        old: What the published week breaks, too.
    """

    new: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


class PanelQuery(NamedTuple):
    """What someone asks about a session.

    Attributes:
        question: What may change about it; None: only who is in it.
        person: One of its participants, whose place may change.
        day: Show the forbidden places of this day.
        drop: Where it was let go on the board; None: it was not dragged.
    """

    question: Question | None = None
    person: str = ""
    day: date | None = None
    drop: Drop | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """What is shown about one session.

    Attributes:
        number: The number of the session.
        session: The session; None: an appointment that is not in the roster.
        need: That appointment.
        question: What may change about it.
        person: Id and name of the participant whose place may change.
        day: The day whose forbidden places are shown.
        lines: The places; None: nothing was asked.
        problem: Why it cannot be shown or asked, in a sentence.
        is_drop: Whether the places are where it was let go on the board.
    """

    number: str
    session: StaffSession | None = None
    need: MissingAppointment | None = None
    question: Question | None = None
    person: tuple[str, str] | None = None
    day: date | None = None
    lines: PlaceLines | None = None
    problem: str = ""
    is_drop: bool = False


class Asker:
    """Asks about the sessions of a roster, and answers in the words of staff."""

    def __init__(self, prepared: PreparedRoster, labels: ProgramLabels, desk_key: str) -> None:
        self._prepared, self._labels, self._key = prepared, labels, desk_key

    def places(self, session: str, query: PanelQuery) -> PlaceLines:
        """The places that a session could have.

        Raises:
            EditError: It is not in the roster.
        """
        with self._prepared.lock:
            if query.drop is None:
                return self._writer.lines(options_of(self._whatif, session, query.question or "times", query.person), query.day)
            numbers = {desk_number(self._key, id): id for id in self._whatif.view.by_id}
            return self._writer.lines(places_of_drop(self._whatif, session, query.person, query.drop, numbers))

    def places_of(self, need: MissingAppointment, day: date | None) -> PlaceLines:
        """The places that an appointment could have that is not in the roster.

        Raises:
            EditError: It is in the roster, or not ordered any more.
        """
        with self._prepared.lock:
            return self._writer.lines(places_of_need(self._whatif, need.participant, need.service, need.ordinal), day)

    def needs(self) -> tuple[MissingAppointment, ...]:
        """The appointments that are ordered and not in the roster, by name."""
        with self._prepared.lock:
            needs = [self._need(*one) for one in unscheduled(self._whatif)]
        return tuple(sorted(needs, key=lambda need: (need.name, need.title)))

    def broken(self, before: Collection[Violation]) -> BrokenRules:
        """The rules that the roster breaks, in sentences.

        Args:
            before: What is broken in the published week already.
        """
        with self._prepared.lock:
            new: list[str] = []
            old: list[str] = []
            for violation in self._whatif.verdict().violations:
                (old if violation in before else new).append(violation.message)
            writer = self._writer
            return BrokenRules(writer.reasons(new), writer.reasons(old))

    @property
    def _whatif(self) -> Whatif:
        return self._prepared.whatif

    @property
    def _writer(self) -> PlaceWriter:
        return PlaceWriter(self._whatif, self._labels, StaffNames.of(self._labels), lambda id: desk_number(self._key, id))

    def _need(self, participant: str, service: str, ordinal: int) -> MissingAppointment:
        id = appointment_id(participant, service, self._whatif.case.instance.monday, ordinal)
        name, title = self._labels.name("participants", participant), self._labels.name("services", service)
        return MissingAppointment(desk_number(self._key, id), participant, name, service, ordinal, title)


def title_of(session: Session, labels: ProgramLabels) -> str:
    """What staff call a session: the group, or the service with the people."""
    if session.group is not None:
        return labels.name("groups", session.group)
    people = ", ".join(labels.name("participants", booking.participant) for booking in session.bookings)
    return f"{labels.name('services', session.service)} of {people}"


def panel_of(week: StaffWeek, number: str, query: PanelQuery, asking: Callable[[], Asker | None]) -> Panel | None:
    """What is shown about a session; None: neither the roster nor the week has it.

    Args:
        asking: Who answers questions, prepared only if there is one; None: the caller changes nothing.
    """
    session = next((one for one in week.sessions if one.number == number), None)
    if session is not None and query.question is None and query.drop is None:
        return Panel(number, session)
    try:
        asker = asking()
    except Problem as problem:
        return None if session is None else Panel(number, session, problem=OUTDATED if problem.code == "bad_reference" else FAULTY)
    if session is None:
        need = None if asker is None else next((need for need in asker.needs() if need.number == number), None)
        return (
            None
            if asker is None or need is None
            else _answered(Panel(number, need=need, day=query.day), lambda: asker.places_of(need, query.day))
        )
    if asker is None:
        return Panel(number, session)
    person = session.booking_of(query.person)
    if person is None and (query.question == "person" or query.person):
        return Panel(number, session, problem=GONE)
    who = None if person is None else (person.id, person.name)
    panel = Panel(number, session, question=query.question, person=who, day=query.day, is_drop=query.drop is not None)
    return _answered(panel, lambda: asker.places(session.id, query))


def _answered(panel: Panel, ask: Callable[[], PlaceLines]) -> Panel:
    try:
        return replace(panel, lines=ask())
    except EditError:
        return replace(panel, problem=GONE)
