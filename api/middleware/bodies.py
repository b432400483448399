"""No request body is larger than the installation allows."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import Problem, respond


class BodyLimit:
    """Refuses a body that says it is too large before reading it, and one that says nothing (chunked) as soon as it is.

    Starlette's own middleware does the counting; a route that reads past the limit answers 413 by the handler of HTTP errors.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Wrap the application.

        Args:
            most: Bytes.
        """
        self._counting = RequestBodyLimitMiddleware(app, max_body_size=most)
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] == "http" and (told := Headers(scope=scope).get("content-length", "")):
            if not told.isdecimal():
                problem = Problem("malformed", "Content-Length is not a number.")
                return await respond(Request(scope), problem)(scope, receive, send)
            if len(told) > 20 or int(told) > self._most:
                # The body stays unread, so the connection cannot be used again.
                problem = Problem("too_large", f"At most {self._most} bytes.", headers={"Connection": "close"})
                return await respond(Request(scope), problem)(scope, receive, send)
        await self._counting(scope, receive, send)
