"""Ordered, scheduled, delivered and billable minutes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from api.attendance.models import ParticipantMinutes
from api.attendance.store.minutes import participant_minutes, week_minutes
from api.audit.acts import Act
from api.kernel.errors import Place, Problem
from api.kernel.mondays import a_monday
from api.programs.store.entities import find_participant
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId, ThatWeek
from api.web.dependencies import Now, Reading, needs
from api.web.paging import After, Limit, Page, WithTotal, page_within, whole
from api.web.problems import problems
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}", tags=["minutes"])

MOST_WEEKS = 53
WEEK = timedelta(weeks=1)

MondayQuery = Annotated[date, AfterValidator(a_monday), Query(examples=["2026-11-30"])]


@router.get(
    "/weeks/{monday}/minutes", summary="Get everyone's minutes of a week", responses=problems("not_found", "bad_instance", "wrong_state")
)
def get_week_minutes(
    act: Annotated[Act, needs("roster:read", "minutes.week")],
    at: ThatWeek,
    session: Reading,
    now: Now,
    limit: Limit = 50,
    after: After = None,
    total: WithTotal = False,
) -> Page[ParticipantMinutes]:
    """Get each participant's ordered, scheduled, delivered and billable minutes, with separate counts of sessions and service days.

    Ordered minutes are those of the order when the week was published; before that, of the current order. `after` is a participant.
    """
    check_program(session, at.program)
    minutes = week_minutes(session, *at, now)
    missing = "`after` is not a participant of this week: send `next` of the previous page."
    return page_within(minutes, limit, after, lambda entry: entry.participant, missing, is_counted=total)


@router.get(
    "/participants/{participant}/minutes",
    summary="Get a participant's minutes week by week",
    responses=problems("not_found", "bad_instance", "wrong_state"),
)
def get_participant_minutes(
    act: Annotated[Act, needs("roster:read", "minutes.participant")],
    program: ProgramId,
    participant: Annotated[Id, Path(description="The participant.")],
    session: Reading,
    now: Now,
    first: MondayQuery,
    last: MondayQuery,
) -> Page[ParticipantMinutes]:
    """Get a participant's four kinds of minutes for the weeks from `first` to `last`, both Mondays; at most 53 weeks."""
    find_participant(session, program, participant)
    weeks = (last - first) // WEEK + 1
    if not 1 <= weeks <= MOST_WEEKS:
        place = Place(code="date_range", path="query.last", message=f"name a Monday from `first` on, at most {MOST_WEEKS - 1} weeks later")
        raise Problem("wrong_shape", issues=[place])
    return whole(participant_minutes(session, program, participant, (first + n * WEEK for n in range(weeks)), now))
