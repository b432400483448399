"""Route to read the audit trail. Every action writes to it; no route changes it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import AwareDatetime

from api.accounts.models import AuditOut
from api.accounts.routes.scoped_routes import Twofold, Within
from api.accounts.store.audit_entries import AuditFilter, list_entries
from api.audit.acts import Act
from api.database.tables import AuditEntryRow
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
    which = AuditFilter(caller, action, outcome, since, until)
    return page(list_entries(session, within, which, limit=limit, after=after), limit, _show)


def _show(entry: AuditEntryRow) -> AuditOut:
    return AuditOut(**{field: getattr(entry, field) for field in AuditOut.model_fields})
