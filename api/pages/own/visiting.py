"""Who is on their own page: the visit's cookie, and the dependency by which a page's route asks for it.

    @router.get("/my")
    def get_week(visitor: Annotated[Visitor, visiting("own.week")], session: Reading, request: Request) -> HTMLResponse: ...

The cookie is sent to these pages only, and allows nothing elsewhere: to every other route its bearer is nobody.
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
"""A neutral name: it is seen by whoever looks over a shoulder at a browser's settings."""

PATH: Final = "/my"


@dataclass(frozen=True, slots=True)
class Visiting:
    """The dependency; it names the act for the audit trail."""

    action: str

    def __call__(self, request: Request, store: StoreOf, settings: SettingsOf, now: Now) -> Visitor:
        """The visitor, or 401 where the visit is over."""
        visitor = visitor_of(request, store, settings, now)
        if visitor is None:
            raise Problem("not_signed_in")
        request.state.act = act_of(request, visitor.program, visitor.participant, self.action)
        return visitor


def visiting(action: str) -> Any:
    """The dependency that lets only a participant on their own page through."""
    return Depends(Visiting(action))


def act_of(request: Request, program: str, participant: str, action: str) -> Act:
    """An act of a participant, in the log of this request, too."""
    request.state.caller = caller = Caller("participant", participant)
    return Act(caller, action, program, request_id=str(getattr(request.state, "request_id", "")))


def visitor_of(request: Request, store: Store, settings: Settings, now: Now) -> Visitor | None:
    """Whose visit the cookie of a request is; None where it is nobody's, or over."""
    if (token := request.cookies.get(COOKIE)) is None:
        return None
    with store.reading() as session:
        found = find_visitor(session, settings, token_hash(token), now)
    if found is None:
        return None
    visitor, is_to_note = found
    if is_to_note:
        try:
            with store.writing() as session:
                note_seen(session, visitor.hashed, now)
        except OperationalError:
            pass  # No page fails because the database is busy.
    return visitor


def give_cookie(response: Response, settings: Settings, token: str, is_kept: bool) -> None:
    """Hand the visit's token to the browser, which sends it back to these pages alone and shows it to no script.

    Args:
        is_kept: Else the browser forgets it when it is closed.
    """
    seconds = settings.visit_kept_days * 86_400 if is_kept else None
    response.set_cookie(COOKIE, token, max_age=seconds, path=PATH, secure=_is_https(settings), httponly=True, samesite="lax")


def take_cookie(response: Response, settings: Settings) -> None:
    """Make the browser forget the token."""
    response.delete_cookie(COOKIE, path=PATH, secure=_is_https(settings), httponly=True, samesite="lax")


def _is_https(settings: Settings) -> bool:
    """Whether links to these pages, and so their cookies, are for TLS only."""
    return settings.feed_base.startswith("https://")
