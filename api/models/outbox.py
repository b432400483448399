"""Contacts, webhooks and messages on their way out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from api.outbox.addresses import as_email
from api.outbox.queue import MessageKind
from scheduler.fields import Id, Model

WebhookEvent = Literal["roster.published", "roster.unpublished"]
MessageState = Literal["waiting", "delivered", "dead", "dropped"]
Events = Annotated[tuple[WebhookEvent, ...], Field(min_length=1, max_length=10, description="What it is told of.")]


class ContactRecord(Model):
    """How to reach somebody."""

    email: Annotated[str, Field(max_length=254), AfterValidator(as_email)] = Field(description="One address; never logged.")


class ContactView(ContactRecord):
    """A contact, and whether it is used."""

    version: int = Field(description="The ETag.")
    is_mailed: bool = Field(
        description="Mails are sent: a mail server is set up, and a participant has consented (kind email), in force today."
    )
    changed_at: datetime
    changed_by: str


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


class AttemptView(Model):
    """One attempt to deliver a message."""

    at: datetime
    code: str = Field(description="A class of status codes (2xx, 4xx, ...), or what went wrong (timed_out, unreachable, ...).")


class MessageView(Model):
    """A message on its way out. It names ids, never an address or what it says."""

    id: str = Field(description="Receivers see it in every attempt: `webhook-id`, or the first part of the Message-ID.")
    version: int = Field(description="The ETag.")
    kind: MessageKind
    event: str
    state: MessageState = Field(description="dead: tried often enough; dropped: not to be sent any more.")
    reason: str | None = Field(None, description="Why it is dead or dropped: a code of an attempt, or over, told, replaced, disabled, ...")
    call: Id | None = Field(None, description="The entry of the call list a mail is about.")
    webhook: Id | None = None
    attempts: int
    due_at: datetime | None = Field(None, description="The next attempt, while it waits.")
    created_at: datetime
    finished_at: datetime | None = None
    log: tuple[AttemptView, ...] = Field((), description="The last ten attempts.")
