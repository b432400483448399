"""Enter the demo of `stepdown serve --demo`: its director is signed in without a password, on this machine only."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from fastapi import Request
from starlette.responses import Response

from api.accounts.store.users import get_user
from api.audit.acts import Act
from api.database import Store
from api.kernel.settings import Settings
from api.pages.staff import go
from api.security.access import Caller
from api.security.logins import begin_login
from api.security.tokens import new_token, token_hash
from api.web.callers import address_of
from api.web.middleware.hosts import THIS_MACHINE
from api.web.session_cookie import give_cookie

FROM_ELSEWHERE: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers with which a proxy passes on somebody else's request."""


def is_demo_visitor(request: Request) -> bool:
    """Whether a request comes from a browser on the machine on which the demo was started."""
    return (
        getattr(request.app.state, "demo_director", None) is not None
        and (request.url.hostname or "") in THIS_MACHINE
        and _is_loopback(address_of(request))
        and not any(header in request.headers for header in FROM_ELSEWHERE)
    )


def enter_demo(request: Request, store: Store, settings: Settings, path: str) -> Response:
    """Sign in the demo's director and go to a page."""
    token = new_token()
    with store.writing() as session:
        director = get_user(session, request.app.state.demo_director)
        begin_login(session, settings, director, token_hash(token))
        Act(Caller("user", director.id), "session.start", request_id=str(getattr(request.state, "request_id", ""))).record(session)
    answer = go(path)
    give_cookie(answer, settings, token)
    return answer


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
