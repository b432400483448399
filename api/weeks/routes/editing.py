"""Rosters edited by hand: every edit makes a new draft, checked at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.database.tables import Roster as RosterRow
from api.web.addresses import RosterAddress, ThatRoster
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Writing, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.web.versions import IfMatch, check_version, etag
from api.weeks.models.edits import EditRequest
from api.weeks.models.rosters import EditedRoster, judgement
from api.weeks.store.editing import edited
from api.weeks.store.judging import difference, readable, week_now
from api.weeks.store.rosters import add_draft, brought_home, entry_of, lock_roster, roster_of
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.verify import judge

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}/rosters/{roster}", tags=["rosters"], route_class=Repeatable)

PROBLEMS = problems("not_found", "bad_instance", "bad_reference", "wrong_state", "changed_meanwhile", "no_etag", *BODY_CODES)


@router.post("/edit", status_code=201, summary="Edit a roster", responses=PROBLEMS)
def edit_roster(
    act: Annotated[Act, needs("roster:write", "roster.edit")],
    body: Annotated[EditRequest, json_body(EditRequest)],
    at: ThatRoster,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
) -> EditedRoster:
    """Make a new draft from a roster by small edits: move, book, unbook, add, remove. The roster itself stays as it is.

    The new draft is checked at once by the week as it is now: what is broken and mended, objectives before and after, who is affected.
    `If-Match` is the ETag of the roster, which rises with every edit: of two who edit it without knowing of each other, one gets 412.
    """
    row, instance = _begin(session, at, if_match, now)
    after = edited(Case(instance), roster_of(session, row), body.edits)
    made = _keep(session, row, instance, after, act.caller.name, now)
    _announce(made, at, act, request, response)
    return _answer(session, row, made, instance, after)


@router.put("/document", status_code=201, summary="Replace a roster's sessions", responses=PROBLEMS)
def replace_roster(
    act: Annotated[Act, needs("roster:write", "roster.edit")],
    document: Annotated[Roster, json_body(Roster)],
    at: ThatRoster,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
) -> EditedRoster:
    """Make a new draft from a roster by sending all of its sessions; answered as an edit is. What it names must exist."""
    row, instance = _begin(session, at, if_match, now)
    readable(instance, document)
    after = brought_home(document, instance.program.zone)
    made = _keep(session, row, instance, after, act.caller.name, now)
    _announce(made, at, act, request, response)
    return _answer(session, row, made, instance, after)


def _begin(session: Session, at: RosterAddress, if_match: str | None, now: datetime) -> tuple[RosterRow, Instance]:
    """The roster, its week locked and its version checked, and the week as it is now."""
    _, row = lock_roster(session, *at)
    check_version(if_match, row.version)
    return row, week_now(session, at.program, at.monday, now)


def _keep(session: Session, row: RosterRow, instance: Instance, after: Roster, by: str, now: datetime) -> RosterRow:
    """The new draft. The version of its parent rises, so that the next edit of the parent is done knowingly."""
    row.version, row.changed_by, row.changed_at = row.version + 1, by, now
    return add_draft(session, row.program, row.monday, instance, after, "edited", by, parent=row.id)


def _announce(made: RosterRow, at: RosterAddress, act: Act, request: Request, response: Response) -> None:
    """Say where the new draft is, and write its id into the audit trail."""
    request.state.act = act.about(made=made.id)
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"/v1/programs/{at.program}/weeks/{at.monday}/rosters/{made.id}"


def _answer(session: Session, row: RosterRow, made: RosterRow, instance: Instance, after: Roster) -> EditedRoster:
    return EditedRoster(
        **dict(entry_of(made)),
        roster=after,
        verdict=judgement(judge(Case(instance), after)),
        difference=difference(instance, roster_of(session, row), after),
    )
