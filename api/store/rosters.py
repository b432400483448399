"""Rosters of a week: every one is judged before it is kept, and its documents never change."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.store.documents import keep_document
from api.store.tables import Roster
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.result import SolveResult
from scheduler.roster import Roster as RosterDocument
from scheduler.verify import judge


def add_draft(
    session: Session,
    program: str,
    monday: date,
    instance: Instance,
    roster: RosterDocument,
    origin: Literal["solved", "edited", "imported"],
    by: str,
    *,
    result: SolveResult | None = None,
    job: str | None = None,
    parent: str | None = None,
) -> Roster:
    """Keep a roster as a new draft of its week. What it breaks is counted, not refused: an edit may pass through an illegal state.

    Args:
        instance: What it was made for; the roster is judged against it here.
        by: `Caller.name`.
        result: The solver's answer with bounds and explanations, if it has one.
    """
    verdict = judge(Case(instance), roster)
    last = session.scalar(select(func.max(Roster.number)).where(Roster.program == program, Roster.monday == monday)) or 0
    row = Roster(
        program=program,
        monday=monday,
        number=last + 1,
        origin=origin,
        parent=parent,
        job=job,
        roster_hash=keep_document(session, "roster", roster.model_dump_json()),
        instance_hash=keep_document(session, "instance", instance.model_dump_json(exclude_defaults=True)),
        result_hash=None if result is None else keep_document(session, "result", result.model_dump_json()),
        violations=len(verdict.violations),
        care=verdict.score.care,
        preference=verdict.score.preference,
        care_bound=None if result is None or result.care is None else result.care.bound,
        preference_bound=None if result is None or result.preference is None else result.preference.bound,
        created_by=by,
        changed_by=by,
    )
    session.add(row)
    session.flush()
    return row
