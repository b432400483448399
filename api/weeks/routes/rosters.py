"""Routes to read, import and delete rosters of a week."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import RosterRow
from api.kernel.errors import Problem
from api.programs.store.programs import check_program
from api.web.addresses import ThatRoster, ThatWeek
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from api.weeks.models.rosters import RosterEntry, RosterView, judgement
from api.weeks.store.judging import readable, week_now
from api.weeks.store.rosters import (
    add_draft,
    brought_home,
    entry_of,
    find_roster,
    instance_of,
    judged_by,
    list_rosters,
    lock_roster,
    result_of,
    roster_of,
)
from scheduler.case import Case
from scheduler.explain import notices
from scheduler.instance import Instance
from scheduler.result import SolveResult
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek, judge

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}/rosters", tags=["rosters"], route_class=Repeatable)


async def roster_to_change(at: ThatRoster) -> Find[RosterRow]:
    """How a roster is found and locked."""
    return lambda session: lock_roster(session, *at)[1]


ChangingRoster = Annotated[Changing[RosterRow], changing(roster_to_change)]


@router.get("", summary="List the rosters of a week", responses=problems("not_found"))
def list_week_rosters(
    act: Annotated[Act, needs("roster:read", "roster.list")],
    at: ThatWeek,
    session: Reading,
    listing: Annotated[Listing, listing_by("number", default="number")],
) -> Page[RosterEntry]:
    """List the rosters of a week in order of creation: state, origin, objective and bound of both tiers, violations."""
    check_program(session, at.program)
    return listed(list_rosters(session, *at, listing), entry_of)


@router.get("/{roster}", summary="Get a roster", responses=problems("not_found"))
def get_roster(
    act: Annotated[Act, needs("roster:read", "roster.view")], at: ThatRoster, session: Reading, response: Response
) -> RosterView:  # fmt: skip
    """Get the sessions and bookings of a roster and the verdict of every rule; for a solved one, also unmet care, causes and fixes."""
    row = find_roster(session, *at)
    document, case, result = roster_of(session, row), Case(judged_by(session, row)), result_of(session, row)
    verdict = judge(case, document)
    response.headers["ETag"] = etag(row.version)
    return RosterView(
        **dict(entry_of(row)),
        roster=document,
        verdict=judgement(verdict),
        unmet=() if result is None else result.unmet,
        notices=notices(case, document) if not verdict.violations else (),
    )


@router.get("/{roster}/instance", summary="Get a roster's instance", responses=problems("not_found"))
def get_roster_instance(act: Annotated[Act, needs("roster:read", "roster.instance")], at: ThatRoster, session: Reading) -> Instance:
    """Get the instance that a roster was solved for, or checked against if made by hand; it never changes."""
    return instance_of(session, find_roster(session, *at))


@router.get("/{roster}/result", summary="Get a roster's solver result", responses=problems("not_found"))
def get_roster_result(act: Annotated[Act, needs("roster:read", "roster.result")], at: ThatRoster, session: Reading) -> SolveResult:
    """Get the solver's result: bounds, unmet care, fixes, statistics. Only solved rosters have one."""
    result = result_of(session, find_roster(session, *at))
    if result is None:
        raise Problem("not_found", "This roster was made by hand; it has no solver result.")
    return result


@router.post(
    "",
    status_code=201,
    summary="Import a roster",
    responses=problems("not_found", "bad_instance", "bad_reference", "wrong_state", *BODY_CODES),
)
def import_roster(
    act: Annotated[Act, needs("roster:write", "roster.import")],
    document: Annotated[Roster, json_body(Roster)],
    at: ThatWeek,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
) -> RosterView:
    """Store a roster made elsewhere as a new draft. Violations of rules are reported, not refused; all ids must exist.

    Sessions get Stepdown's own ids, whatever their ids in the body.
    """
    case = week_now(session, *at, now)
    readable(case, document)
    judged = JudgedWeek.of(case, brought_home(document, case.instance.program.zone))
    row = add_draft(session, *at, judged, "imported", act.caller.name)
    request.state.act = act.about(made=row.id)
    response.headers["ETag"], response.headers["Location"] = etag(row.version), f"{at.path}/rosters/{row.id}"
    return RosterView(**dict(entry_of(row)), roster=judged.roster, verdict=judgement(judged.verdict))


@router.delete(
    "/{roster}",
    status_code=204,
    summary="Delete a draft",
    responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag"),
)
def delete_roster(act: Annotated[Act, needs("roster:write", "roster.delete")], changing: ChangingRoster) -> None:
    """Delete a draft. Rosters that were ever published are kept, because people have followed them."""
    if changing.row.state != "draft":
        raise Problem("wrong_state", "It was published; only drafts can be deleted.")
    changing.session.delete(changing.row)
