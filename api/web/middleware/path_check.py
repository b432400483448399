"""Refuse paths that contain NUL: no id has one, and PostgreSQL would reject it at an unexpected point."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.kernel.errors import Problem
from api.web.problems import respond


class PathCheck:
    """Refuses paths that contain NUL."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 422."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]):
            problem = Problem("wrong_shape", "An address must not contain a NUL character.")
            return await respond(Request(scope), problem)(scope, receive, send)
        await self.app(scope, receive, send)
