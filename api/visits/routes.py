"""Routes for staff to create, list and revoke one-time links to participants' own pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import PageLinkRow
from api.feeds import qr_svg
from api.security.tokens import new_token, token_hash
from api.visits.models import PageLinkMade, PageLinkView
from api.visits.store.visits import find_link, list_links, make_link, revoke_link, state_of, visits_of
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, SettingsOf, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/participants/{participant}/links", tags=["own pages"], route_class=Repeatable)

ParticipantId = Annotated[Id, Path(description="The participant.")]


@router.post("", status_code=201, summary="Create a one-time link", responses=problems("not_found", "wrong_state"))
def make_page_link(
    act: Annotated[Act, needs("feeds", "page_link.make")],
    program: ProgramId,
    participant: ParticipantId,
    session: Writing,
    settings: SettingsOf,
    request: Request,
    response: Response,
    now: Now,
) -> PageLinkMade:
    """Create a link with which a participant can open their own page once. Its URL is shown only in this response.

    Hand it over in person, on a screen or on paper, or in a way the participant chose. It is valid for some days; previews and mail
    scanners do not use it up. An earlier link that was not opened becomes invalid.
    """
    token = new_token()
    link = make_link(session, settings, program, participant, token_hash(token), act.caller.name, now)
    request.state.act = act.about(link=link.id)
    response.headers["Cache-Control"] = "no-store"
    # A neutral host, if there is one: a clinic's name in a URL reveals treatment.
    url = f"{settings.feed_base}/my/start/{token}"
    return PageLinkMade(**_view(link, {}, now).model_dump(), url=url, qr_svg=qr_svg(url))


@router.get("", summary="List a participant's one-time links", responses=problems("not_found"))
def list_page_links(
    act: Annotated[Act, needs("feeds", "page_link.list")],
    program: ProgramId,
    participant: ParticipantId,
    session: Reading,
    now: Now,
    listing: Annotated[Listing, listing_by("id", default="id")],
) -> Page[PageLinkView]:
    """List all links ever created, without their URLs: the state of each, and whether someone is signed in with it."""
    links = list_links(session, program, participant, listing)
    visits = visits_of(session, links.rows, now)
    return listed(links, lambda row: _view(row, visits, now))


@router.post("/{link}/revoke", summary="Revoke a one-time link", responses=problems("not_found"))
def revoke_page_link(
    act: Annotated[Act, needs("feeds", "page_link.revoke")],
    program: ProgramId,
    participant: ParticipantId,
    link: Annotated[Id, Path(description="The link.")],
    session: Writing,
    now: Now,
) -> PageLinkView:
    """Revoke a link, and sign out anyone who signed in with it, e.g. when a phone is lost."""
    row = find_link(session, program, participant, link)
    revoke_link(session, row, act.caller.name, now)
    return _view(row, {}, now)


def _view(row: PageLinkRow, visits: dict[str, tuple[int, datetime]], at: datetime) -> PageLinkView:
    count, seen_at = visits.get(row.id, (0, None))
    return PageLinkView(
        id=row.id,
        participant=row.participant,
        state=state_of(row, at),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        visits=count,
        seen_at=seen_at,
        version=row.version,
    )
