"""The outer layers of every request: its id, log line and metrics, and the response to any defect."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from contextlib import ExitStack
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.database.outages import Outages
from api.kernel.errors import Problem
from api.kernel.logs import request_id
from api.web.event_streams import Streams
from api.web.metrics import Metrics
from api.web.problems import respond

log = logging.getLogger("stepdown.request")

SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Requested every few seconds by machines; their lines would drown out the others.
QUIET = {"/health", "/ready", "/metrics"}
GONE = 499  # as in nginx: the client closed the connection before the response


class Defects:
    """The innermost of these layers: logs and answers unexpected exceptions, within the headers and the request id."""

    def __init__(self, app: ASGIApp, outages: Outages) -> None:
        self.app, self.outages = app, outages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        has_started = False

        async def watched(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            raise
        except Exception as error:
            outage = self.outages.note(error)
            what = "a defect" if outage is None else "the database is away or full"
            log.error(what, exc_info=error, extra={"fields": {"method": scope["method"], "route": route_of(scope)}})
            # A partly sent response cannot be repaired: the connection breaks, and the caller notices.
            if has_started:
                raise
            problem = defect() if outage is None else Problem("not_ready", outage, headers={"Retry-After": "5"})
            await respond(Request(scope), problem)(scope, receive, send)


def defect() -> Problem:
    """The problem that reports an unexpected exception to the caller."""
    return Problem("defect", "The details are in the log under this request id.")


class RequestLog:
    """The outermost layer: adds the request id to every response, writes one log line per request, and updates the metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics, streams: Streams) -> None:
        self.app, self.metrics, self.streams = app, metrics, streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        answer = _Answer(_id_of(scope), send, self.streams)
        scope.setdefault("state", {})["request_id"] = answer.id
        token, begun = request_id.set(answer.id), time.perf_counter()
        try:
            await self._pass_on(answer, scope, receive)
        finally:
            self._tell(scope, answer, time.perf_counter() - begun)
            request_id.reset(token)

    async def _pass_on(self, answer: _Answer, scope: Scope, receive: Receive) -> None:
        try:
            with answer.open:
                await self.app(scope, receive, answer.send)
        except ClientDisconnect:
            answer.status = answer.status or GONE
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not (answer.is_stream and self.streams.is_closing and task is not None):
                raise
            task.uncancel()
            await answer.send({"type": "http.response.body", "body": b"", "more_body": False})

    def _tell(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        route, status = route_of(scope), answer.status or 500
        self.metrics.observe_request(scope["method"], route, status, None if answer.is_stream else seconds)
        caller = scope["state"].get("caller")
        fields: dict[str, Any] = {"method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        if caller is not None:
            fields["caller"] = caller.name
        level = logging.ERROR if status >= 500 and route not in QUIET else logging.DEBUG if route in QUIET else logging.INFO
        log.log(level, "request", extra={"fields": fields})


class _Answer:
    """A response being sent."""

    def __init__(self, id: str, send: Send, streams: Streams) -> None:
        self.id, self.status, self.is_stream = id, 0, False
        self.open = ExitStack()
        # Belongs to the whole request: separate tasks may send parts of the response.
        self._task = asyncio.current_task()
        self._send, self._streams = send, streams

    async def send(self, message: Message) -> None:
        """Send a part of the response, with the request id among its headers."""
        if message["type"] == "http.response.start":
            headers = [(name, value) for name, value in message.get("headers", ()) if name.lower() != b"x-request-id"]
            self.status = message["status"]
            self.is_stream = any(n.lower() == b"content-type" and v.startswith(b"text/event-stream") for n, v in headers)
            if self.is_stream and self._task is not None:
                self.open.enter_context(self._streams.opened(self._task))
            message = {**message, "headers": [*headers, (b"x-request-id", self.id.encode())]}
        await self._send(message)


def route_of(scope: Scope) -> str:
    """The template of the request's path, e.g. ``/v1/jobs/{job}``: the path itself may contain a token."""
    return str(getattr(scope.get("route"), "path", "")) or "none"


def _id_of(scope: Scope) -> str:
    """The caller's request id if it is safe to log, otherwise a new one."""
    sent = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
    return sent if SANE_ID.fullmatch(sent) else uuid.uuid4().hex
