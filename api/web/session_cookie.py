"""The cookie of a signed-in user: it holds the token of a session, which is kept on the server."""

from __future__ import annotations

from starlette.responses import Response

from api.kernel.settings import Settings

COOKIE = "stepdown_session"


def give_cookie(response: Response, settings: Settings, token: str) -> None:
    """Hand the token to the browser, which sends it back to us alone and shows it to no script."""
    seconds = settings.session_hours * 3600
    response.set_cookie(COOKIE, token, max_age=seconds, path="/", secure=settings.is_https, httponly=True, samesite="lax")


def take_cookie(response: Response, settings: Settings) -> None:
    """Make the browser forget the token."""
    response.delete_cookie(COOKIE, path="/", secure=settings.is_https, httponly=True, samesite="lax")
