"""New hours of a participant: what they break, which weeks fit, and one of them chosen."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.offers.store import AskedWeek, asked_week, draft_with
from api.pages.forms import Form, SentForm
from api.pages.phone.answers import WeekAnswer
from api.pages.phone.asking import offers_in, weeks_that_fit
from api.pages.phone.hours_form import WEEKS_AHEAD, HoursQuestion, read_edits, read_question, read_released
from api.pages.published_week import WEEK, monday_of, program_now
from api.pages.staff import go, program_url, staff_page
from api.pages.typed_hours import hours_in_words
from api.programs.store.entities import find_kept, find_participant, replace_kept
from api.programs.store.kinds import KINDS
from api.programs.store.labels import ProgramLabels, labels_of_kind
from api.web.addresses import ProgramId
from api.web.dependencies import AuditWriterOf, Now, Reading, StoreOf, Writing, needs
from api.weeks.store.exceptions import give_up_places
from api.weeks.store.weeks import lock_week, published_roster
from scheduler.fields import Id
from scheduler.instance import Participant
from scheduler.offers import Offers

router = APIRouter(prefix="/programs/{program}/phone/hours", include_in_schema=False)

Who = Annotated[Id, Path()]
PARTICIPANTS: Final = KINDS["participants"]


class HoursPage:
    """What the page shows whatever is asked: whose hours, as they are, and the weeks to look at.

    Attributes:
        version: The version of the participant.
        name: The participant's name, told apart from everyone else's.
        dates: Dates with hours of their own, which stay.
        mondays: Published weeks, this one and those to come.
    """

    def __init__(self, session: Session, program: str, participant: str, at: datetime) -> None:
        row, self.today = find_participant(session, program, participant), program_now(session, program, at).date()
        availability = Participant.model_validate(row.document).availability
        self.version = row.version
        self.id, self.name = participant, labels_of_kind(session, program, "participants")[participant]
        self.hours = hours_in_words(availability.weekly)
        self.dates: tuple[date, ...] = tuple(entry.date for entry in availability.dates if entry.date >= self.today)
        coming = (monday_of(self.today) + WEEK * number for number in range(WEEKS_AHEAD))
        self.mondays = tuple(monday for monday in coming if published_roster(session, program, monday) is not None)


@router.get("/{participant}")
def show_hours(
    act: Annotated[Act, needs("roster:write", "page.new_hours")],
    program: ProgramId,
    participant: Who,
    request: Request,
    session: Reading,
    at: Now,
) -> HTMLResponse:
    """Show the form."""
    return _show(request, session, HoursPage(session, program, participant, at), Form())


@router.post("/{participant}")
async def ask_hours(
    act: Annotated[Act, needs("roster:write", "hours.ask")],
    program: ProgramId,
    participant: Who,
    form: SentForm,
    request: Request,
    store: StoreOf,
    audit: AuditWriterOf,
    at: Now,
) -> HTMLResponse:
    """Show what the hours break and which weeks fit; nothing is changed."""

    def ask() -> tuple[HoursQuestion | None, AskedWeek | None]:
        with store.reading() as session:
            question = read_question(session, program, _person(session, program, participant), form, at)
            week = None if question is None else asked_week(session, program, question.monday, at, participant, question.availability)
            return question, week

    def answer() -> HTMLResponse:
        with store.reading() as session:
            offers = offers_in(reply, form, ProgramLabels(session, program))
            result = None if week is None or form.errors else WeekAnswer(session, program, week, participant)
            return _show(request, session, HoursPage(session, program, participant, at), form, question, result, offers)

    question, week = await run_in_threadpool(ask)
    reply = await weeks_that_fit(request, form, week, participant)
    await audit.record(act)
    return await run_in_threadpool(answer)


@router.post("/{participant}/choose")
def choose_week(
    act: Annotated[Act, needs("roster:write", "hours.change")],
    program: ProgramId,
    participant: Who,
    form: SentForm,
    request: Request,
    session: Writing,
    at: Now,
) -> Response:
    """Keep the hours, and make the chosen week a draft, if one was chosen; nothing over someone else's change."""
    row = find_kept(session, program, PARTICIPANTS, participant, to_change=True)
    question = read_question(session, program, Participant.model_validate(row.document), form, at)
    edits, released = read_edits(form), read_released(form)
    if question is None:
        return _show(request, session, HoursPage(session, program, participant, at), form)
    week = lock_week(session, program, question.monday, act.caller.name)
    roster = published_roster(session, program, question.monday)
    is_same_week = not edits or (roster is not None and form.number("week_version") == week.version)
    if form.number("version") != row.version or not is_same_week:
        return _show(request, session, HoursPage(session, program, participant, at), form, is_outdated=True)
    if question.availability is not None:
        changed = question.person.model_copy(update={"availability": question.availability})
        replace_kept(session, row, PARTICIPANTS, changed, act.caller.name)
    if roster is None or not edits:
        return go(program_url(program, f"people/{participant}?week={question.monday}"))
    give_up_places(week, released, act.caller.name, at)
    draft = draft_with(session, roster, edits, act.caller.name, at)
    request.state.act = act.about(roster=draft.id)
    return go(program_url(program, f"plan/{question.monday}"))


def _person(session: Session, program: str, participant: str) -> Participant:
    return Participant.model_validate(find_participant(session, program, participant).document)


def _show(
    request: Request,
    session: Session,
    who: HoursPage,
    form: Form,
    question: HoursQuestion | None = None,
    answer: WeekAnswer | None = None,
    offers: Offers | None = None,
    *,
    is_outdated: bool = False,
) -> HTMLResponse:
    status = 412 if is_outdated else 422 if form.errors else 200
    values = {"who": who, "form": form, "question": question, "answer": answer, "is_outdated": is_outdated}
    read_as = () if question is None or question.weekly is None else hours_in_words(question.weekly)
    cards = () if answer is None or offers is None else answer.cards(offers.offers)
    why = None if answer is None else answer.why_not_more(offers)
    return staff_page(request, session, "phone/hours.html", status=status, read_as=read_as, cards=cards, why=why, **values)
