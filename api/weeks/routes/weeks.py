"""Routes to list weeks, and to read and change their settings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import RosterRow, WeekRow
from api.kernel.errors import Problem
from api.web.addresses import ProgramId, ThatWeek
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import CurrentAct, Reading, needs
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from api.weeks.models.weeks import WeekEntry, WeekPatch, WeekSettings, WeekView
from api.weeks.store.exceptions import wrong_exceptions
from api.weeks.store.rosters import entry_of
from api.weeks.store.weeks import (
    change_settings,
    count_drafts,
    find_week,
    list_weeks,
    lock_week,
    published_roster,
    settings_of_week,
    unfinished_jobs,
    wrong_settings,
)

router = APIRouter(prefix="/v1/programs/{program}/weeks", tags=["weeks"])

CHANGING = problems("not_found", "bad_reference", "changed_meanwhile", "no_etag", *BODY_CODES)


async def _week_to_change(act: CurrentAct, at: ThatWeek) -> Find[WeekRow]:
    return lambda session: lock_week(session, *at, act.caller.name)


ChangingWeek = Annotated[Changing[WeekRow], changing(_week_to_change)]


@router.get("", summary="List weeks", responses=problems("not_found"))
def list_program_weeks(
    act: Annotated[Act, needs("roster:read", "week.list")],
    program: ProgramId,
    session: Reading,
    listing: Annotated[Listing, listing_by("monday", default="-monday")],
) -> Page[WeekEntry]:
    """List the weeks that have been worked on, with the number of drafts and the published roster; latest first, unless `sort` says."""
    return listed(list_weeks(session, program, listing), _entry)


def _entry(row: tuple[WeekRow, RosterRow | None, int]) -> WeekEntry:
    week, published, drafts = row
    return WeekEntry(
        monday=week.monday,
        version=week.version,
        changed_at=week.changed_at,
        drafts=drafts,
        published=None if published is None else published.id,
        published_at=None if published is None else published.published_at,
    )


@router.get("/{monday}", summary="Get a week", responses=problems("not_found"))
def get_week(act: Annotated[Act, needs("roster:read", "week.view")], at: ThatWeek, session: Reading, response: Response) -> WeekView:
    """Get the settings of a week, its published roster, its drafts and its unfinished jobs. Every Monday has a week."""
    week = find_week(session, *at)
    response.headers["ETag"] = etag(week.version)
    return _view(session, week)


@router.put("/{monday}", summary="Replace a week's settings", responses=CHANGING)
def replace_week(
    act: Annotated[Act, needs("roster:write", "week.change")],
    body: Annotated[WeekSettings, json_body(WeekSettings)],
    changing: ChangingWeek,
) -> WeekView:
    """Replace the settings of a week: mode, weights, special settings of groups, released places, exceptions."""
    return _changed(changing, body)


@router.patch("/{monday}", summary="Change a week's settings", responses=CHANGING)
def change_week(
    act: Annotated[Act, needs("roster:write", "week.change")],
    body: Annotated[WeekPatch, json_body(WeekPatch)],
    changing: ChangingWeek,
) -> WeekView:
    """Change the settings that are named; the others stay. Null under a group or rule removes its entry."""
    return _changed(changing, body.applied(settings_of_week(changing.row)))


def _changed(changing: Changing[WeekRow], settings: WeekSettings) -> WeekView:
    session, program = changing.session, changing.row.program
    wrong = wrong_settings(session, program, settings) + wrong_exceptions(session, program, settings.exceptions)
    if wrong:
        raise Problem("bad_reference", "Each issue says which entry and what to do.", wrong)
    change_settings(changing.row, settings, changing.by, changing.now)
    return changing.answer(_view(changing.session, changing.row))


def _view(session: Session, week: WeekRow) -> WeekView:
    published = published_roster(session, week.program, week.monday)
    return WeekView(
        monday=week.monday,
        version=week.version,
        settings=settings_of_week(week),
        drafts=count_drafts(session, week.program, week.monday),
        published=None if published is None else entry_of(published),
        generating=tuple(unfinished_jobs(session, week.program, week.monday)),
    )
