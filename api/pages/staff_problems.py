"""Errors as shown on staff pages: what happened, what to do, and a number for support."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.kernel.errors import Problem
from api.pages.forms import Form
from api.pages.problems import Words
from api.pages.rendering import page
from api.pages.staff import SIGN_IN, go, sign_in_url
from api.web.problems import Presenter, status_of

PAGES: Final = ("/programs", SIGN_IN, "/sign-out", "/password", "/setup", "/begin")

WITH_PASSWORDS: Final = (SIGN_IN, "/password", "/setup")

ENDED: Final = Words(
    "You are signed out",
    "Nothing was saved, because your session ended. Sign in in a new tab, then come back to this one and send it again: what you typed "
    "is still here.",
)
WORDS: Final[dict[str, Words]] = {
    "not_found": Words("Page not found", "The address may be incomplete, or someone has removed what was here."),
    "method_not_allowed": Words("Page not found", "The address may be incomplete."),
    "forbidden": Words("Your account does not open this page", "Ask a director of the program if you need it for your work."),
    "cross_site": Words("That did not work", "The request came from another website. Open the page here and try again."),
    "too_many": Words("Too many requests", "Please wait a minute, then try again."),
    "changed_meanwhile": Words(
        "Someone else changed this in the meantime",
        "Your change was not saved, so that theirs is not lost. Go back, reload the page and look at it again.",
    ),
    "defect": Words("Something went wrong on our side", "Nothing was changed. Please try again; if it happens again, report the number."),
    "not_ready": Words("Not available right now", "Please try again in a few minutes."),
}
OTHER_TITLE: Final = "That did not work"


def _is_page(request: Request) -> bool:
    path = request.url.path
    return path == "/" or any(path == page or path.startswith(f"{page}/") for page in PAGES)


def _answer(request: Request, problem: Problem) -> Response:
    if problem.code == "not_signed_in":
        return _signed_out(request)
    words = WORDS.get(problem.code) or Words(OTHER_TITLE, f"{problem.detail or problem.title + '.'} Nothing was changed.")
    return _message(request, words, status_of(problem.code), problem.headers)


def _signed_out(request: Request) -> Response:
    """Lead to the sign-in page and back; a form that was sent can be sent again, so that nothing typed is lost."""
    if request.method in ("GET", "HEAD"):
        return go(sign_in_url(_address(request)))
    form: Form | None = getattr(request.state, "sent_form", None)
    return _message(request, ENDED, 401, form=None if request.url.path in WITH_PASSWORDS else form)


def _message(
    request: Request, words: Words, status: int, headers: Mapping[str, str] | None = None, form: Form | None = None
) -> HTMLResponse:
    """A page with a message.

    Args:
        form: What was sent, to be sent again.
    """
    number = str(getattr(request.state, "request_id", ""))[:12]
    answer = page(
        request, "staff_message.html", status=status, title=words.title, text=words.text, number=number, form=form,
        address=_address(request),
    )  # fmt: skip
    answer.headers.update(headers or {})
    return answer


def _address(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


STAFF_PROBLEMS: Final = Presenter(_is_page, _answer)
