"""What is published of a week: whole, one's own sessions, or the sign-in sheets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from api.audit.acts import Act
from api.web.addresses import ThatWeek
from api.web.dependencies import Reading, needs
from api.web.problems import problems
from api.web.versions import etag
from api.weeks.models.published import DeskView, PublishedView
from api.weeks.store.published import desk_view, published_view
from api.weeks.store.weeks import find_week

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}/published", tags=["publishing"])


@router.get("", summary="Read the published week", responses=problems("not_found"))
def get_published(
    act: Annotated[Act, needs("roster:read", "published.view")], at: ThatWeek, session: Reading, response: Response
) -> PublishedView:  # fmt: skip
    """The sessions of the published roster with times, places, clinicians and bookings. Empty while nothing is published."""
    response.headers["ETag"] = etag(find_week(session, *at).version)
    return published_view(session, *at, None)


@router.get("/mine", summary="Read one's own sessions", responses=problems("not_found"))
def get_my_published(act: Annotated[Act, needs("own:read", "published.mine")], at: ThatWeek, session: Reading) -> PublishedView:
    """A clinician's own sessions of the published week; for those who may see every session, all of them."""
    return published_view(session, *at, act.caller.clinicians(at.program))


@router.get("/desk", summary="Read the sign-in sheets", responses=problems("not_found"))
def get_desk(act: Annotated[Act, needs("desk:read", "published.desk")], at: ThatWeek, session: Reading) -> DeskView:
    """Times, rooms and initials of the published week. No service, no clinician, no phase: the front desk needs none of them."""
    return desk_view(session, *at)
