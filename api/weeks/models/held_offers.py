"""Places that are offered to someone and held for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scheduler.fields import BookingMode, ClockTime, Id, Model, Weekday


class OfferPlace(Model):
    """A seat in a group, or the time of an appointment with a clinician and a room; the same each week."""

    group: Id | None = None
    service: Id
    day: Weekday
    start: ClockTime
    end: ClockTime
    mode: BookingMode = "in_person"
    clinicians: tuple[Id, ...] = ()
    site: Id | None = None
    room: Id | None = None


class OfferPlaces(Model):
    """The places of an offer."""

    places: Annotated[tuple[OfferPlace, ...], Field(min_length=1, max_length=50)]
