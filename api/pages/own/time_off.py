"""Time away on a participant's own page: announce it, and withdraw it while it is unanswered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.announcements.models import NewAnnouncement
from api.announcements.store import announce, announced_by, find_announcement, withdraw
from api.kernel.errors import Problem
from api.pages.forms import Form, SentForm
from api.pages.own.visitor_cookie import visiting
from api.pages.own.week import go_to
from api.pages.rendering import page
from api.visits.store.visits import Visitor
from api.web.dependencies import Reading, Writing
from scheduler.timegrid import DAY

router = APIRouter(prefix="/my/away", include_in_schema=False)

MOST_AHEAD = timedelta(days=366)
MOST_DAYS = timedelta(days=92)
MOST_LISTED = 50
REFUSED = {
    "exists": "You have already reported this; it is in the list below.",
    "wrong_state": "Several requests are already waiting for an answer. Withdraw one below, or call the office.",
}
DECLINED = {
    "call_us": "Please call the office about it.",
    "already_recorded": "It was already recorded; there is nothing more to do.",
    "too_late": "It came too late to change the schedule.",
    "unclear": "The dates were not clear. Please report it again.",
    "not_possible": "It could not be arranged. Please call the office.",
}


@router.get("")
def show_away(visitor: Annotated[Visitor, visiting("own.away")], session: Reading, request: Request) -> HTMLResponse:
    """Show the form, and earlier announcements with their state."""
    return _show(request, session, visitor, Form())


@router.post("")
def announce_away(visitor: Annotated[Visitor, visiting("own.announce")], form: SentForm, session: Writing, request: Request) -> Response:
    """Announce an absence, or show the form again with its errors and all input."""
    act = request.state.act
    if (away := _announced(form, visitor.now.date())) is not None:
        try:
            row = announce(session, visitor.program, visitor.participant, away, visitor.name, visitor.now)
        except Problem as problem:
            form.wrong("first", REFUSED[problem.code])
        else:
            request.state.act = act.about(announcement=row.id)
            return go_to("/my/away?sent=1")
    # Nothing was announced: the trail only records that the page was viewed.
    request.state.act = replace(act, action="own.away")
    return _show(request, session, visitor, form)


@router.post("/withdraw")
def withdraw_away(visitor: Annotated[Visitor, visiting("own.withdraw")], form: SentForm, session: Writing, request: Request) -> Response:
    """Withdraw an unanswered announcement; one that has been answered stays, and the list says so."""
    row = find_announcement(session, visitor.program, form.text("announcement"), visitor.participant)
    request.state.act = request.state.act.about(announcement=row.id)
    if row.state == "open":
        withdraw(session, row, visitor.name, visitor.now)
    return go_to("/my/away")


def _show(request: Request, session: Session, visitor: Visitor, form: Form) -> HTMLResponse:
    return page(
        request,
        "own/away.html",
        status=422 if form.errors else 200,
        form=form,
        visitor=visitor,
        today=visitor.now.date(),
        latest=visitor.now.date() + MOST_AHEAD,
        announced=announced_by(session, visitor.program, visitor.participant, MOST_LISTED),
        declined=DECLINED,
        is_sent=request.query_params.get("sent") == "1",
    )


def _announced(form: Form, today: date) -> NewAnnouncement | None:
    """The absence entered, or None with errors at their fields."""
    kind = form.one_of("kind", ("days", "hours"), "Choose whole days or part of the day.")
    first = form.day("first", "Choose the first day.")
    # One day away is the most common case; then the last day need not be entered.
    last = form.day("last", "Choose the last day, or leave it empty for a single day.") if form.text("last") else first
    if first is not None and last is not None:
        _check_days(form, first, last, today)
    start: int | None = 0
    end: int | None = DAY
    if kind == "hours":
        start = form.clock("start", "Enter a start time, e.g. 2:00 pm.")
        # Until midnight is the end of the day.
        end = (minute or DAY) if (minute := form.clock("end", "Enter an end time, e.g. 4:30 pm.")) is not None else None
        if start is not None and end is not None and end <= start:
            form.wrong("end", "The end is before the start. For time past midnight, report each day separately.")
    if form.errors or first is None or last is None or start is None or end is None:
        return None
    return NewAnnouncement(first=first, last=last, start=start, end=end)


def _check_days(form: Form, first: date, last: date, today: date) -> None:
    if first < today:
        form.wrong("first", "This day has passed. Choose today or a later day.")
    elif first > today + MOST_AHEAD:
        form.wrong("first", "This is more than a year ahead. Please check the year.")
    if last < first:
        form.wrong("last", "The last day is before the first.")
    elif last - first >= MOST_DAYS:
        form.wrong("last", f"At most {MOST_DAYS.days} days at a time. For a longer absence, please call the office.")
