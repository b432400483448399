"""HEAD and `If-None-Match` for every GET of the API: the route is called as usual, and less is sent."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.conditional_requests import is_among

API = "/v1/"
BODY_HEADERS = ("content-length", "content-type", "content-encoding")


class Reads:
    """Answers HEAD like GET without the body, and 304 when the caller has the version already (RFC 9110, 9.3.2 and 13.1.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not scope["path"].startswith(API):
            return await self.app(scope, receive, send)
        tags = Headers(scope=scope).get("if-none-match")
        is_head = scope["method"] == "HEAD"
        if not is_head and tags is None:
            return await self.app(scope, receive, send)
        is_bare = is_head

        async def shortened(message: Message) -> None:
            nonlocal is_bare
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if message["status"] == 200 and tags is not None and "etag" in headers and is_among(headers["etag"], tags):
                    is_bare = True
                    for name in BODY_HEADERS:
                        del headers[name]
                    message = {**message, "status": 304, "headers": headers.raw}
            elif is_bare:
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, shortened)
