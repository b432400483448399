"""Consents of participants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field, model_validator

from scheduler.fields import Id, Model

ConsentKind = Literal["guardian_feed", "guest_feed", "attendance_letter", "employer_letter", "court_letter", "hand_off", "email"]
ConsentState = Literal["to_come", "in_force", "expired", "withdrawn"]


class ConsentRecord(Model):
    """A consent to be recorded."""

    kind: ConsentKind = Field(
        description="What is allowed: a guardian's calendar link, that of a guest, letters that say when the participant attended, "
        "the same for an employer with the appointments ahead, or for a court with those missed, "
        "a summary of hours for the next provider, messages by e-mail."
    )
    guest: Id | None = Field(None, description="For `guest_feed`, and only there: the guest who may have a calendar link.")
    first: date = Field(description="First date on which it is in force.")
    last: date | None = Field(None, description="Last date, inclusive; null: until it is withdrawn.")
    reference: Id | None = Field(None, description="Code of the signed form, e.g. its number in the file; not free text.")

    @model_validator(mode="after")
    def _in_order(self) -> ConsentRecord:
        if self.last is not None and self.last < self.first:
            raise ValueError("last is before first")
        if (self.kind == "guest_feed") != (self.guest is not None):
            raise ValueError("name a guest for guest_feed, and for nothing else")
        return self


class ConsentView(ConsentRecord):
    """A stored consent."""

    id: Id
    participant: Id
    state: ConsentState = Field(description="State today, in the program's zone.")
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    version: int
