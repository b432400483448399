"""The published week: in full, the caller's own sessions, or the sign-in sheets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from api.audit.acts import Act
from api.web.addresses import ThatWeek
from api.web.dependencies import Now, Reading, needs
from api.web.problems import problems
from api.web.versions import etag
from api.weeks.models.published import DeskView, PublishedView
from api.weeks.store.published import desk_view, published_view
from api.weeks.store.weeks import find_week

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}/published", tags=["publishing"])


@router.get("", summary="Get the published week", responses=problems("not_found"))
def get_published(
    act: Annotated[Act, needs("roster:read", "published.view")], at: ThatWeek, session: Reading, response: Response
) -> PublishedView:  # fmt: skip
    """Get the sessions of the published roster with times, places, clinicians and bookings. Empty while nothing is published."""
    response.headers["ETag"] = etag(find_week(session, *at).version)
    return published_view(session, *at, None)


@router.get("/mine", summary="Get your own sessions", responses=problems("not_found"))
def get_my_published(act: Annotated[Act, needs("own:read", "published.mine")], at: ThatWeek, session: Reading) -> PublishedView:
    """Get a clinician's own sessions of the published week; callers who may see every session get all of them."""
    return published_view(session, *at, act.caller.clinicians(at.program))


@router.get("/desk", summary="Get the sign-in sheets", responses=problems("not_found"))
def get_desk(act: Annotated[Act, needs("desk:read", "published.desk")], at: ThatWeek, session: Reading, now: Now) -> DeskView:
    """Get times, rooms and initials of the published week, without services, clinicians or phases, which the front desk does not need."""
    return desk_view(session, *at, now)
