"""Routes of webhooks: addresses that are notified of a program's events by signed messages without content."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Request, Response

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import WebhookRow
from api.events.kinds import WebhookEvent
from api.kernel.errors import Place, Problem
from api.kernel.settings import Settings
from api.outbound import OutboundError, endpoint_of, limits_of
from api.outbox.models import MessageView
from api.outbox.routes import message_view
from api.outbox.store import messages_of
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, acting_on, changing
from api.web.dependencies import Now, Reading, SettingsOf, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import After, Limit, Page, page
from api.web.problems import problems
from api.web.versions import etag
from api.webhooks.models import NewWebhook, WebhookChange, WebhookMade, WebhookView
from api.webhooks.store import change_webhook, create_webhook, find_webhook, list_webhooks, ping, rotate_secret
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/webhooks", tags=["webhooks"], route_class=Repeatable)

WebhookId = Annotated[Id, Path(description="The webhook.")]
CHANGING = ("not_found", "changed_meanwhile", "no_etag")


async def _webhook_to_change(program: ProgramId, webhook: WebhookId) -> Find[WebhookRow]:
    return lambda session: find_webhook(session, program, webhook, to_change=True)


ChangingWebhook = Annotated[Changing[WebhookRow], changing(_webhook_to_change)]


@router.get("", summary="List webhooks", responses=problems("not_found"))
def list_program_webhooks(
    act: Annotated[Act, needs("admin", "webhook.list")],
    program: ProgramId,
    session: Reading,
    listing: Annotated[Listing, listing_by("id", default="id")],
) -> Page[WebhookView]:
    """List webhooks with their events and how they respond; never the secrets."""
    return listed(list_webhooks(session, program, listing), _view)


@router.post("", status_code=201, summary="Register a webhook", responses=problems("not_found", "wrong_state", *BODY_CODES))
def register_webhook(
    act: Annotated[Act, needs("admin", "webhook.create")],
    body: Annotated[NewWebhook, json_body(NewWebhook)],
    program: ProgramId,
    session: Writing,
    settings: SettingsOf,
    request: Request,
    response: Response,
    now: Now,
) -> WebhookMade:
    """Register an address for events. Messages contain only ids and a time; the receiver reads the rest from the API with its own key.

    Messages are signed according to Standard Webhooks, with the secret in this response. It is shown only here: store it now.
    """
    _check_url(body.url, settings)
    row = create_webhook(session, program, body.url, body.events, act.caller.name, now)
    request.state.act = act.about(webhook=row.id)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return _with_secret(row, row.secret, response)


@router.get("/{webhook}", summary="Get a webhook", responses=problems("not_found"))
def get_webhook(
    act: Annotated[Act, needs("admin", "webhook.view")], program: ProgramId, webhook: WebhookId, session: Reading, response: Response
) -> WebhookView:
    """Get a webhook without its secret."""
    row = find_webhook(session, program, webhook)
    response.headers["ETag"] = etag(row.version)
    return _view(row)


@router.put("/{webhook}", summary="Replace a webhook", responses=problems(*CHANGING, *BODY_CODES))
def replace_webhook(
    act: Annotated[Act, needs("admin", "webhook.change")],
    body: Annotated[WebhookChange, json_body(WebhookChange)],
    changing: ChangingWebhook,
    settings: SettingsOf,
) -> WebhookView:
    """Change a webhook's address or events, disable it, or enable it again. Messages waiting for a disabled webhook are not sent."""
    _check_url(body.url, settings)
    change_webhook(changing.row, body.url, body.events, body.is_enabled, changing.by, changing.now)
    return changing.answer(_view(changing.row))


@router.delete("/{webhook}", status_code=204, summary="Delete a webhook", responses=problems(*CHANGING))
def delete_webhook(act: Annotated[Act, needs("admin", "webhook.delete")], changing: ChangingWebhook) -> None:
    """Delete a webhook together with its messages."""
    changing.session.delete(changing.row)


@router.post("/{webhook}/rotate", summary="Rotate a webhook's secret", responses=problems(*CHANGING))
def rotate_webhook(act: Annotated[Act, needs("admin", "webhook.rotate")], changing: ChangingWebhook) -> WebhookMade:
    """Give a webhook a new secret, shown only in this response. For 24 hours messages are signed with both, so that none is missed."""
    return _with_secret(changing.row, rotate_secret(changing.row, changing.by, changing.now), changing.response)


@router.post("/{webhook}/test", status_code=202, summary="Test a webhook", responses=problems("not_found", "wrong_state"))
def test_webhook(
    act: Annotated[Act, needs("admin", "webhook.test")],
    changing: Annotated[Changing[WebhookRow], acting_on(_webhook_to_change)],
    request: Request,
) -> MessageView:
    """Send the event `webhook.test`. The response is the message; its outcome appears in the webhook's messages."""
    message = ping(changing.session, changing.row, changing.now)
    request.state.act = act.about(message=message.id)
    return message_view(message)


@router.get("/{webhook}/messages", summary="List a webhook's messages", responses=problems("not_found"))
def list_webhook_messages(
    act: Annotated[Act, needs("admin", "webhook.messages")],
    program: ProgramId,
    webhook: WebhookId,
    session: Reading,
    limit: Limit = 50,
    after: After = None,
) -> Page[MessageView]:
    """List sent and waiting messages, latest first, with their last attempts: a class of status codes, never a response body."""
    find_webhook(session, program, webhook)
    rows = messages_of(session, program, state=None, webhook=webhook, after=after, limit=limit)
    return page(rows, limit, message_view)


def _check_url(url: str, settings: Settings) -> None:
    """Check what can be checked of an address before anything is sent to it."""
    if not url.startswith("https://"):
        raise Problem("wrong_shape", issues=[Place(code="not_https", path="url", message="begin it with https://")])
    limits = limits_of(settings)
    try:
        endpoint_of(url, limits.ports, is_private_allowed=limits.is_private_allowed)
    except OutboundError as error:
        raise Problem("wrong_shape", issues=[Place(code=error.code, path="url", message=error.detail)]) from None


def _fields(row: WebhookRow) -> dict[str, Any]:
    until: datetime | None = row.former_until
    return {
        "id": row.id,
        "version": row.version,
        "url": row.url,
        "events": tuple(cast(list[WebhookEvent], row.events)),
        "is_enabled": row.disabled_at is None,
        "disabled_reason": row.disabled_reason,
        "failing_since": row.failing_since,
        "former_secret_until": until,
        "created_at": row.created_at,
        "created_by": row.created_by,
    }


def _view(row: WebhookRow) -> WebhookView:
    return WebhookView(**_fields(row))


def _with_secret(row: WebhookRow, secret: str, response: Response) -> WebhookMade:
    """The only response that contains the secret; it must not be stored."""
    response.headers["ETag"] = etag(row.version)
    response.headers["Cache-Control"] = "no-store"
    return WebhookMade(**_fields(row), secret=secret)
