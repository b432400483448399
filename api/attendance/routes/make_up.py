"""Where participants who missed sessions of a published week could make up for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api.attendance.store.make_up import short_weeks_now
from api.audit.acts import Act
from api.kernel.errors import Problem
from api.web.addresses import ThatWeek
from api.web.dependencies import Now, Reading, needs
from api.web.problems import problems
from api.weeks.routes.preparing import PreparedRostersOf
from api.weeks.store.weeks import find_week, published_roster
from scheduler.offers import ShortWeeks

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["attendance"])


@router.get(
    "/make-up", summary="Find make-up places of a week", responses=problems("not_found", "wrong_state", "bad_instance", "bad_reference")
)
def find_make_up_places_of_week(
    act: Annotated[Act, needs("roster:write", "week.make_up")],
    at: ThatWeek,
    session: Reading,
    rosters: PreparedRostersOf,
    now: Now,
) -> ShortWeeks:
    """List who missed sessions of a published week, or falls below the ordered minutes by an absence or a closure, with make-up places.

    Those short of the most minutes come first. Attendance counts as marked so far: who did not come missed the session, and a walk-in has
    its minutes. Every place is still to come, and within all rules.
    """
    find_week(session, *at)
    row = published_roster(session, *at)
    if row is None:
        raise Problem("wrong_state", "Nothing is published for this week, so nothing can have been missed.")
    return short_weeks_now(session, row, rosters, now)
