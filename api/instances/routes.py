"""Routes to import an instance, export any week as an instance, and list its issues."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.audit.acts import Act
from api.instances.store import ImportedWeek, import_instance
from api.kernel.errors import Place
from api.kernel.instance_checks import places
from api.programs.models import Imported, ImportedRoster, WeekIssues
from api.web.addresses import Monday, ProgramId
from api.web.bodies import BODY_CODES, SoundInstance
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.weeks.store.building import build_week
from scheduler.instance import Instance
from scheduler.validation import validate

router = APIRouter(prefix="/v1/programs/{program}", route_class=Repeatable, tags=["programs"])

At = Annotated[AwareDatetime | None, Query(description="Everything before it has happened and stays; by default, the present time.")]
WEEK_CODES = ("not_found", "wrong_state", "wrong_shape", "not_signed_in", "forbidden")


@router.post(
    "/import",
    status_code=201,
    summary="Import a week into an empty program",
    responses=problems("not_found", "wrong_state", "bad_instance", "not_signed_in", "forbidden", *BODY_CODES),
)
def import_week(
    program: ProgramId, act: Annotated[Act, needs("program:write", "program.import")], session: Writing, now: Now, instance: SoundInstance
) -> Imported:
    """Import everything in an instance; it succeeds as a whole or not at all.

    This includes settings, people, groups and other entities, pins, history, last week's roster and this week's published one. The
    rosters are published as they are, including violations: the response counts them, the rosters list them.
    """
    result = import_instance(session, program, instance, act.caller.name, now)
    return Imported(
        monday=instance.monday, created=result.created, last_week=_roster(result.last_week), published=_roster(result.published)
    )


@router.get("/weeks/{monday}/instance", summary="Get a week as an instance", responses=problems(*WEEK_CODES))
def get_week_instance(
    program: ProgramId,
    monday: Monday,
    act: Annotated[Act, needs("program:read", "week.instance")],
    session: Reading,
    now: Now,
    at: At = None,
) -> Instance:
    """Get a week as an instance that can be posted to `/v1/solve` unchanged."""
    return build_week(session, program, monday, at or now).instance


@router.get("/weeks/{monday}/issues", summary="List the issues of a week", responses=problems(*WEEK_CODES))
def list_week_issues(
    program: ProgramId,
    monday: Monday,
    act: Annotated[Act, needs("program:read", "week.issues")],
    session: Reading,
    now: Now,
    at: At = None,
) -> WeekIssues:
    """List all issues of the week's instance. Warnings do not prevent solving; `left_out` marks references to archived entries."""
    week = build_week(session, program, monday, at or now)
    issues = places(validate(week.instance))
    issues += [Place(code="left_out", severity="warning", path="", message=f"{text}; the reference is left out") for text in week.dropped]
    return WeekIssues(is_solvable=all(issue.severity != "error" for issue in issues), issues=issues)


def _roster(week: ImportedWeek | None) -> ImportedRoster | None:
    if week is None:
        return None
    row = week.row
    return ImportedRoster(monday=row.monday, roster=row.id, violations=row.violations, left_out=week.left_out)
