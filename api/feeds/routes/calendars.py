"""Calendar links for calendar programs. They are public, because such programs send neither keys nor cookies: the link is the secret."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.database import Store
from api.database.tables.base import now
from api.feeds.calendar_clients import client_of
from api.feeds.store import calendar_files as feed_bytes
from api.feeds.store.current_files import current_file
from api.feeds.store.fetches import is_to_be_noted, note_seen
from api.kernel.errors import Problem
from api.security.rates import stranger
from api.security.tokens import token_hash
from api.web.callers import address_of, rates_of
from api.web.conditional_requests import http_date, is_unchanged
from api.web.dependencies import StoreOf, store_of
from api.web.problems import problems, respond

T = TypeVar("T")

router = APIRouter(tags=["feeds"])

LINK = re.compile(r"/cal/([^/]+)\.ics")

MEDIA_TYPE = "text/calendar; charset=utf-8"
# Cached only by the calendar program and revalidated each time: guessing how long it is fresh would hide changes.
HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
INLINE = {"Content-Disposition": 'inline; filename="calendar.ics"'}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The calendar.", "content": {"text/calendar": {"schema": {"type": "string"}}}},
    304: {"description": "The calendar matches `If-None-Match`, or is unchanged since `If-Modified-Since`."},
}


async def _moment(request: Request) -> datetime:
    """The time to the second, by the application's clock."""
    moment: datetime = getattr(request.app.state, "clock", now)()
    return moment.replace(microsecond=0)


@router.get("/cal/{token}.ics", summary="Get a calendar", response_class=Response, responses=ANSWERS | problems("not_found", "too_many"))
@router.head("/cal/{token}.ics", include_in_schema=False)
def fetch_calendar(
    request: Request,
    store: StoreOf,
    at: Annotated[datetime, Depends(_moment)],
    token: Annotated[str, Path(description="The secret part of the link.")],
    copy: Annotated[Literal["1"] | None, Query(description="1: as a file to download, which will not update.")] = None,
    if_none_match: Annotated[str | None, Header(description="The ETag of the calendar you have.")] = None,
    if_modified_since: Annotated[str | None, Header(description="When you fetched it, if you have no ETag.")] = None,
) -> Response:
    """Get a person's appointments as iCalendar, for calendar programs that subscribe to the link.

    A link that was revoked, replaced or has expired shows a note for 30 days; after that it is unknown.
    """
    hashed, rates = token_hash(token), rates_of(request)
    rates.charge("feeds", f"link:{hashed}")
    if copy is not None:
        body = _or_not_found(request, feed_bytes.copy(store, hashed, at))
        return _answer(request, body, HEADERS | {"Content-Disposition": 'attachment; filename="appointments.ics"'})
    served = _or_not_found(request, feed_bytes.serve(store, hashed, at))
    noting = None if served.is_ended else _noting(store, request, served.feed, served.seen_at, at)
    headers = _headers(served.etag, served.modified_at, at)
    if is_unchanged(served.etag, served.modified_at, if_none_match, if_modified_since):
        return Response(status_code=304, headers=headers, background=noting)
    return _answer(request, served.body, headers | INLINE, noting)


class CurrentCalendars:
    """Middleware that answers most fetches of calendars: those of current bytes. All others go on to the route.

    Calendar programs fetch all day, and identifying a caller and reading the parameters of a route takes longer than the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the fetch, or pass the request on."""
        link = LINK.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if link is None or scope["query_string"]:
            return await self.app(scope, receive, send)
        request = Request(scope)
        # The log names the route, since the path has the token.
        scope["route"] = ROUTE
        answer = await run_in_threadpool(_current, request, token_hash(link[1]), await _moment(request))
        await (self.app if answer is None else answer)(scope, receive, send)


def _current(request: Request, hashed: str, at: datetime) -> Response | None:
    store, tags = store_of(request), request.headers.get("if-none-match")
    file = current_file(store, hashed, at, tags or "")
    if file is None:
        return None
    try:
        rates_of(request).charge("feeds", f"link:{hashed}")
    except Problem as problem:
        return respond(request, problem)
    headers, noting = _headers(file.etag, file.modified_at, at), _noting(store, request, file.feed, file.seen_at, at)
    if file.body is None or is_unchanged(file.etag, file.modified_at, tags, request.headers.get("if-modified-since")):
        return Response(status_code=304, headers=headers, background=noting)
    return _answer(request, file.body, headers | INLINE, noting)


def _headers(etag: str, modified_at: datetime, at: datetime) -> dict[str, str]:
    """The headers of a calendar; it was not changed later than it is sent, which two changes within a second could cause."""
    return {**HEADERS, "ETag": etag, "Last-Modified": http_date(min(modified_at, at))}


ROUTE = router.routes[0]


def _or_not_found(request: Request, content: T | None) -> T:
    """The calendar found, or the same refusal for every unknown link, counted by address."""
    if content is None:
        rates_of(request).charge("strays", stranger(address_of(request)))
        raise Problem("not_found")
    return content


def _answer(request: Request, body: bytes, headers: dict[str, str], noting: BackgroundTask | None = None) -> Response:
    if request.method == "HEAD":
        return Response(headers=headers | {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(body))}, background=noting)
    return Response(body, media_type=MEDIA_TYPE, headers=headers, background=noting)


def _noting(store: Store, request: Request, feed: str, seen_at: datetime | None, at: datetime) -> BackgroundTask | None:
    """Record a fetch once the response is sent, if the last record is old enough."""
    if not is_to_be_noted(seen_at, at):
        return None
    return BackgroundTask(note_seen, store, feed, client_of(request.headers.get("user-agent")), at)
