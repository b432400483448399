"""A participant's own page: opened by a one-time link and closed by a button; it shows the appointments of the coming weeks.

Every route returns a page, and forms redirect to one. Paths are neutral and contain no ids; a GET changes nothing.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.pages.forms import SentForm
from api.pages.own.hours import hours_of
from api.pages.own.visitor_cookie import COOKIE, act_of, give_cookie, take_cookie, visiting, visitor_of
from api.pages.rendering import HEADERS, page
from api.security.tokens import new_token, token_hash
from api.visits.store.agenda import agenda_of, next_of
from api.visits.store.visits import Visitor, begin_visit, end_visit, may_open, show_details
from api.web.dependencies import Now, Reading, SettingsOf, StoreOf, Writing

router = APIRouter(prefix="/my", include_in_schema=False)

DEAD_LINK = "It may have been used already, or replaced by a newer one. Ask the office that gave it to you for a new one."


def go_to(path: str) -> RedirectResponse:
    """Redirect after a form, so that reloading the page does not send the form again."""
    return RedirectResponse(path, status_code=303, headers=HEADERS)


@router.api_route("/start/{token}", methods=["GET", "HEAD"])
def show_start(token: str, request: Request, store: StoreOf, settings: SettingsOf, now: Now) -> HTMLResponse:
    """Show a single button. Opening a link does not use it up, because mail scanners and previews open it, too."""
    with store.reading() as session:
        is_alive = may_open(session, token_hash(token), now)
    if not is_alive:
        return _dead_link(request, visitor_of(request, store, settings, now) is not None)
    return page(request, "own/start.html", link=token, page_token=new_token(), kept_days=settings.visit_kept_days)


@router.post("/start")
def start(request: Request, form: SentForm, store: StoreOf, settings: SettingsOf, now: Now) -> Response:
    """Begin a visit with a link, once; an earlier visit in this browser ends."""
    token, hashed, is_kept = new_token(), token_hash(form.text("link")), form.is_on("keep")
    # Without the start page's value, a second press cannot be recognized.
    pressed = form.text("page") or new_token()
    with store.writing() as session:
        link = begin_visit(session, settings, hashed, token_hash(pressed), token_hash(token), is_kept, now)
        if link is not None:
            end_visit(session, token_hash(request.cookies.get(COOKIE, "")))
            act_of(request, link.program, link.participant, "own.start").about(link=link.id).record(session)
    if link is None:
        return _dead_link(request, visitor_of(request, store, settings, now) is not None)
    answer = go_to("/my")
    give_cookie(answer, settings, token, is_kept and settings.visit_kept_days > 0)
    return answer


@router.get("")
def show_week(visitor: Annotated[Visitor, visiting("own.week")], session: Reading, request: Request) -> HTMLResponse:
    """Show the appointments of this and later weeks, and the hours of this week."""
    weeks = agenda_of(session, visitor)
    return page(
        request, "own/week.html", visitor=visitor, weeks=weeks, coming=next_of(weeks), hours=hours_of(session, visitor, weeks[0])
    )  # fmt: skip


@router.post("/details")
def switch_details(visitor: Annotated[Visitor, visiting("own.details")], form: SentForm, session: Writing) -> Response:
    """Show or hide what appointments are for; hidden at the start of each visit."""
    show_details(session, visitor.hashed, form.is_on("show"))
    return go_to("/my")


@router.post("/end")
def sign_out(visitor: Annotated[Visitor, visiting("own.end")], session: Writing, settings: SettingsOf) -> Response:
    """End the visit; its cookie is invalid afterwards."""
    end_visit(session, visitor.hashed)
    answer = go_to("/my/ended")
    take_cookie(answer, settings)
    return answer


@router.get("/ended")
def show_ended(request: Request) -> HTMLResponse:
    """Show the page after signing out."""
    text = "To open your page again, ask the office that gave you your link for a new one."
    return page(request, "message.html", title="You are signed out", text=text, is_way_back=False)


def _dead_link(request: Request, is_signed_in: bool) -> HTMLResponse:
    """The same page for every inactive link, whether guessed, used, expired, replaced or revoked."""
    return page(request, "message.html", status=404, title="This link is no longer active", text=DEAD_LINK, is_way_back=is_signed_in)
