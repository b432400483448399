"""Only the service's own pages may make changes with a cookie: cross-site request forgery is refused by the request's origin.

Browsers state the origin themselves (Sec-Fetch-Site, or Origin where that is missing), and no page can forge it. Requests with an API key
are exempt, because no page can make a browser send one. Requests without these headers come from programs, not pages, and such a program
must already hold the cookie.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.web.problems import respond

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Origins:
    """Refuses requests that make changes and come from a page of another site."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._own = urlsplit(settings.base_url).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403. Signing in is protected, too, so that nobody unknowingly works under another user's name."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._is_welcome(Headers(scope=scope)):
            return await respond(Request(scope), Problem("cross_site"))(scope, receive, send)
        await self.app(scope, receive, send)

    def _is_welcome(self, headers: Headers) -> bool:
        if "authorization" in headers:
            return True
        if (site := headers.get("sec-fetch-site")) is not None:
            # Other hosts of the same site (same-site) are not this service.
            return site in ("same-origin", "none")
        if (origin := headers.get("origin")) is None:
            return True
        # The scheme is not compared: it is not visible behind a proxy, and HSTS rules out pages served over plain HTTP.
        sender = urlsplit(origin).netloc.lower()
        return sender != "" and sender in (self._own, headers.get("host", "").lower())
