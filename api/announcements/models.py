"""Absences that participants announce on their own pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from scheduler.fields import ClockTime, Id, Model

AnnouncementState = Literal["open", "accepted", "declined", "withdrawn"]
DeclineReason = Literal["call_us", "already_recorded", "too_late", "unclear", "not_possible"]


class NewAnnouncement(Model):
    """An absence to be announced: whole days, or the same hours of each day."""

    first: date
    last: date
    start: ClockTime = 0
    end: ClockTime = 1440

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last is before first")
        if self.end <= self.start:
            raise ValueError("end is before start")
        return self


class AnnouncementView(NewAnnouncement):
    """An absence announced by a participant, and its state."""

    id: Id
    participant: Id
    state: AnnouncementState
    reason: DeclineReason | None = Field(None, description="Why it was declined.")
    absence: Id | None = Field(None, description="The absence created when it was accepted.")
    announced_at: datetime
    seen_at: datetime | None = Field(None, description="When staff said that they have read it, or answered it; the participant sees this.")
    decided_at: datetime | None = None
    decided_by: str | None = None
    version: int


class Decline(Model):
    """Why an announced absence is declined; the participant reads the reason in plain words."""

    reason: DeclineReason
