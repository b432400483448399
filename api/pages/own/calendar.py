"""The calendar link on a participant's own page: read the warning, subscribe in four ways, change, renew or end it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.feeds import (
    WARNING,
    FeedOptions,
    FeedRow,
    change_options,
    issue_feed,
    live_feeds,
    options_of,
    qr_svg,
    refresh_delay,
    revoke_feed,
    rotate_feed,
    subscribe_links,
)
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.pages.calendar_options import CLIENTS, REMINDERS, options_in
from api.pages.forms import Form, SentForm
from api.pages.own.visitor_cookie import visiting
from api.pages.own.week import go_to
from api.pages.rendering import page
from api.programs.person import Person
from api.visits.store.visits import Visitor
from api.web.dependencies import Reading, SettingsOf, Writing

router = APIRouter(prefix="/my/calendar", include_in_schema=False)


@router.get("")
def show_calendar(visitor: Annotated[Visitor, visiting("own.calendar")], session: Reading, request: Request) -> HTMLResponse:
    """Show the link in use and which programs fetch it, or what to know before creating one."""
    return _show(request, session, visitor, Form())


@router.post("")
def make_calendar(
    visitor: Annotated[Visitor, visiting("own.feed_issue")], form: SentForm, session: Writing, settings: SettingsOf, request: Request
) -> Response:
    """Create the link and show it once. If the form is sent again, the page says that there already is one."""
    options = options_in(form)
    if form.text("acknowledged") != str(WARNING.version):
        form.wrong("acknowledged", "Please read the information above and tick the box.")
    if options is None or form.errors:
        return _refused(request, session, visitor, form)
    try:
        feed, token = issue_feed(
            session,
            settings,
            visitor.program,
            Person("participant", visitor.participant),
            "self",
            options,
            visitor.name,
            visitor.now,
            acknowledged=WARNING.version,
        )
    except Problem as problem:
        if problem.code != "exists":
            raise
        return go_to("/my/calendar")
    request.state.act = request.state.act.about(feed=feed.id)
    return _show_link(request, settings, token)


@router.post("/options")
def change_calendar(
    visitor: Annotated[Visitor, visiting("own.feed_change")], form: SentForm, session: Writing, request: Request
) -> Response:
    """Change the link's name and switches; calendars apply them with their next fetch."""
    if (feed := _live(session, visitor).get("self")) is None:
        return go_to("/my/calendar")
    if (options := options_in(form)) is None:
        return _refused(request, session, visitor, form)
    change_options(feed, options, visitor.name, visitor.now)
    request.state.act = request.state.act.about(feed=feed.id)
    return go_to("/my/calendar?saved=1")


@router.post("/renew")
def renew_calendar(
    visitor: Annotated[Visitor, visiting("own.feed_rotate")], form: SentForm, session: Writing, settings: SettingsOf, request: Request
) -> Response:
    """Replace the link and show the new one once. A form resent by the browser does not replace it again."""
    feed = _live(session, visitor).get("self")
    if feed is None or form.text("version") != str(feed.version):
        return go_to("/my/calendar")
    token = rotate_feed(session, feed, visitor.name, visitor.now)
    request.state.act = request.state.act.about(feed=feed.id)
    return _show_link(request, settings, token)


@router.post("/end")
def end_calendar(visitor: Annotated[Visitor, visiting("own.feed_revoke")], session: Writing, request: Request) -> Response:
    """End the link; calendars that use it show a note."""
    if (feed := _live(session, visitor).get("self")) is not None:
        revoke_feed(session, feed, visitor.name, visitor.now)
        request.state.act = request.state.act.about(feed=feed.id)
    return go_to("/my/calendar?ended=1")


def _live(session: Session, visitor: Visitor) -> dict[str, FeedRow]:
    return live_feeds(session, visitor.program, "participant", visitor.participant, visitor.now)


def _show(request: Request, session: Session, visitor: Visitor, form: Form) -> HTMLResponse:
    live = _live(session, visitor)
    feed = live.get("self")
    return page(
        request,
        "own/calendar.html",
        status=422 if form.errors else 200,
        form=form,
        visitor=visitor,
        feed=feed,
        guardian=live.get("guardian"),
        guests=[feed for feed in live.values() if feed.guest],
        options=FeedOptions() if feed is None else options_of(feed),
        warning=WARNING,
        clients=CLIENTS,
        reminders=list(REMINDERS.items()),
        lag=None if feed is None else int(refresh_delay(feed.seen_client).total_seconds()) // 60,
        notice=next((name for name in ("saved", "ended") if request.query_params.get(name) == "1"), ""),
    )


def _refused(request: Request, session: Session, visitor: Visitor, form: Form) -> HTMLResponse:
    """Show the form again with its errors; nothing was changed, and the trail records that the page was viewed."""
    request.state.act = replace(request.state.act, action="own.calendar")
    return _show(request, session, visitor, form)


def _show_link(request: Request, settings: Settings, token: str) -> HTMLResponse:
    links = subscribe_links(settings, token)
    return page(request, "own/calendar_link.html", links=links, qr=qr_svg(links.webcal))
