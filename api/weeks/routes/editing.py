"""Edit rosters by hand: every edit creates a new draft, which is checked at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.database.tables import RosterRow
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
    """Create a new draft from a roster by small edits: move, book, unbook, add, remove. The roster itself stays as it is.

    The new draft is checked at once against the week as it is now: violations added and resolved, objectives before and after, who is
    affected. `If-Match` is the ETag of the roster, which rises with every edit: if two people edit it at the same time, one gets 412.
    """
    row, instance = _begin(session, at, if_match, now)
    after = edited(Case(instance), roster_of(session, row), body.edits)
    new_row = _keep(session, row, instance, after, act.caller.name, now)
    _announce(new_row, at, act, request, response)
    return _answer(session, row, new_row, instance, after)


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
    """Create a new draft from a roster by sending all of its sessions. The response is that of an edit; all ids must exist."""
    row, instance = _begin(session, at, if_match, now)
    readable(instance, document)
    after = brought_home(document, instance.program.zone)
    new_row = _keep(session, row, instance, after, act.caller.name, now)
    _announce(new_row, at, act, request, response)
    return _answer(session, row, new_row, instance, after)


def _begin(session: Session, at: RosterAddress, if_match: str | None, now: datetime) -> tuple[RosterRow, Instance]:
    """The roster, with its week locked and its version checked, and the week's current instance."""
    _, row = lock_roster(session, *at)
    check_version(if_match, row.version)
    return row, week_now(session, at.program, at.monday, now)


def _keep(session: Session, row: RosterRow, instance: Instance, after: Roster, by: str, now: datetime) -> RosterRow:
    """Store the new draft. Its parent's version rises, so that nobody edits the parent without knowing of the draft."""
    row.version, row.changed_by, row.changed_at = row.version + 1, by, now
    return add_draft(session, row.program, row.monday, instance, after, "edited", by, parent=row.id)


def _announce(new_row: RosterRow, at: RosterAddress, act: Act, request: Request, response: Response) -> None:
    """Set the location of the new draft, and record its id in the audit trail."""
    request.state.act = act.about(made=new_row.id)
    response.headers["ETag"] = etag(new_row.version)
    response.headers["Location"] = f"/v1/programs/{at.program}/weeks/{at.monday}/rosters/{new_row.id}"


def _answer(session: Session, row: RosterRow, new_row: RosterRow, instance: Instance, after: Roster) -> EditedRoster:
    return EditedRoster(
        **dict(entry_of(new_row)),
        roster=after,
        verdict=judgement(judge(Case(instance), after)),
        difference=difference(instance, roster_of(session, row), after),
    )
