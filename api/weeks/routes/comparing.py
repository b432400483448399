"""Compare and explain rosters of a week."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.database import Store
from api.database.tables import RosterRow
from api.kernel.errors import Place, Problem
from api.kernel.process_pool import ProcessPool
from api.tools.explaining import explain_roster
from api.tools.models import RosterToExplain
from api.web.addresses import RosterAddress, ThatRoster, ThatWeek
from api.web.dependencies import AuditWriterOf, Now, Reading, StoreOf, needs
from api.web.problems import problems
from api.weeks.store.rosters import find_roster, judged_by, roster_of
from api.weeks.store.weeks import published_roster
from scheduler.compare import Comparison, compare
from scheduler.explain import Explanation
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["rosters"])


@router.get("/compare", summary="Compare two rosters of a week", responses=problems("not_found", "bad_reference", "wrong_state"))
def compare_week_rosters(
    act: Annotated[Act, needs("roster:read", "roster.compare")],
    at: ThatWeek,
    session: Reading,
    now: Now,
    b: Annotated[Id, Query(description="The roster after.")],
    a: Annotated[Id | None, Query(description="The roster before; if omitted, the published one.")] = None,
) -> Comparison:
    """Compare two rosters: sessions, bookings, hours, cost by rule, who is affected, and whom to call.

    Both are checked against the week as it was when the later one was made; notice is counted from now.
    """
    before = published_roster(session, *at) if a is None else _named(session, RosterAddress(*at, a), "a")
    after = _named(session, RosterAddress(*at, b), "b")
    if before is None:
        raise Problem("wrong_state", "Nothing is published this week; name the roster to compare with in `a`.")
    later = max(before, after, key=lambda row: row.number)
    instance = judged_by(session, later).model_copy(update={"now": now})
    return compare(instance, roster_of(session, before), roster_of(session, after))


def _named(session: Session, at: RosterAddress, field: str) -> RosterRow:
    """The roster named by a query parameter.

    Raises:
        Problem: The week has no roster with this id.
    """
    try:
        return find_roster(session, *at)
    except Problem:
        place = Place(code="unknown_id", path=f"query.{field}", message="name a roster of this week by id")
        raise Problem("bad_reference", "This week has no such roster.", [place]) from None


@router.get(
    "/rosters/{roster}/explain",
    summary="Explain a roster",
    response_model=Explanation,
    responses=problems("not_found", "bad_reference", "timed_out"),
)
async def explain_week_roster(
    request: Request,
    act: Annotated[Act, needs("roster:read", "roster.explain")],
    at: ThatRoster,
    store: StoreOf,
    audit: AuditWriterOf,
    participant: Annotated[Id | None, Query(description="Explain this participant's week; if omitted, everything unmet.")] = None,
) -> Response:
    """Explain why ordered care is unmet in a roster, or why a participant has this week and which alternatives were close.

    Takes up to half a minute for a whole program, a second for one participant. Explanations run in separate processes; if too many are
    running, the response is 429: try again later.
    """
    question = await run_in_threadpool(_question, store, at, participant)
    pool: ProcessPool = request.app.state.explanation_pool
    content = await pool.run(explain_roster, question, "")
    await audit.record(act)
    return Response(content, media_type="application/json")


def _question(store: Store, at: RosterAddress, participant: str | None) -> bytes:
    """The question passed to the child process.

    Raises:
        Problem: No such roster exists, or its week has no such participant.
    """
    with store.reading() as session:
        row = find_roster(session, *at)
        instance = judged_by(session, row)
        if participant is not None and participant not in {person.id for person in instance.participants}:
            place = Place(code="unknown_id", path="query.participant", message="name a participant of this week by id")
            raise Problem("bad_reference", "The participant is not in this week.", [place])
        question = RosterToExplain(instance=instance, roster=roster_of(session, row), participant=participant)
        return question.model_dump_json(exclude_defaults=True).encode()
