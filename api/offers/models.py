"""Requests and responses about offers, and the question as it crosses to a child process with its answer."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from api.tools.models import RosterOfInstance
from api.weeks.models.held_offers import OfferPlaces
from scheduler.fields import Id, Model
from scheduler.roster import Roster


class OfferQuestion(RosterOfInstance):
    """A week, its roster, and whose week is asked for."""

    participant: Id


class OfferedWeek(Model):
    """A week that the participant could have.

    Attributes:
        broken: What the roster breaks because the participant leaves a group, in sentences.
    """

    roster: Roster
    broken: tuple[str, ...] = ()


class OfferedWeeks(Model):
    """The weeks, the best first."""

    weeks: tuple[OfferedWeek, ...] = ()


class OfferedSchedule(OfferPlaces):
    """A weekly schedule that a waiting participant could have."""

    first: date = Field(description="The first day on which it can begin.")
    minutes: int = Field(description="Care minutes a week.")


class NewOffer(OfferPlaces):
    """An offer to hold: the places of a schedule that was found."""

    participant: Id = Field(description="A participant with the status `waiting`.")
    until: AwareDatetime = Field(description="When the offer ends by itself, within two weeks.")


class HeldOffer(OfferPlaces):
    """An offer that is held: nobody else is given its places until it ends."""

    id: Id
    participant: Id
    first: date = Field(description="The first day of the schedule.")
    until: datetime = Field(description="When it ends by itself.")
    created_at: datetime
    created_by: str


class AcceptedOffer(Model):
    """Where the places of an accepted offer are."""

    participant: Id
    monday: date = Field(description="The first week of the schedule.")
    roster: Id | None = Field(description="The draft of that week with the places; null: nothing is published there, so they are pinned.")
