"""The cookie of a signed-in user, which holds the token of a server-side session."""

from __future__ import annotations

from starlette.responses import Response

from api.kernel.settings import Settings

COOKIE = "stepdown_session"


def give_cookie(response: Response, settings: Settings, token: str) -> None:
    """Set the cookie, which the browser sends back only to this service and hides from scripts."""
    seconds = settings.session_hours * 3600
    response.set_cookie(COOKIE, token, max_age=seconds, path="/", secure=settings.is_https, httponly=True, samesite="lax")


def take_cookie(response: Response, settings: Settings) -> None:
    """Delete the cookie."""
    response.delete_cookie(COOKIE, path="/", secure=settings.is_https, httponly=True, samesite="lax")
