"""The audit trail of a program by day and kind: who did or viewed what, with names in place of ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from api.accounts.models import AuditOut
from api.accounts.store.audit_entries import AuditFilter, list_entries
from api.accounts.store.keys import find_keys
from api.accounts.store.users import find_users
from api.audit.acts import Act
from api.database.listing import Listing
from api.pages.admin.frame import admin_page
from api.pages.plan.names import StaffNames
from api.pages.published_week import program_now
from api.programs.store.labels import ProgramLabels
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/admin/audit", include_in_schema=False)

ON_A_PAGE: Final = 50
MOST_NAMES: Final = 1000
KINDS: Final[Mapping[str, tuple[str, AuditFilter]]] = {
    "all": ("Everything", AuditFilter()),
    "attendance": ("Attendance", AuditFilter(action="attendance.")),
    "rosters": ("Rosters", AuditFilter(action="roster.")),
    "weeks": ("Weeks", AuditFilter(action="week.")),
    "people": ("People", AuditFilter(action="participant.")),
    "users": ("Users", AuditFilter(action="user.")),
    "keys": ("Keys", AuditFilter(action="key.")),
    "pages": ("Pages viewed", AuditFilter(action="page.")),
    "denied": ("Refused", AuditFilter(outcome="denied")),
}
"""What can be listed, by the word in the address."""


class AuditLine(NamedTuple):
    """An entry as shown."""

    at: datetime
    who: str
    what: str
    about: str
    is_denied: bool


@dataclass(frozen=True)
class TrailPage:
    """A page of a day's entries.

    Attributes:
        after: The last entry, from which the next page goes on; empty: this is the last page.
    """

    day: date
    today: date
    kind: str
    lines: tuple[AuditLine, ...]
    after: str

    @property
    def day_before(self) -> date:
        """The day before."""
        return self.day - timedelta(days=1)

    @property
    def day_after(self) -> date:
        """The day after."""
        return self.day + timedelta(days=1)


@router.get("")
def show_audit(
    act: Annotated[Act, needs("admin", "page.audit")],
    program: ProgramId,
    request: Request,
    session: Reading,
    at: Now,
    day: Annotated[date | None, Query()] = None,
    kind: Annotated[str, Query(max_length=20)] = "all",
    after: Annotated[Id | None, Query()] = None,
) -> HTMLResponse:
    """Show a day's entries of a kind, newest first."""
    now = program_now(session, program, at)
    listed_day, chosen = day or now.date(), kind if kind in KINDS else "all"
    trail = _page(session, program, now, listed_day, chosen, after)
    return admin_page(request, session, "audit", trail=trail, kinds=[(key, text) for key, (text, _) in KINDS.items()])


def _page(session: Session, program: str, now: datetime, day: date, kind: str, after: str | None) -> TrailPage:
    first = datetime.combine(day, time(), now.tzinfo)
    # The midnight of the next day, also where the clocks change: added as a date, not as 24 hours.
    last = datetime.combine(day + timedelta(days=1), time(), now.tzinfo)
    which = KINDS[kind][1]
    which = AuditFilter(action=which.action, outcome=which.outcome, since=first, until=last)
    rows = list_entries(session, program, which, limit=ON_A_PAGE, after=after)
    entries = [AuditOut(**{field: getattr(row, field) for field in AuditOut.model_fields}) for row in rows[:ON_A_PAGE]]
    callers, names = dict(_callers(session)), StaffNames.of(ProgramLabels(session, program))
    lines = tuple(_line(entry, callers, names, now) for entry in entries)
    return TrailPage(day, now.date(), kind, lines, entries[-1].id if len(rows) > ON_A_PAGE else "")


def _callers(session: Session) -> Iterator[tuple[str, str]]:
    """What callers are called, by their name in the trail."""
    yield "system", "A command on the server"
    yield from ((f"user:{row.id}", row.login) for row in find_users(session, None, Listing(MOST_NAMES)).rows)
    yield from ((f"key:{row.id}", f"Key {row.label or row.hint}") for row in find_keys(session, None, Listing(MOST_NAMES)).rows)


def _line(entry: AuditOut, callers: Mapping[str, str], names: StaffNames, now: datetime) -> AuditLine:
    what = entry.action.removeprefix("page.").replace(".", ": ").replace("_", " ")
    is_page = entry.action.startswith("page.")
    return AuditLine(
        at=entry.at.astimezone(now.tzinfo),
        who=callers.get(entry.caller, entry.caller.partition(":")[0].capitalize()),
        what=f"Page: {what}" if is_page else what[:1].upper() + what[1:],
        about=names.written(entry.target.replace("=", " ")),
        is_denied=entry.outcome == "denied",
    )
