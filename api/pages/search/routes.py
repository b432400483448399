"""Search for a person. What is typed is sent as a form, so that it is in no address, history or log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from api.audit.acts import Act
from api.pages.forms import SentForm
from api.pages.people.census import STATUSES
from api.pages.published_week import STATUS_WORDS, BookedPerson, StaffSession, monday_of, program_now, read_week
from api.pages.search.matching import MOST_FOUND, matching
from api.pages.staff import staff_page, wants_part
from api.programs.store.kinds import Rows
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from scheduler.instance import Participant

router = APIRouter(prefix="/programs/{program}", include_in_schema=False)

LONGEST = 80


class Hit(NamedTuple):
    """A person who was searched for.

    Attributes:
        sessions: Their sessions of today.
    """

    id: str
    name: str
    status: str
    sessions: tuple[tuple[StaffSession, BookedPerson], ...]

    @property
    def may_check_in(self) -> bool:
        """Whether a session of theirs is on in which they are not marked."""
        return any(session.is_begun and not session.is_over and person.status is None for session, person in self.sessions)


@router.post("/search")
def search(
    act: Annotated[Act, needs("desk:read", "page.search")], program: ProgramId, form: SentForm, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show the people who match, with their sessions of today."""
    now, query = program_now(session, program, at), form.text("q")[:LONGEST]
    hits = _hits(session, program, query, act.caller, now) if query else []
    # A part of a page for the search box; a page of its own without a script.
    template = "search/results.html" if wants_part(request) else "search/search.html"
    return staff_page(
        request, session, template, hits=hits, query=query, words=STATUS_WORDS, statuses=STATUSES, is_cut=len(hits) == MOST_FOUND, now=now
    )  # fmt: skip


def _hits(session: Session, program: str, query: str, caller: Caller, now: datetime) -> list[Hit]:
    statuses = {p.id: p.status for p in Rows(session, program).all(Participant)}
    names = {id: name for id, name in labels_of_kind(session, program, "participants").items() if id in statuses}
    ids = matching(names, query)
    if not ids:
        return []
    week = read_week(session, program, monday_of(now.date()), caller, now)
    today = [one for one in week.sessions if one.day == now.date()]
    return [
        Hit(id, names[id], statuses[id], tuple((one, person) for one in today if (person := one.booking_of(id)) is not None)) for id in ids
    ]
