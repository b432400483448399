"""A participant's calendar links: created, changed, replaced and ended by staff; each link is shown once, to be handed over."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.consents.store import has_consent
from api.feeds import (
    WARNING,
    FeedOptions,
    FeedRow,
    change_options,
    issue_feed,
    live_feeds,
    options_of,
    qr_svg,
    revoke_feed,
    rotate_feed,
    subscribe_links,
)
from api.feeds.store.issuing import CONSENTS, PURPOSES
from api.feeds.store.listing import find_feed, show_feed
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.pages.calendar_options import CLIENTS, REMINDERS, options_in
from api.pages.forms import Form, SentForm
from api.pages.people.subject import PageSubject, subject_of
from api.pages.staff import go, staff_page
from api.programs.person import Person
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, SettingsOf, Writing, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/people/{participant}/calendars", include_in_schema=False)

ParticipantId = Annotated[Id, Path()]
FeedId = Annotated[Id, Path()]

PURPOSE_WORDS: Final = {"self": "Participant", "guardian": "Guardian", "guest": "Guest"}


@router.get("")
def show_calendars(
    act: Annotated[Act, needs("program:read", "page.calendars")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show the links that work, and the form for another."""
    return _show(request, session, subject_of(session, program, participant, act.caller, now), act, Form())


