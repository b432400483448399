"""Outgoing messages."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.events.store import MessageKind
from scheduler.fields import Id, Model

MessageState = Literal["waiting", "delivered", "dead", "dropped"]


class AttemptView(Model):
    """One attempt to deliver a message."""

    at: datetime
    code: str = Field(description="A class of status codes (2xx, 4xx, ...), or what went wrong (timed_out, unreachable, ...).")


class MessageView(Model):
    """An outgoing message. It shows ids, never the address or the content."""

    id: str = Field(description="The same in every attempt: `webhook-id`, or the first part of the Message-ID.")
    version: int = Field(description="The ETag.")
    kind: MessageKind
    event: str
    state: MessageState = Field(description="`dead` if given up after repeated attempts, `dropped` if no longer needed.")
    reason: str | None = Field(
        None, description="Why it is dead or dropped: the code of an attempt, or over, told, replaced, disabled, ..."
    )
    call: Id | None = Field(None, description="The entry of the call list a mail is about.")
    webhook: Id | None = None
    attempts: int
    due_at: datetime | None = Field(None, description="Time of the next attempt, while waiting.")
    created_at: datetime
    finished_at: datetime | None = None
    log: tuple[AttemptView, ...] = Field((), description="The last ten attempts.")
