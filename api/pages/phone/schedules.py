"""Weekly schedules for someone who is not in the program yet, as pages show them, and the form that holds one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.kernel.errors import Problem
from api.offers.newcomers import LONGEST_HELD, first_day, places_in
from api.offers.room_made import MovesOfOthers
from api.pages.forms import Form
from api.pages.phone.answers import OfferCard, WeekAnswer
from api.pages.staff import program_url
from api.weeks.models.held_offers import OfferPlaces
from scheduler.offers import Offers

LOST: Final = "Someone else has got one of these places in the meantime. Look again."
TOO_LATE: Final = "They cannot move like this any more, so nothing was changed or held. Look again."
MOVES_REFUSED: Final = frozenset({"bad_edit", "bad_reference", "illegal_roster", "wrong_state"})
HELD_FOR: Final = timedelta(days=1)
"""How long an offer is held if nothing else is chosen."""


@dataclass(frozen=True, slots=True)
class WeeklySchedule:
    """A weekly schedule that someone could have.

    Attributes:
        first: The first day on which it can begin.
        places: Its places, as a form sends them.
        moves: What others who move change, as a form sends it; empty: nobody moves, or it is too late for that in this week.
    """

    card: OfferCard
    first: date
    places: str
    moves: str


def schedules_of(answer: WeekAnswer, participant: str, offers: Offers | None, at: datetime) -> list[WeeklySchedule]:
    """The weeks offered as schedules, the best first."""
    schedules = []
    weeks = () if offers is None else offers.offers
    for offered, card in zip(weeks, answer.cards(weeks), strict=True):
        places = places_in(answer.week, offered.roster, participant)
        moves = answer.moves(offered, at)
        sent = "" if moves is None else moves.model_dump_json(exclude_unset=True)
        schedules.append(WeeklySchedule(card, first_day(answer.week, places.places, at), places.model_dump_json(), sent))
    return schedules


def read_until(form: Form, zone: ZoneInfo, at: datetime) -> datetime | None:
    """When an offer ends by itself; None if the form has errors."""
    day = form.day("until_day", "Choose until when the offer is held.")
    minute = form.clock("until_time", "Write a time, e.g. 17:00.")
    if day is None or minute is None:
        return None
    until = datetime.combine(day, time(minute // 60 % 24, minute % 60), zone).astimezone(UTC)
    if not at < until <= at + LONGEST_HELD:
        form.wrong("until_day", f"Choose a time in the next {LONGEST_HELD.days} days.")
        return None
    return until


def read_moves(form: Form) -> MovesOfOthers | None:
    """What others who move change for the schedule that was chosen; None: nobody moves.

    Raises:
        Problem: It is not as our own page writes it.
    """
    try:
        return MovesOfOthers.model_validate_json(form.text("moves")) if form.text("moves") else None
    except ValidationError:
        raise Problem("malformed") from None


def refusal(problem: Problem, moves: MovesOfOthers | None) -> str:
    """Why an offer was not held, for the person at the form.

    Raises:
        Problem: It is about something else than the places.
    """
    if problem.code == "changed_meanwhile":
        return LOST
    if moves is not None and problem.code in MOVES_REFUSED:
        return TOO_LATE
    raise problem


def after_holding(program: str, moves: MovesOfOthers | None) -> str:
    """Where a held offer leads: to the calls if others moved for it, otherwise to what is held."""
    return program_url(program, "phone#waiting" if moves is None else f"happened/calls/{moves.monday}")


def read_places(form: Form) -> OfferPlaces:
    """The places of the schedule that was chosen.

    Raises:
        Problem: They are not as our own page writes them.
    """
    try:
        return OfferPlaces.model_validate_json(form.text("places"))
    except ValidationError:
        raise Problem("malformed") from None
