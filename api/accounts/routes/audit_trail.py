"""Route to read the audit trail. Every action writes to it; no route changes it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import AwareDatetime
from sqlalchemy import select

from api.accounts.models import AuditOut
from api.accounts.routes.scoped_routes import Twofold, Within
from api.accounts.store.users import check_program
from api.audit.acts import Act
from api.database.rows import page_of
from api.database.tables import AuditEntryRow
from api.kernel.errors import Problem
from api.web.dependencies import Reading, needs
from api.web.paging import After, Limit, Page, page
from api.web.problems import problems

audit = Twofold("audit")


@audit.route(
    "GET",
    "/audit",
    summary="List the audit trail",
    responses=problems("not_signed_in", "forbidden", "not_found", "bad_reference", "wrong_shape"),
)
def list_audit(
    act: Annotated[Act, needs("admin", "audit.view")],
    session: Reading,
    within: Within,
    caller: Annotated[str | None, Query(max_length=80, description="The caller as named in the entries, e.g. user:<id>.")] = None,
    action: Annotated[
        str | None, Query(max_length=48, description="E.g. roster.publish; `roster.` matches all actions with this prefix.")
    ] = None,
    outcome: Annotated[Literal["done", "denied"] | None, Query()] = None,
    since: Annotated[AwareDatetime | None, Query(description="From this time on.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this time.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[AuditOut]:
    """List who changed or viewed what and when, newest first. Reading the trail adds an entry, too."""
    check_program(session, within)
    query = select(AuditEntryRow)
    if within is not None:
        query = query.where(AuditEntryRow.program == within)
    if caller is not None:
        query = query.where(AuditEntryRow.caller == caller)
    if action is not None:
        query = query.where(
            AuditEntryRow.action.startswith(action, autoescape=True) if action.endswith(".") else AuditEntryRow.action == action
        )
    if outcome is not None:
        query = query.where(AuditEntryRow.outcome == outcome)
    if since is not None:
        query = query.where(AuditEntryRow.at >= since)
    if until is not None:
        query = query.where(AuditEntryRow.at < until)
    place = None
    if after is not None:
        last = session.get(AuditEntryRow, after)
        if last is None or within not in (None, last.program):
            raise Problem("bad_reference", "`after` is not an entry of this list.")
        place = last.at, last.id
    rows = page_of(query, AuditEntryRow.at, AuditEntryRow.id, after=place, limit=limit, is_latest_first=True)
    return page(session.scalars(rows).all(), limit, _show)


def _show(entry: AuditEntryRow) -> AuditOut:
    return AuditOut(**{field: getattr(entry, field) for field in AuditOut.model_fields})
