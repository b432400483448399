"""Repeatable POSTs: a request resent with the same `Idempotency-Key` is not carried out twice, and gets the same response.

A router opts in with ``router = APIRouter(route_class=Repeatable)``. A claim on the key is written before the route is called, and the
route's own transaction marks it as carried out: even after a crash between the effect and its response, a second request does not repeat
it. The response is kept for a day. Streams, and responses that hold a secret (`Cache-Control: no-store`), are not kept.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from api.kernel.errors import Place, Problem
from api.kernel.settings import Settings
from api.web import idempotency_claims
from api.web.callers import caller_of
from api.web.dependencies import RequiredPermission, audit_writer_of, store_of
from api.web.idempotency_claims import NO_ANSWER, Claim, ClaimLostError, ClaimRefusal, StoredResponse, claim_key

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")

NOT_BEGUN = frozenset({401, 403, 413, 415, 422, 428, 429})
"""Statuses of requests refused before anything was done; like those from 500 on, they are not stored."""

OWN_HEADERS = frozenset({"content-length", "date", "server", "x-request-id"})
"""Headers that belong to a single response, not to its content."""


class Repeatable(APIRoute):
    """A route whose POST may be sent again with the same `Idempotency-Key`."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Repeat the stored response if the key is known; otherwise call the route and store its response."""
        if scope["method"] != "POST":
            return await super().handle(scope, receive, send)
        request = Request(scope, receive)
        keys = request.headers.getlist(HEADER)
        needed = next(needs_of(self.dependant), None)
        if not keys or needed is None:
            return await super().handle(scope, receive, send)
        caller = await caller_of(request)
        # A caller who has lost the permission does not get the stored response either.
        act = await needed(request)
        body = await _whole_body(request)
        address = f"{scope['path']}?{scope.get('query_string', b'').decode('latin-1')}"
        request_key = ("POST", caller.name, address, _checked(keys))
        outcome = await run_in_threadpool(claim_key, store_of(request), request_key, body)
        if isinstance(outcome, StoredResponse):
            await audit_writer_of(request).record(act.about(replayed="yes"))
            await Response(outcome.body, outcome.status, {**outcome.headers, REPLAYED: "true"})(scope, receive, send)
        elif isinstance(outcome, Claim):
            request.state.claim = outcome
            await self._first(scope, _read_again(body, receive), send, outcome)
        else:
            raise _refusal(outcome)

    async def _first(self, scope: Scope, receive: Receive, send: Send, claim: Claim) -> None:
        """Call the route, and store its response before sending it."""
        start: Message = {}
        is_settled = False

        async def keep(message: Message) -> None:
            nonlocal start, is_settled
            if message["type"] == "http.response.start":
                start = message
                return
            if not is_settled:
                is_settled = True
                await run_in_threadpool(claim.settle, _answer(start, message))
                await send(start)
            await send(message)

        renewal = asyncio.create_task(_renewed(claim))
        try:
            await super().handle(scope, receive, keep)
        except Exception as error:
            if not is_settled:
                await run_in_threadpool(claim.settle, None)
            if isinstance(error, ClaimLostError):
                raise _refusal("running") from None
            raise
        finally:
            renewal.cancel()


async def _renewed(claim: Claim) -> None:
    """Renew a claim now and then, until cancelled."""
    while True:
        await asyncio.sleep(idempotency_claims.RENEWED_EVERY)
        # A database that is away for a moment does not end the request.
        with suppress(DBAPIError):
            await run_in_threadpool(claim.renew)


def needs_of(dependant: Dependant) -> Iterator[RequiredPermission]:
    """The permissions a route requires."""
    for part in dependant.dependencies:
        if isinstance(part.call, RequiredPermission):
            yield part.call
        yield from needs_of(part)


def _checked(keys: list[str]) -> str:
    if len(keys) != 1 or KEY.fullmatch(keys[0]) is None:
        message = "send one key of 1 to 255 visible ASCII characters, e.g. a UUID"
        raise Problem("wrong_shape", issues=[Place(code="idempotency_key", path=f"header.{HEADER}", message=message)])
    return keys[0]


async def _whole_body(request: Request) -> bytes:
    settings: Settings = request.app.state.settings
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > settings.body_bytes_most:
            raise Problem("too_large", f"Send at most {settings.body_bytes_most} bytes.")
        parts.append(part)
    return b"".join(parts)


def _read_again(body: bytes, receive: Receive) -> Receive:
    """A receive function that replays a body that has been read."""
    is_read = False

    async def again() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _answer(start: Message, body: Message) -> StoredResponse | None:
    """The part of a response to store; None for a refusal, a defect or a stream."""
    status: int = start["status"]
    if status >= 500 or status in NOT_BEGUN or body.get("more_body", False):
        return None
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    if "set-cookie" in headers or "no-store" in headers.get("cache-control", ""):
        return StoredResponse(NO_ANSWER, {}, b"")
    return StoredResponse(status, {name: value for name, value in headers.items() if name not in OWN_HEADERS}, body.get("body", b""))


def _refusal(reason: ClaimRefusal) -> Problem:
    if reason == "running":
        return Problem("still_running", "Retry in a moment.", headers={"Retry-After": "2"})
    if reason == "reused":
        return Problem("key_reused", "Its body was different. Use a new key for a new request.")
    return Problem("answer_gone", "Check what it created. To repeat it, use a new key.")
