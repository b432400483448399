"""Errors as shown on participants' own pages: what happened and what to do, in the same words for everyone."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.kernel.errors import Problem
from api.pages.rendering import page
from api.web.problems import Presenter, status_of

PAGES: Final = ("/my",)


class Words(NamedTuple):
    """The title and text of a problem."""

    title: str
    text: str


ENDED: Final = Words(
    "You are signed out",
    "This page closes by itself after a while. To open it again, ask the office that gave you your link for a new one.",
)
WORDS: Final[dict[str, Words]] = {
    "not_signed_in": ENDED,
    "not_found": Words("Page not found", "The address may be incomplete or out of date."),
    "method_not_allowed": Words("Page not found", "The address may be incomplete or out of date."),
    "cross_site": Words("That did not work", "The request came from another page. Open your own page again and try there."),
    "too_many": Words("Too many requests", "Please wait a minute, then try again."),
    "defect": Words("Something went wrong on our side", "Nothing was changed. Please try again later, or call the office."),
    "not_ready": Words("Not available right now", "Please try again in a few minutes."),
}
OTHER: Final = Words("That did not work", "Nothing was changed. Go back and try again, or call the office.")


def _is_page(request: Request) -> bool:
    """Whether the request is for a page, not for JSON."""
    path = request.url.path
    return any(path == page or path.startswith(f"{page}/") for page in PAGES)


def _answer(request: Request, problem: Problem) -> HTMLResponse:
    words, status, is_way_back = WORDS.get(problem.code, OTHER), status_of(problem.code), problem.code != "not_signed_in"
    answer = page(request, "message.html", status=status, title=words.title, text=words.text, is_way_back=is_way_back)
    answer.headers.update(problem.headers)
    return answer


PAGE_PROBLEMS: Final = Presenter(_is_page, _answer)
