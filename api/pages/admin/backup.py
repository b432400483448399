"""How to back up and restore, and when the last backup was made.

There is no download: a backup holds everyone's data of every program in one file, which belongs neither in a browser's folder of downloads
nor behind one password. It is made on the server, where the database is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.accounts.store.audit_entries import last_done
from api.audit.acts import BACKUP, Act
from api.pages.admin.frame import admin_page
from api.pages.published_week import program_now
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs

OLD: Final = timedelta(days=2)

router = APIRouter(prefix="/programs/{program}/admin/backup", include_in_schema=False)


@router.get("")
def show_backup(
    act: Annotated[Act, needs("admin", "page.backup")], program: ProgramId, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show when the last backup was made, and the commands for one."""
    now, last = program_now(session, program, at), last_done(session, BACKUP)
    is_old = last is not None and now - last > OLD
    return admin_page(request, session, "backup", last=None if last is None else last.astimezone(now.tzinfo), is_old=is_old)
