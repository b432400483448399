"""The frame of the pages for directors: their tabs, and whose accounts a director sees."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.staff import staff_page
from api.security.access import Caller, Role

TABS: Final = (("users", "Users"), ("keys", "Keys"), ("audit", "Audit trail"), ("backup", "Backup"), ("policy", "Policy"))
ROLES: Final[dict[Role, str]] = {
    "director": "Director",
    "coordinator": "Coordinator",
    "clinician": "Clinician",
    "front_desk": "Front desk",
    "participant": "Participant",
}


def within_of(caller: Caller, program: str) -> str | None:
    """The program whose accounts a director sees; None: those of all programs."""
    return None if caller.may("admin") else program


def admin_page(request: Request, session: Session, tab: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Render a tab."""
    return staff_page(request, session, f"admin/{tab}.html", status=status, tabs=TABS, tab=tab, **values)
