"""Addresses of other programs that are told of events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from scheduler.fields import Id, Model

WebhookEvent = Literal["roster.published", "roster.unpublished"]
Events = Annotated[tuple[WebhookEvent, ...], Field(min_length=1, max_length=10, description="What it is told of.")]


class NewWebhook(Model):
    """An address to be told of events."""

    url: str = Field(max_length=2000, description="Begins with https://; its host has a public address, or one the installation allows.")
    events: Events


class WebhookChange(NewWebhook):
    """A webhook as it shall be."""

    is_enabled: bool = True


class WebhookView(Model):
    """A webhook, without its secret."""

    id: Id
    version: int = Field(description="The ETag.")
    url: str
    events: tuple[WebhookEvent, ...]
    is_enabled: bool
    disabled_reason: Literal["by_hand", "gone", "too_many_waiting"] | None = Field(
        None, description="gone: the receiver answered 410; too_many_waiting: it answered nothing any more."
    )
    failing_since: datetime | None = Field(None, description="No attempt has succeeded since.")
    former_secret_until: datetime | None = Field(None, description="Until then the former secret signs, too.")
    created_at: datetime
    created_by: str


class WebhookMade(WebhookView):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(description="Checks signatures; keep it now.")
