"""Identify and count the caller of every request before its body is read."""

from __future__ import annotations

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kernel.errors import Problem
from api.security.access import NOBODY, Caller
from api.security.callers import authenticate
from api.security.rates import stranger
from api.web.callers import address_of, rates_of
from api.web.problems import respond
from api.web.session_cookie import COOKIE

# Requested every few seconds by machines without an account; the responses reveal nothing.
UNCOUNTED = frozenset({"/health", "/ready"})
# Requests that solve, by the last segment of their path.
SOLVING = frozenset({"solve", "explain", "compare", "repair", "offers", "openings", "generate"})


class Callers:
    """Puts the caller into the request's state, where `api.web.callers.caller_of` and the log find it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401 or 429."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        request.state.caller = NOBODY
        if scope["path"] in UNCOUNTED:
            return await self.app(scope, receive, send)
        try:
            request.state.caller = caller = await self._find(request)
            quota = self._count(request, caller)
        except Problem as problem:
            return await respond(request, problem)(scope, receive, send)

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in quota.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, add)

    @staticmethod
    async def _find(request: Request) -> Caller:
        authorization, cookie, state = request.headers.get("authorization"), request.cookies.get(COOKIE), request.app.state
        if authorization is None and cookie is None:
            return NOBODY
        try:
            return await to_thread.run_sync(authenticate, state.store, state.settings, authorization, cookie or "")
        except Problem:
            # A caller with a wrong key counts as unidentified.
            rates_of(request).charge("requests", stranger(address_of(request)))
            raise

    @staticmethod
    def _count(request: Request, caller: Caller) -> dict[str, str]:
        rates = rates_of(request)
        who = stranger(address_of(request)) if caller.kind == "nobody" else caller.name
        quota = rates.charge("requests", who)
        if request.method == "POST" and request.url.path.rpartition("/")[2] in SOLVING:
            solves = rates.charge("solves", who)
            quota = {name: f"{value}, {solves[name]}" for name, value in quota.items()}
        return quota
