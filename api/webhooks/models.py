"""Webhooks: addresses that are notified of events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.events.kinds import WebhookEvent
from scheduler.fields import Id, Model

Events = Annotated[tuple[WebhookEvent, ...], Field(min_length=1, max_length=20, description="The events it is notified of.")]


class NewWebhook(Model):
    """An address to be notified of events."""

    url: str = Field(max_length=2000, description="Must begin with https://, with a public host or one that the installation allows.")
    events: Events


class WebhookChange(NewWebhook):
    """The new state of a webhook."""

    is_enabled: bool = True


class WebhookView(Model):
    """A webhook, without its secret."""

    id: Id
    version: int = Field(description="The ETag.")
    url: str
    events: tuple[WebhookEvent, ...]
    is_enabled: bool
    disabled_reason: Literal["by_hand", "gone", "too_many_waiting"] | None = Field(
        None, description="gone: the receiver answered 410; too_many_waiting: it stopped responding."
    )
    failing_since: datetime | None = Field(None, description="No attempt has succeeded since.")
    former_secret_until: datetime | None = Field(None, description="Until then the former secret signs, too.")
    created_at: datetime
    created_by: str


class WebhookMade(WebhookView):
    """A webhook with its secret, which is shown only once."""

    secret: str = Field(description="Verifies signatures; store it now.")
