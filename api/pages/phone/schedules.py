"""Weekly schedules for someone who is not in the program yet, as pages show them, and the form that holds one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.kernel.errors import Problem
from api.offers.newcomers import LONGEST_HELD, first_day, places_in
from api.pages.forms import Form
from api.pages.phone.answers import OfferCard, WeekAnswer
from api.weeks.models.held_offers import OfferPlaces
from scheduler.offers import Offers

LOST: Final = "Someone else has got one of these places in the meantime. Look again."
HELD_FOR: Final = timedelta(days=1)
"""How long an offer is held if nothing else is chosen."""


@dataclass(frozen=True, slots=True)
class WeeklySchedule:
    """A weekly schedule that someone could have.

    Attributes:
        first: The first day on which it can begin.
        places: Its places, as a form sends them.
    """

    card: OfferCard
    first: date
    places: str


def schedules_of(answer: WeekAnswer, participant: str, offers: Offers | None, at: datetime) -> list[WeeklySchedule]:
    """The weeks offered as schedules, the best first."""
    schedules = []
    weeks = () if offers is None else offers.offers
    for offered, card in zip(weeks, answer.cards(weeks), strict=True):
        places = places_in(answer.week, offered.roster, participant)
        schedules.append(WeeklySchedule(card, first_day(answer.week, places.places, at), places.model_dump_json()))
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


def read_places(form: Form) -> OfferPlaces:
    """The places of the schedule that was chosen.

    Raises:
        Problem: They are not as our own page writes them.
    """
    try:
        return OfferPlaces.model_validate_json(form.text("places"))
    except ValidationError:
        raise Problem("malformed") from None
