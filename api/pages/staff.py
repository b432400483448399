"""The frame around every staff page: navigation by what the caller may see, the search box, who is signed in.

Routes of staff pages depend on `needs(...)`, as those of the API do, and return `staff_page`. Someone who is not signed in is sent to the
sign-in page and back (`api.pages.staff_problems`).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from api.accounts.store.users import get_user
from api.pages.rendering import HEADERS, page
from api.programs.store.programs import check_program
from api.security.access import NOBODY, Caller, Permission

HOME: Final = "/"
SIGN_IN: Final = "/sign-in"
SAFE_NEXT: Final = re.compile(r"/(programs(/[^\W_][\w.\-]*){2,}|password|begin)(\?[\w.\-=&]*)?", re.ASCII)


class StaffPlace(NamedTuple):
    """A place in the navigation.

    Attributes:
        path: Its path within a program.
        name: Its name in the navigation.
        key: The key that opens it after ``g``.
        permissions: Any of these opens it.
    """

    path: str
    name: str
    key: str
    permissions: tuple[Permission, ...]


PLACES: Final = (
    StaffPlace("today", "Today", "t", ("desk:read", "own:read")),
    StaffPlace("week", "Week", "w", ("roster:read", "own:read")),
    StaffPlace("people", "People", "p", ("program:read",)),
    StaffPlace("attendance", "Attendance", "a", ("attendance",)),
    StaffPlace("plan", "Plan", "n", ("roster:read",)),
    StaffPlace("due", "Due", "d", ("roster:read",)),
    StaffPlace("phone", "On the phone", "o", ("roster:write",)),
    StaffPlace("happened", "Something happened", "h", ("roster:write",)),
    StaffPlace("admin", "Admin", "u", ("admin",)),
)
"""Every place in the navigation, in its order."""


class Frame(NamedTuple):
    """What the frame of a page shows.

    Attributes:
        program: The id of the program, empty outside of one.
        label: The program's label, or its id.
        login: Who is signed in.
        places: The places that the caller may open.
        here: The path of the current place.
        may_search: Whether the caller may search for people.
        may_mark: Whether the caller may record attendance.
    """

    program: str
    label: str
    login: str
    places: tuple[StaffPlace, ...]
    here: str
    may_search: bool = False
    may_mark: bool = False

    def url(self, path: str) -> str:
        """The address of a path within the program."""
        return program_url(self.program, path)


def program_url(program: str, path: str) -> str:
    """The address of a page of a program."""
    return f"/programs/{program}/{path}"


def staff_page(request: Request, session: Session, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Render a staff page in its frame.

    Args:
        template: The template's file, e.g. ``today/today.html``; it extends ``staff.html``.
        status: The HTTP status.
        values: The variables of the template.
    """
    return page(request, template, status=status, frame=_frame(request, session), **values)


def go(path: str) -> RedirectResponse:
    """Redirect after a form, so that reloading the page does not send the form again."""
    return RedirectResponse(path, status_code=303, headers=HEADERS)


def wants_part(request: Request) -> bool:
    """Whether htmx asks, which puts a part of the answer into the page that is open."""
    return request.headers.get("hx-request") == "true"


def sign_in_url(path: str) -> str:
    """The sign-in page that leads back to a path, if it is safe."""
    return f"{SIGN_IN}?{urlencode({'next': path})}" if is_safe(path) else SIGN_IN


def is_safe(path: str) -> bool:
    """Whether a path is a staff page of this service, and may be gone to after signing in."""
    return len(path) <= 300 and SAFE_NEXT.fullmatch(path) is not None


def places_for(caller: Caller, program: str) -> tuple[StaffPlace, ...]:
    """The places of a program that a caller may open."""
    return tuple(place for place in PLACES if any(caller.may(permission, program) for permission in place.permissions))


def _frame(request: Request, session: Session) -> Frame:
    caller: Caller = getattr(request.state, "caller", NOBODY)
    program = request.path_params.get("program", "")
    login = get_user(session, caller.id).login if caller.kind == "user" else ""
    if not program:
        return Frame("", "", login, (), "")
    here = request.url.path.removeprefix(f"/programs/{program}/").partition("/")[0]
    return Frame(
        program=program,
        label=check_program(session, program).document.get("label") or program,
        login=login,
        places=places_for(caller, program),
        here=here,
        may_search=caller.may("desk:read", program),
        may_mark=caller.may("attendance", program),
    )
