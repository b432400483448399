"""The form about a participant's hours: what it asks, and the week chosen in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from api.kernel.errors import Problem
from api.offers.new_hours import MOST_DAYS_AHEAD, hours_from
from api.offers.store import week_a_of
from api.pages.forms import Form
from api.pages.published_week import monday_of, program_now
from api.pages.typed_hours import UnreadableHoursError, read_hours
from api.programs.store.kinds import Rows
from api.weeks.models.edits import Edit, EditRequest
from scheduler.instance import Availability, Participant, PlaceRelease, Site, WeeklyWindow

RELEASES: Final = TypeAdapter(tuple[PlaceRelease, ...])
WEEKS_AHEAD: Final = MOST_DAYS_AHEAD // 7


@dataclass(frozen=True, slots=True)
class HoursQuestion:
    """Hours as a form asks about them.

    Attributes:
        weekly: The new hours; None: as they are.
        availability: The participant's availability with the new hours; None: as it is.
        monday: The week to look at.
    """

    person: Participant
    weekly: tuple[WeeklyWindow, ...] | None
    availability: Availability | None
    monday: date


def read_question(session: Session, program: str, person: Participant, form: Form, at: datetime) -> HoursQuestion | None:
    """What a form asks about a participant; None if it has errors."""
    today = program_now(session, program, at).date()
    first = form.day("first", "Choose the day from which the hours are new.") if form.text("first") else today
    if first is not None and first > today + timedelta(days=MOST_DAYS_AHEAD):
        form.wrong("first", f"Choose a day in the next {WEEKS_AHEAD} weeks.")
    weekly = None
    try:
        weekly = read_hours(form.text("hours"), Rows(session, program).all(Site)) if form.text("hours") else None
    except UnreadableHoursError as error:
        form.wrong("hours", str(error))
    if first is None or form.errors:
        return None
    availability = None
    if weekly is not None:
        availability = hours_from(person.availability, weekly, first, monday_of(today), week_a_of(session, program))
    return HoursQuestion(person, weekly, availability, _monday(form, first, today))


def _monday(form: Form, first: date, today: date) -> date:
    """The week to look at: the one chosen, or that of the first day."""
    earliest = monday_of(max(first, today))
    try:
        return max(monday_of(date.fromisoformat(form.text("week"))), earliest)
    except (ValueError, OverflowError):
        return earliest


def read_edits(form: Form) -> tuple[Edit, ...]:
    """The edits of the week that was chosen; none: only the hours are kept.

    Raises:
        Problem: They are not as our own page writes them.
    """
    if not form.text("edits"):
        return ()
    try:
        return EditRequest.model_validate_json(f'{{"edits": {form.text("edits")}}}').edits
    except ValidationError:
        raise Problem("malformed") from None


def read_released(form: Form) -> tuple[PlaceRelease, ...]:
    """The places of last week that are given up for the week chosen.

    Raises:
        Problem: They are not as our own page writes them.
    """
    try:
        return RELEASES.validate_json(form.text("released") or "[]")
    except ValidationError:
        raise Problem("malformed") from None
