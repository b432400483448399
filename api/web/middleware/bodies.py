"""Limit the size of request bodies."""

from __future__ import annotations

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.kernel.errors import Problem
from api.web.problems import respond

STRANGERS_BYTES = 16_000
"""An unidentified caller never needs to send more than a login and a password."""


class BodyLimit:
    """Refuses a body whose declared length is too large before reading it, and a chunked one as soon as it grows too large.

    Starlette's own middleware does the counting; a route that reads past the limit answers 413 by the handler of HTTP errors.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Wrap the application.

        Args:
            most: Bytes; for unidentified callers at most `STRANGERS_BYTES`.
        """
        self._callers = RequestBodyLimitMiddleware(app, max_body_size=most)
        self._strangers = RequestBodyLimitMiddleware(app, max_body_size=min(most, STRANGERS_BYTES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http":
            return await self._callers(scope, receive, send)
        request = Request(scope)
        counting = self._strangers if request.state.caller.kind == "nobody" else self._callers
        length, most = request.headers.get("content-length", "0"), counting.max_body_size
        if not (length.isascii() and length.isdecimal()):
            return await respond(request, Problem("malformed", "Send the number of bytes as Content-Length."))(scope, receive, send)
        if len(length) > 20 or int(length) > most:
            # The body stays unread, so the connection cannot be reused.
            problem = Problem("too_large", f"Send at most {most} bytes.", headers={"Connection": "close"})
            return await respond(request, problem)(scope, receive, send)
        await counting(scope, receive, send)
