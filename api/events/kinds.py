"""The events that other programs may be notified of. Each carries ids, versions and states: never a name, a time of care or a text."""

from __future__ import annotations

from typing import Literal

WebhookEvent = Literal[
    "roster.published", "roster.unpublished", "job.finished", "attendance.changed", "absence.announced", "absence.answered",
    "absence.withdrawn", "call.done", "call.reopened", "participant.changed",
]  # fmt: skip

MarkChange = Literal["recorded", "corrected", "deleted"]
"""What happened to the attendance of a participant in a session."""
PersonChange = Literal["created", "changed", "discharged", "archived", "restored", "deleted"]
"""What happened to a participant."""
