"""What is due in a program."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from scheduler.fields import Id, Model

DueKind = Literal[
    "authorization_end", "authorization_units", "authorization_review", "authorization_answer", "authorization_denied",
    "phase_end", "below_floor", "no_session", "waiting", "hold_end", "outreach", "missed_again", "unmarked", "leave", "closure", "message",
]  # fmt: skip


class Concern(Model):
    """Someone or something that a line of the list is about."""

    kind: Literal["participant", "clinician", "group", "session", "site", "phase", "message"]
    id: str


class DueItem(Model):
    """A line of the list of what is due. It names ids only."""

    id: str = Field(description="The same as long as the matter is open.")
    date: dt.date
    working_days: int = Field(description="Working days left; negative if it is overdue.")
    kind: DueKind
    message: str = Field(description="What is due.")
    to_do: str = Field(description="What settles it.")
    address: str = Field(description="Where it is settled: a path of this API.")
    concerns: tuple[Concern, ...] = ()
    responsible: Id | None = Field(None, description="The clinician who is responsible; null: the coordinator.")
