"""Routes of outgoing messages for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Path, Query, Response

from api.audit.acts import Act
from api.database.tables import MessageRow
from api.events.store import MessageKind
from api.outbox.models import AttemptView, MessageState, MessageView
from api.outbox.store import find_message, messages_of, retry
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId
from api.web.changing import Changing, Find, changing
from api.web.dependencies import Reading, needs
from api.web.idempotency import Repeatable
from api.web.paging import After, Limit, Page, page
from api.web.problems import problems
from api.web.versions import etag
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/outbox", tags=["outbox"], route_class=Repeatable)

MessageId = Annotated[Id, Path(description="The message.")]

InState = Annotated[MessageState | None, Query(description="Only messages in this state.")]


async def _message_to_change(program: ProgramId, message: MessageId) -> Find[MessageRow]:
    return lambda session: find_message(session, program, message, to_change=True)


@router.get("", summary="List outgoing messages", responses=problems("not_found"))
def list_messages(
    act: Annotated[Act, needs("roster:read", "message.list")],
    program: ProgramId,
    session: Reading,
    state: InState = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[MessageView]:
    """List mails and webhook messages, latest first: waiting, delivered and given up. Finished ones are kept for 30 to 90 days."""
    check_program(session, program)
    rows = messages_of(session, program, state=state, after=after, limit=limit)
    return page(rows, limit, message_view)


@router.get("/{message}", summary="Get a message", responses=problems("not_found"))
def get_message(
    act: Annotated[Act, needs("roster:read", "message.view")], program: ProgramId, message: MessageId, session: Reading, response: Response
) -> MessageView:
    """Get a message with its last attempts."""
    row = find_message(session, program, message)
    response.headers["ETag"] = etag(row.version)
    return message_view(row)


@router.post(
    "/{message}/retry", summary="Retry a dead message", responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag")
)
def retry_message(
    act: Annotated[Act, needs("roster:write", "message.retry")],
    changing: Annotated[Changing[MessageRow], changing(_message_to_change)],
) -> MessageView:
    """Retry a dead message after its cause has been fixed. It keeps its id."""
    retry(changing.row, changing.now)
    return changing.answer(message_view(changing.row))


def message_view(row: MessageRow) -> MessageView:
    """The response's form of a message, without address and content."""
    return MessageView(
        id=row.id,
        version=row.version,
        kind=cast(MessageKind, row.kind),
        event=row.event,
        state=cast(MessageState, row.state),
        reason=row.reason,
        call=row.call,
        webhook=row.webhook,
        attempts=row.attempts,
        due_at=row.due_at if row.state == "waiting" else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
        log=tuple(AttemptView(at=datetime.fromisoformat(entry["at"]), code=entry["code"]) for entry in row.log),
    )
