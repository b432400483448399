"""Links to participants' own pages, and the absences participants announce there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from scheduler.fields import ClockTime, Id, Model

LinkState = Literal["active", "used", "expired", "replaced", "revoked"]
AnnouncementState = Literal["open", "accepted", "declined", "withdrawn"]
DeclineReason = Literal["call_us", "already_recorded", "too_late", "unclear", "not_possible"]


class PageLinkView(Model):
    """A one-time link to a participant's own page, without its token."""

    id: Id
    participant: Id
    state: LinkState = Field(description="`replaced`: a newer link was made before this one was used.")
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None = None
    visits: int = Field(0, description="Visits begun with it that are not over.")
    seen_at: datetime | None = Field(None, description="When the participant last used the page, in one of these visits.")
    version: int


class PageLinkMade(PageLinkView):
    """A new one-time link. Its address is shown here and nowhere else."""

    url: str = Field(description="Give it to the participant; whoever has it can open the page once.")
    qr_svg: str = Field(description="The address as a QR code, an SVG image, for a screen the participant can see.")


class Announced(Model):
    """An absence to be announced: whole days, or the same hours of each day."""

    first: date
    last: date
    start: ClockTime = 0
    end: ClockTime = 1440

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last lies before first")
        if self.end <= self.start:
            raise ValueError("end lies before start")
        return self


class AnnouncementView(Announced):
    """An absence a participant announced, and what became of it."""

    id: Id
    participant: Id
    state: AnnouncementState
    reason: DeclineReason | None = Field(None, description="Why it was declined.")
    absence: Id | None = Field(None, description="The absence that accepting it made.")
    announced_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    version: int


class Decline(Model):
    """Why an announced absence is not accepted; the participant reads it in plain words."""

    reason: DeclineReason
