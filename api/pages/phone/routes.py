"""The start of the place: who is calling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.pages.forms import Form, SentForm
from api.pages.phone.waiting import waiting_people
from api.pages.search.matching import matching
from api.pages.staff import go, program_url, staff_page
from api.programs.store.kinds import Rows
from api.programs.store.labels import labels_of_kind
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from scheduler.instance import Participant

router = APIRouter(prefix="/programs/{program}/phone", include_in_schema=False)

LONGEST: Final = 80
NOBODY: Final = "Nobody has these initials or this number."


@router.get("")
def show_phone(
    act: Annotated[Act, needs("roster:write", "page.phone")], program: ProgramId, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show the questions that callers have, and who waits for a place."""
    return _show(request, session, program, Form(), at)


@router.post("")
def find_caller(
    act: Annotated[Act, needs("roster:write", "phone.find")],
    program: ProgramId,
    form: SentForm,
    request: Request,
    session: Reading,
    at: Now,
) -> Response:
    """Go to the hours of the participant who is calling, or show those who may be meant."""
    ids = {person.id for person in Rows(session, program).all(Participant)}
    names = {id: name for id, name in labels_of_kind(session, program, "participants").items() if id in ids}
    hits = matching(names, form.text("who")[:LONGEST])
    if len(hits) == 1:
        return go(program_url(program, f"phone/hours/{hits[0]}"))
    if not hits:
        form.wrong("who", NOBODY)
    return _show(request, session, program, form, at, [(id, names[id]) for id in hits])


def _show(request: Request, session: Session, program: str, form: Form, at: datetime, hits: Sequence[tuple[str, str]] = ()) -> HTMLResponse:
    """The page.

    Args:
        hits: Id and name of those who may be calling.
    """
    status, waiting = 422 if form.errors else 200, waiting_people(session, program, at)
    return staff_page(request, session, "phone/phone.html", status=status, form=form, hits=hits, waiting=waiting)
