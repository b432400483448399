"""Offers of a stored week: the question about one participant, and the draft with the week that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from api.database.tables import RosterRow
from api.programs.models import ProgramSettings
from api.programs.store.programs import check_program
from api.tools.models import RosterToOffer
from api.weeks.models.edits import Edit
from api.weeks.store.building import build_instance
from api.weeks.store.editing import edited
from api.weeks.store.held_offers import without_held
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import add_draft, roster_of
from api.weeks.store.weeks import find_week, published_roster
from scheduler.instance import Availability, Instance
from scheduler.offers import OffersQuestion
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek


@dataclass(frozen=True, slots=True)
class AskedWeek:
    """A published week with the participant as a question has them.

    Attributes:
        version: The version of the week.
        instance: The week, with other hours if these are asked about.
    """

    version: int
    instance: Instance
    roster: Roster

    def question(self, participant: str, moves: int = 0) -> bytes:
        """The question for the child process.

        Args:
            moves: How many others may move.
        """
        question = OffersQuestion(participant=participant, moves=moves)
        return RosterToOffer(instance=self.instance, roster=self.roster, question=question).model_dump_json(exclude_defaults=True).encode()


def asked_week(
    session: Session, program: str, monday: date, now: datetime, participant: str, availability: Availability | None = None
) -> AskedWeek | None:
    """A week as it would be with other hours of a participant; None if it is not published, or the participant is not in it.

    Args:
        availability: The participant's own, without dated absences, which are added; None: as it is.
    """
    row = published_roster(session, program, monday)
    if row is None:
        return None
    instance = without_held(session, program, build_instance(session, program, monday, now), now)
    if participant not in {person.id for person in instance.participants}:
        return None
    if availability is not None:
        instance = _with_hours(instance, participant, availability)
    return AskedWeek(find_week(session, program, monday).version, instance, roster_of(session, row))


def week_a_of(session: Session, program: str) -> date | None:
    """The Monday from which A and B weeks alternate."""
    return ProgramSettings.model_validate(check_program(session, program).document).week_a


def draft_with(session: Session, row: RosterRow, edits: Sequence[Edit], by: str, now: datetime) -> RosterRow:
    """A draft of a roster of a locked week with some edits, judged by the week as it is now.

    Raises:
        Problem: An edit cannot be done, or the week's data is inconsistent.
    """
    case = week_now(session, row.program, row.monday, now)
    judged = JudgedWeek.of(case, edited(case, roster_of(session, row), edits))
    row.touch(by, now)
    return add_draft(session, row.program, row.monday, judged, "edited", by, parent=row.id)


def _with_hours(instance: Instance, participant: str, availability: Availability) -> Instance:
    """The week with other hours; absences of the week stay."""
    person = next(person for person in instance.participants if person.id == participant)
    hours = availability.model_copy(update={"absences": person.availability.absences})
    changed = person.model_copy(update={"availability": hours})
    people = tuple(changed if one is person else one for one in instance.participants)
    return instance.model_copy(update={"participants": people})
