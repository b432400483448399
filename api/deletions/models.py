"""Deletions of a participant's data."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from scheduler.fields import Id, Model
from scheduler.names import Tag


class NewDeletion(Model):
    """A participant whose data is to be deleted."""

    participant: Id = Field(description="An archived participant.")
    reason: Tag | None = Field(
        None, description="Code of why it is deleted before its time, e.g. request; no free text. Required until `kept_until` has passed."
    )


class DeletionView(Model):
    """The record that a participant's data was deleted: who did it, when, and what kinds; nothing of what it was."""

    id: Id
    participant: Id = Field(description="The id that the participant had.")
    at: datetime
    by: str
    last_service: date | None = Field(description="Date of the last session or attendance, or of the discharge.")
    kept_until: date = Field(description="Last date for which the program's policy (`record_years`) keeps the records.")
    reason: Tag | None = Field(None, description="Why it was deleted before its time.")
    rows: dict[str, int] = Field(description="Number of rows deleted or rewritten, by table.")
    is_dry_run: bool = Field(False, description="Whether nothing was deleted.")
