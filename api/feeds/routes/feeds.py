"""Routes of a program's calendar feeds: staff issue, view, change, rotate and revoke them; clinicians manage their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import FeedRow
from api.feeds import WARNING, change_options, issue_feed, qr_svg, revoke_feed, rotate_feed, subscribe_links
from api.feeds.models import CHOICES, FeedIssued, FeedOut, FeedWarningText, NewFeed
from api.feeds.store.listing import find_feed, find_feeds, show_feed
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.programs.person import Person
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, acting_on, changing
from api.web.dependencies import CurrentAct, Now, Reading, SettingsOf, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from scheduler.exchange.options import CLINICIAN_OPTIONS, FeedOptions
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/feeds", tags=["feeds"], route_class=Repeatable)

FeedId = Annotated[Id, Path(description="The feed.")]

Of = Annotated[Id | None, Query(description="Only feeds of this person.")]


async def _feed_to_change(act: CurrentAct, program: ProgramId, feed: FeedId) -> Find[FeedRow]:
    return lambda session: _manageable_feed(session, act, program, feed, to_change=True)


def _needs(action: str) -> Any:
    """The dependency for staff who manage calendar links, and for clinicians managing their own."""
    return needs("feeds", action, also="own:read")


@router.get("/warning", summary="Get the warning", responses=problems("not_found"))
def get_warning(act: Annotated[Act, _needs("feed.warning")], program: ProgramId, session: Reading) -> FeedWarningText:
    """Get the warning that the future user of a calendar link must read before it is issued."""
    return FeedWarningText(version=WARNING.version, text=WARNING.text)


@router.get("", summary="List calendar feeds", responses=problems("not_found"))
def list_feeds(
    act: Annotated[Act, _needs("feed.list")],
    program: ProgramId,
    session: Reading,
    now: Now,
    listing: Annotated[Listing, listing_by("id", default="id")],
    participant: Of = None,
    clinician: Of = None,
    include_revoked: Annotated[bool, Query(description="Include revoked ones.")] = False,
) -> Page[FeedOut]:
    """List feeds with label and switches, and when and by which kind of calendar program they were last fetched. Never their links."""
    feeds = find_feeds(session, program, _own(act, program), participant, clinician, listing, include_revoked=include_revoked)
    return listed(feeds, lambda feed: show_feed(feed, now))


@router.post(
    "",
    status_code=201,
    summary="Issue a calendar feed",
    responses=problems("not_found", "bad_reference", "exists", "wrong_state", *BODY_CODES),
)
def create_feed(
    act: Annotated[Act, _needs("feed.issue")],
    body: Annotated[NewFeed, json_body(NewFeed)],
    program: ProgramId,
    session: Writing,
    settings: SettingsOf,
    request: Request,
    response: Response,
    now: Now,
) -> FeedIssued:
    """Issue a calendar link for a participant, a guardian, a guest or a clinician, with the ways to subscribe to it.

    The warning must have been read: its version is part of the body. Each person has one feed for each purpose; the link is shown only in
    this response. A guardian's feed needs a recorded consent (`guardian_feed`), a guest's one that names the guest (`guest_feed`); each
    ends with it.
    """
    clinician = Person("clinician", body.clinician or "")
    person = Person("participant", body.participant, body.guest or "") if body.participant else clinician
    _check_own(act, program, person)
    default = CLINICIAN_OPTIONS if person.kind == "clinician" else FeedOptions()
    purpose = body.purpose or ("clinician" if person.kind == "clinician" else "guest" if person.guest else "self")
    issued = issue_feed(
        session, settings, program, person, purpose, body.options or default, act.caller.name, now, acknowledged=body.warning
    )
    request.state.act = act.about(feed=issued.feed.id, **{person.kind: person.id}, purpose=purpose)
    response.headers["Location"] = f"/v1/programs/{program}/feeds/{issued.feed.id}"
    return _issued(settings, issued.feed, issued.token, response, now)


@router.get("/{feed}", summary="Get a calendar feed", responses=problems("not_found"))
def get_feed(
    act: Annotated[Act, _needs("feed.view")], program: ProgramId, feed: FeedId, session: Reading, response: Response, now: Now
) -> FeedOut:
    """Get a feed without its link."""
    row = _manageable_feed(session, act, program, feed)
    response.headers["ETag"] = etag(row.version)
    return show_feed(row, now)


@router.put(
    "/{feed}/options",
    summary="Change a feed's label and switches",
    responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag", *BODY_CODES),
)
def replace_feed_options(
    act: Annotated[Act, _needs("feed.change")],
    body: Annotated[FeedOptions, json_body(FeedOptions)],
    changing: Annotated[Changing[FeedRow], changing(_feed_to_change)],
) -> FeedOut:
    """Change a feed's label and switches; subscribers see them with their next fetch."""
    change_options(changing.row, body, changing.by, changing.now)
    return changing.answer(show_feed(changing.row, changing.now))


@router.post(
    "/{feed}/rotate", summary="Replace a calendar link", responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag")
)
def rotate_link(
    act: Annotated[Act, _needs("feed.rotate")],
    changing: Annotated[Changing[FeedRow], changing(_feed_to_change)],
    settings: SettingsOf,
) -> FeedIssued:
    """Replace a feed's link; label, switches and appointments stay. The old link states for 30 days that it is no longer active.

    `If-Match` names the feed as it was read, so that nobody ends a link that someone else has just handed over.
    """
    token = rotate_feed(changing.session, changing.row, changing.by, changing.now)
    return _issued(settings, changing.row, token, changing.response, changing.now)


@router.post("/{feed}/revoke", summary="Revoke a calendar feed", responses=problems("not_found"))
def end_feed(act: Annotated[Act, _needs("feed.revoke")], changing: Annotated[Changing[FeedRow], acting_on(_feed_to_change)]) -> FeedOut:
    """Revoke a feed. For 30 days its link shows a note that it is no longer active, so that old appointments vanish; then it is unknown."""
    revoke_feed(changing.session, changing.row, changing.by, changing.now)
    return changing.answer(show_feed(changing.row, changing.now))


def _own(act: Act, program: str) -> Collection[str] | None:
    """The clinicians whose feeds a caller may manage; None: everyone's."""
    if act.caller.may("feeds", program):
        return None
    return {grant.clinician for grant in act.caller.grants if grant.program in (None, program) and grant.clinician is not None}


def _check_own(act: Act, program: str, person: Person) -> None:
    own = _own(act, program)
    if own is not None and not (person.kind == "clinician" and person.id in own):
        own_id = ", ".join(sorted(own)) or "none"
        raise Problem("bad_reference", f"Clinicians may issue calendar links for their own sessions only: send `clinician` with {own_id}.")


def _manageable_feed(session: Session, act: Act, program: str, feed: str, *, to_change: bool = False) -> FeedRow:
    """A feed that the caller may manage; others count as not found."""
    row, own = find_feed(session, program, feed, to_change=to_change), _own(act, program)
    if own is not None and not (row.subject_kind == "clinician" and row.subject in own):
        raise Problem("not_found", "The program has no such feed.")
    return row


def _issued(settings: Settings, feed: FeedRow, token: str, response: Response, now: datetime) -> FeedIssued:
    # Set here, so that the stored idempotent responses leave this one out.
    response.headers["Cache-Control"] = "no-store"
    response.headers["ETag"] = etag(feed.version)
    links = subscribe_links(settings, token)
    return FeedIssued(feed=show_feed(feed, now), links=links, qr_svg=qr_svg(links.webcal), choices=list(CHOICES))
