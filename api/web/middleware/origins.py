"""Only our own pages change anything with a cookie: cross-site request forgery is refused by where a request comes from.

A browser says it itself (Sec-Fetch-Site, and Origin where that is missing), and no page can make it say something else. Requests with an
API key are exempt, for no page can make a browser send one. Requests that say nothing come from programs, not from pages: whoever runs one
has to hold the cookie already.
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
    """Refuses changing requests that a page of another site sent."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._own = urlsplit(settings.base_url).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403. Signing in is guarded, too: nobody is to work under somebody else's name unawares."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._is_welcome(Headers(scope=scope)):
            return await respond(Request(scope), Problem("cross_site"))(scope, receive, send)
        await self.app(scope, receive, send)

    def _is_welcome(self, headers: Headers) -> bool:
        if "authorization" in headers:
            return True
        if (site := headers.get("sec-fetch-site")) is not None:
            # Other hosts of the same site (same-site) are not ours.
            return site in ("same-origin", "none")
        if (origin := headers.get("origin")) is None:
            return True
        # The scheme is not compared: behind a proxy we do not see it, and HSTS keeps pages of the plain one away.
        sender = urlsplit(origin).netloc.lower()
        return sender != "" and sender in (self._own, headers.get("host", "").lower())
