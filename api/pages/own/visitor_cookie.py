"""The visitor of an own page: the visit's cookie, and the dependency for routes of pages.

    @router.get("/my")
    def get_week(visitor: Annotated[Visitor, visiting("own.week")], session: Reading, request: Request) -> HTMLResponse: ...

The cookie is sent only to these pages and has no effect elsewhere: to every other route, the visitor is anonymous.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, Request
from sqlalchemy.exc import OperationalError
from starlette.responses import Response

from api.audit.acts import Act
from api.database import Store
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import Caller
from api.security.tokens import token_hash
from api.visits.store.visits import Visitor, find_visitor, note_seen
from api.web.dependencies import Now, SettingsOf, StoreOf

COOKIE: Final = "visit"
"""A neutral name, because others may see it in the browser's settings."""

PATH: Final = "/my"


@dataclass(frozen=True, slots=True)
class Visiting:
    """The dependency; it names the action for the audit trail."""

    action: str

    def __call__(self, request: Request, store: StoreOf, settings: SettingsOf, now: Now) -> Visitor:
        """Return the visitor, or answer 401 if the visit is over."""
        visitor = visitor_of(request, store, settings, now)
        if visitor is None:
            raise Problem("not_signed_in")
        request.state.act = act_of(request, visitor.program, visitor.participant, self.action)
        return visitor


def visiting(action: str) -> Any:
    """The dependency that admits only a participant on their own page."""
    return Depends(Visiting(action))


def act_of(request: Request, program: str, participant: str, action: str) -> Act:
    """A participant's act, also added to the log of this request."""
    request.state.caller = caller = Caller("participant", participant)
    return Act(caller, action, program, request_id=str(getattr(request.state, "request_id", "")))


def visitor_of(request: Request, store: Store, settings: Settings, now: Now) -> Visitor | None:
    """The visitor whose cookie a request has; None if it is unknown or the visit is over."""
    if (token := request.cookies.get(COOKIE)) is None:
        return None
    with store.reading() as session:
        visit = find_visitor(session, settings, token_hash(token), now)
    if visit is None:
        return None
    visitor, is_to_note = visit
    if is_to_note:
        try:
            with store.writing() as session:
                note_seen(session, visitor.hashed, now)
        except OperationalError:
            pass  # A busy database fails no page.
    return visitor


def give_cookie(response: Response, settings: Settings, token: str, is_kept: bool) -> None:
    """Set the visit's cookie, which the browser sends back only to these pages and hides from scripts.

    Args:
        is_kept: Keep the cookie after the browser is closed.
    """
    seconds = settings.visit_kept_days * 86_400 if is_kept else None
    response.set_cookie(COOKIE, token, max_age=seconds, path=PATH, secure=_is_https(settings), httponly=True, samesite="lax")


def take_cookie(response: Response, settings: Settings) -> None:
    """Delete the cookie."""
    response.delete_cookie(COOKIE, path=PATH, secure=_is_https(settings), httponly=True, samesite="lax")


def _is_https(settings: Settings) -> bool:
    """Whether links to these pages, and thus their cookies, require TLS."""
    return settings.feed_base.startswith("https://")
