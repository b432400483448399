"""The list of participants, and a person's page: next sessions, hours, authorizations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from api.audit.acts import Act
from api.pages.people.census import STATUSES, list_people, person_page
from api.pages.published_week import STATUS_WORDS, program_now
from api.pages.staff import staff_page
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/people", include_in_schema=False)


@router.get("")
def show_people(
    act: Annotated[Act, needs("program:read", "page.people")], program: ProgramId, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show all participants, with what is next for each."""
    now = program_now(session, program, at)
    return staff_page(
        request, session, "people/people.html", people=list_people(session, program, act.caller, now), statuses=STATUSES, now=now
    )  # fmt: skip


@router.get("/{participant}")
def show_person(
    act: Annotated[Act, needs("program:read", "page.person")],
    program: ProgramId,
    participant: Annotated[Id, Path()],
    request: Request,
    session: Reading,
    at: Now,
) -> HTMLResponse:
    """Show a person's page."""
    now = program_now(session, program, at)
    person = person_page(session, program, participant, act.caller, now)
    return staff_page(request, session, "people/person.html", who=person, words=STATUS_WORDS, now=now)
