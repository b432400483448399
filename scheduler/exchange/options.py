"""How a calendar shows its events: what whoever reads it may choose. Without a choice it tells when, and nothing else."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from scheduler.fields import Label, Model

LONGEST_LABEL = 60


def _trimmed(text: object) -> object:
    return (text.strip() or None) if isinstance(text, str) else text


class FeedOptions(Model):
    """Label and switches of a calendar."""

    label: Annotated[Annotated[Label, Field(max_length=LONGEST_LABEL)] | None, BeforeValidator(_trimmed)] = Field(
        None, description="What every appointment is called. None: Appointment; for clinicians the group and its count, or initials."
    )
    is_private: bool = Field(
        True, description="Marked as private. Google then shows subscribed appointments as busy only; without it, with label and place."
    )
    has_place: bool = Field(False, description="Show the place: for participants the label of the site, for clinicians the room.")
    reminder_minutes: int | None = Field(
        None, ge=0, le=2880, description="A reminder so many minutes ahead, where the calendar program allows it. None: none."
    )


CLINICIAN_OPTIONS = FeedOptions(has_place=True)
"""What a clinician's calendar shows without a choice."""
