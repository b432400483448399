"""Answer only under the service's own host names; refuse requests for other hosts."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.web.problems import respond

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Hosts:
    """Refuses requests for hosts that are not this service."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._names = names_of(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421."""
        if scope["type"] == "http" and host_of(Headers(scope=scope).get("host", "")) not in self._names:
            detail = "The Host of this request is not a name of this service; see STEPDOWN_PUBLIC_URL and STEPDOWN_ALLOWED_HOSTS."
            return await respond(Request(scope), Problem("wrong_host", detail))(scope, receive, send)
        await self.app(scope, receive, send)


def names_of(settings: Settings) -> frozenset[str]:
    """The hosts this service answers to, without ports."""
    own = (urlsplit(address).hostname for address in (settings.base_url, settings.feed_base))
    more = (name.strip().lower().strip("[]") for name in settings.allowed_hosts.split(","))
    return frozenset(filter(None, (*own, settings.host.lower(), *THIS_MACHINE, *more)))


def host_of(header: str) -> str:
    """The host of a Host header without its port; empty when there is none."""
    if any(char in header for char in "/@?#\\ "):
        return ""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