@router.post("")
def add_calendar(
    act: Annotated[Act, needs("feeds", "feed.issue")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    settings: SettingsOf,
    now: Now,
) -> Response:
    """Create a link and show it once. If the form is sent again, the list shows that there is one."""
    who = subject_of(session, program, participant, act.caller, now)
    choice = form.one_of("whose", dict(_choices(session, who)), "Choose whose calendar it is.")
    if form.text("acknowledged") != str(WARNING.version):
        form.wrong("acknowledged", "Read the warning to them, then tick the box.")
    options = options_in(form)
    if options is None or choice is None:
        return _refused(request, session, who, act, form)
    purpose, _, guest = choice.partition(":")
    person, is_purpose = Person("participant", who.id, guest), next(one for one in PURPOSES["participant"] if one == purpose)
    try:
        issued = issue_feed(
            session, settings, program, person, is_purpose, options, act.caller.name, now, acknowledged=WARNING.version
        )  # fmt: skip
    except Problem as problem:
        if problem.code != "wrong_state":
            raise
        form.wrong("whose", problem.detail)
        return _refused(request, session, who, act, form)
    request.state.act = act.about(feed=issued.feed.id, participant=who.id, purpose=purpose)
    return _show_link(request, session, settings, who, issued.feed, issued.token)


@router.get("/{feed}")
def show_look(
    act: Annotated[Act, needs("feeds", "page.calendar_look")],
    program: ProgramId,
    participant: ParticipantId,
    feed: FeedId,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show how a calendar shows the entries of a link, to be changed."""
    row = _feed_of(session, program, participant, feed, to_change=False)
    return _show_look(request, session, subject_of(session, program, participant, act.caller, now), row, Form())


@router.post("/{feed}")
def change_look(
    act: Annotated[Act, needs("feeds", "feed.change")],
    program: ProgramId,
    participant: ParticipantId,
    feed: FeedId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Change the label and switches of a link; calendars apply them with their next fetch."""
    who, row = subject_of(session, program, participant, act.caller, now), _feed_of(session, program, participant, feed)
    form.check_version(row.version)
    options = options_in(form)
    if options is None:
        return _show_look(request, session, who, row, form)
    change_options(row, options, act.caller.name, now)
    return go(who.url("calendars"))


@router.post("/{feed}/renew")
def renew_calendar(
    act: Annotated[Act, needs("feeds", "feed.rotate")],
    program: ProgramId,
    participant: ParticipantId,
    feed: FeedId,
    form: SentForm,
    request: Request,
    session: Writing,
    settings: SettingsOf,
    now: Now,
) -> Response:
    """Replace a link and show the new one once. A form resent by the browser does not replace it again."""
    who, row = subject_of(session, program, participant, act.caller, now), _feed_of(session, program, participant, feed)
    if form.number("version") != row.version:
        request.state.act = replace(act, action="page.calendars")
        return _show(request, session, who, act, Form(), is_outdated=True)
    token = rotate_feed(session, row, act.caller.name, now)
    return _show_link(request, session, settings, who, row, token)


@router.post("/{feed}/end")
def end_calendar(
    act: Annotated[Act, needs("feeds", "feed.revoke")],
    program: ProgramId,
    participant: ParticipantId,
    feed: FeedId,
    session: Writing,
    now: Now,
) -> Response:
    """End a link; calendars that use it show a note. Ending it twice changes nothing."""
    revoke_feed(session, _feed_of(session, program, participant, feed), act.caller.name, now)
    return go(subject_of(session, program, participant, act.caller, now).url("calendars"))


def _feed_of(session: Session, program: str, participant: str, feed: str, *, to_change: bool = True) -> FeedRow:
    """A participant's link.

    Args:
        to_change: Lock it.

    Raises:
        Problem: The participant has no such link.
    """
    row = find_feed(session, program, feed, to_change=to_change)
    if (row.subject_kind, row.subject) != ("participant", participant):
        raise Problem("not_found")
    return row


def _choices(session: Session, who: PageSubject) -> tuple[tuple[str, str], ...]:
    """For whom a link may be created now, as the form names them: those with a consent, if one is needed, and without a link."""
    live = live_feeds(session, who.program, "participant", who.id, who.now)
    of_guests = ((f"guest:{id}", "guest", id, f"Guest: {name}") for id, name in who.guests)
    people = (("self", "self", "", PURPOSE_WORDS["self"]), ("guardian", "guardian", "", PURPOSE_WORDS["guardian"]), *of_guests)
    return tuple(
        (choice, words)
        for choice, purpose, guest, words in people
        if f"{purpose} {guest}".rstrip() not in live and _is_allowed(session, who, purpose, guest)
    )


def _is_allowed(session: Session, who: PageSubject, purpose: str, guest: str) -> bool:
    kind = CONSENTS.get(purpose)
    return kind is None or has_consent(session, who.program, who.id, kind, who.today, guest or None)


def _refused(request: Request, session: Session, who: PageSubject, act: Act, form: Form) -> HTMLResponse:
    """Show the form again with its errors; nothing was changed, and the trail records that the page was viewed."""
    request.state.act = replace(act, action="page.calendars")
    return _show(request, session, who, act, form)


def _show(request: Request, session: Session, who: PageSubject, act: Act, form: Form, *, is_outdated: bool = False) -> HTMLResponse:
    live = live_feeds(session, who.program, "participant", who.id, who.now)
    return staff_page(
        request,
        session,
        "people/calendars.html",
        status=412 if is_outdated else 422 if form.errors else 200,
        is_outdated=is_outdated,
        who=who,
        form=form,
        feeds=[show_feed(row, who.now) for row in live.values()],
        choices=_choices(session, who),
        purposes=PURPOSE_WORDS,
        options=FeedOptions(),
        reminders=list(REMINDERS.items()),
        clients=CLIENTS,
        warning=WARNING,
        may_change=act.caller.may("feeds", who.program) and not who.is_archived,
    )


def _show_look(request: Request, session: Session, who: PageSubject, row: FeedRow, form: Form) -> HTMLResponse:
    status, options, reminders = 422 if form.errors else 200, options_of(row), list(REMINDERS.items())
    values = {"who": who, "form": form, "feed": row, "options": options, "reminders": reminders}
    return staff_page(request, session, "people/calendar_look.html", status=status, **values)


def _show_link(request: Request, session: Session, settings: Settings, who: PageSubject, feed: FeedRow, token: str) -> HTMLResponse:
    links = subscribe_links(settings, token)
    words = f"Guest: {who.guest_name(feed.guest)}" if feed.guest else PURPOSE_WORDS[feed.purpose]
    return staff_page(
        request, session, "people/calendar_link.html", who=who, links=links, qr=qr_svg(links.webcal), whose=words, warning=WARNING
    )
