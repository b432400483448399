"""The list of participants, and a person's page: next sessions, hours, authorizations."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import AfterValidator
from starlette.responses import HTMLResponse

from api.audit.acts import Act
from api.kernel.mondays import a_monday
from api.pages.people.census import STATUSES, census_of
from api.pages.people.person import PersonPage, weeks_around
from api.pages.people.subject import subject_of
from api.pages.published_week import STATUS_WORDS, monday_of, program_now
from api.pages.staff import staff_page
from api.pages.words import AUTHORIZATION_STATES
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from scheduler.fields import Id
from scheduler.instance.people import Status

router = APIRouter(prefix="/programs/{program}/people", include_in_schema=False)

ShownWeek = Annotated[
    Annotated[date, AfterValidator(a_monday)] | None, Query(description="Its Monday; if omitted: this week.")
]  # fmt: skip


@router.get("")
def show_people(
    act: Annotated[Act, needs("program:read", "page.people")],
    program: ProgramId,
    request: Request,
    session: Reading,
    at: Now,
    status: Annotated[Status | None, Query()] = None,
) -> HTMLResponse:
    """Show the participants, all or those of a status, with what is next for each."""
    now = program_now(session, program, at)
    census = census_of(session, program, act.caller, now, status)
    return staff_page(request, session, "people/people.html", census=census, statuses=STATUSES, now=now)


@router.get("/{participant}")
def show_person(
    act: Annotated[Act, needs("program:read", "page.person")],
    program: ProgramId,
    participant: Annotated[Id, Path()],
    request: Request,
    session: Reading,
    at: Now,
    week: ShownWeek = None,
) -> HTMLResponse:
    """Show a person's page, with this week or another."""
    subject = subject_of(session, program, participant, act.caller, at)
    who = PersonPage(session, subject, week or monday_of(subject.today), act.caller)
    return staff_page(
        request,
        session,
        "people/person.html",
        who=who,
        person=who.person,
        words=STATUS_WORDS,
        states=AUTHORIZATION_STATES,
        around=tuple(weeks_around(who.monday)),
    )
