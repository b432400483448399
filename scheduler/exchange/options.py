"""The display options of a calendar, chosen by its reader. By default it shows times and nothing else."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from scheduler.fields import Label, Model

LONGEST_LABEL = 60


def _trimmed(text: object) -> object:
    return (text.strip() or None) if isinstance(text, str) else text


class FeedOptions(Model):
    """The label and switches of a calendar."""

    label: Annotated[Annotated[Label, Field(max_length=LONGEST_LABEL)] | None, BeforeValidator(_trimmed)] = Field(
        None, description="The title of every event. None: 'Appointment'; for clinicians, the group and its size, or initials."
    )
    is_private: bool = Field(
        True, description="Mark events as private. Google then shows them as busy only; otherwise with label and place."
    )
    has_place: bool = Field(False, description="Show the place: the label of the site for participants, the room for clinicians.")
    reminder_minutes: int | None = Field(
        None, ge=0, le=2880, description="Minutes before the start to show a reminder, if the calendar app allows it. None: no reminder."
    )


CLINICIAN_OPTIONS = FeedOptions(has_place=True)
"""The defaults of a clinician's calendar."""
