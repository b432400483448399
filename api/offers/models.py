"""Requests and responses about offers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from api.weeks.models.held_offers import OfferPlaces
from scheduler.fields import Id, Model
from scheduler.offers import MovedPerson


class OfferedSchedule(OfferPlaces):
    """A weekly schedule that a waiting participant could have."""

    first: date = Field(description="The first day on which it can begin.")
    minutes: int = Field(description="Care minutes a week.")
    missing: tuple[str, ...] = Field((), description="Ordered care that it lacks.")
    moved: tuple[MovedPerson, ...] = Field((), description="Who has to move before it can be held.")


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
