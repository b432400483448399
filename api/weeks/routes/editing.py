"""Edit rosters by hand: every edit creates a new draft, which is checked at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request

from api.audit.acts import Act
from api.database.tables import RosterRow
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, starting_from
from api.web.dependencies import needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.web.versions import etag
from api.weeks.models.edits import EditRequest
from api.weeks.models.rosters import EditedRoster, judgement
from api.weeks.routes.rosters import roster_to_change
from api.weeks.store.editing import edited
from api.weeks.store.judging import difference, readable, week_now
from api.weeks.store.rosters import add_draft, brought_home, entry_of, roster_of
from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}/rosters/{roster}", tags=["rosters"], route_class=Repeatable)

StartingRoster = Annotated[Changing[RosterRow], starting_from(roster_to_change)]
PROBLEMS = problems("not_found", "bad_instance", "bad_reference", "wrong_state", "changed_meanwhile", *BODY_CODES)


@router.post("/edit", status_code=201, summary="Edit a roster", responses=PROBLEMS)
def edit_roster(
    act: Annotated[Act, needs("roster:write", "roster.edit")],
    body: Annotated[EditRequest, json_body(EditRequest)],
    changing: StartingRoster,
    request: Request,
) -> EditedRoster:
    """Create a new draft from a roster by small edits: move, book, unbook, add, remove. The roster itself stays as it is.

    The new draft is checked at once against the week as it is now: violations added and resolved, objectives before and after, who is
    affected. Send `If-Match` with the ETag of the roster, which rises with every edit, if nobody else may have edited it since you read it:
    then one of two who edit it at the same time gets 412.
    """
    case, before = _week(changing), roster_of(changing.session, changing.row)
    return _edited(changing, case, before, edited(case, before, body.edits), request)


@router.put("/document", status_code=201, summary="Replace a roster's sessions", responses=PROBLEMS)
def replace_roster(
    act: Annotated[Act, needs("roster:write", "roster.edit")],
    document: Annotated[Roster, json_body(Roster)],
    changing: StartingRoster,
    request: Request,
) -> EditedRoster:
    """Create a new draft from a roster by sending all of its sessions. The response is that of an edit; all ids must exist."""
    case, before = _week(changing), roster_of(changing.session, changing.row)
    readable(case, document)
    return _edited(changing, case, before, brought_home(document, case.instance.program.zone), request)


def _week(changing: Changing[RosterRow]) -> Case:
    return week_now(changing.session, changing.row.program, changing.row.monday, changing.now)


def _edited(changing: Changing[RosterRow], case: Case, before: Roster, after: Roster, request: Request) -> EditedRoster:
    """Store the new draft. Its parent's version rises, so that nobody edits the parent without knowing of the draft."""
    session, row, judged = changing.session, changing.row, JudgedWeek.of(case, after)
    row.touch(changing.by, changing.now)
    draft = add_draft(session, row.program, row.monday, judged, "edited", changing.by, parent=row.id)
    request.state.act = request.state.act.about(made=draft.id)
    changing.response.headers["ETag"] = etag(draft.version)
    changing.response.headers["Location"] = f"/v1/programs/{row.program}/weeks/{row.monday}/rosters/{draft.id}"
    return EditedRoster(
        **dict(entry_of(draft)),
        roster=after,
        verdict=judgement(judged.verdict),
        difference=difference(JudgedWeek.of(case, before), judged),
    )
