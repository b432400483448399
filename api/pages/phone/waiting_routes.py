"""Who waits for a place and for what, and offers to them: asked about, held."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.kernel.errors import Problem
from api.offers.newcomers import check_offered, usual_week
from api.offers.room_made import OfferToHold, hold_with_moves, lock_week_of
from api.offers.store import AskedWeek
from api.pages.forms import Form, SentForm
from api.pages.phone.answers import WeekAnswer
from api.pages.phone.asking import NO_REPLY, offers_in, weeks_that_fit
from api.pages.phone.schedules import HELD_FOR, after_holding, read_moves, read_places, read_until, refusal, schedules_of
from api.pages.phone.waiting import waiting_overview
from api.pages.published_week import monday_of, program_now
from api.pages.staff import go, staff_page
from api.pages.typed_hours import hours_in_words
from api.programs.store.entities import find_participant, lock_program
from api.programs.store.labels import ProgramLabels
from api.programs.store.programs import zone_of
from api.tools.models import OffersReply
from api.web.addresses import ProgramId
from api.web.dependencies import AuditWriterOf, Now, Reading, SettingsOf, StoreOf, Writing, needs
from api.weeks.routes.preparing import PreparedRostersOf
from scheduler.fields import Id
from scheduler.instance import Participant

router = APIRouter(prefix="/programs/{program}/phone/waiting", include_in_schema=False)

Who = Annotated[Id, Path()]


@router.get("")
def show_waiting(
    act: Annotated[Act, needs("roster:write", "page.waiting")],
    program: ProgramId,
    request: Request,
    session: Reading,
    prepared: PreparedRostersOf,
    at: Now,
    wait: Annotated[bool, Query()] = False,
) -> HTMLResponse:
    """Show what each person waits for, and who could take which free seat; at first only who waits, if the rest takes seconds."""
    overview = waiting_overview(session, program, at, prepared, is_patient=wait)
    return staff_page(request, session, "phone/waiting.html", overview=overview)


@router.get("/{participant}")
def show_offer(
    act: Annotated[Act, needs("program:write", "page.offer")],
    program: ProgramId,
    participant: Who,
    request: Request,
    session: Reading,
    at: Now,
) -> HTMLResponse:
    """Show the form about someone who waits."""
    return _show(request, session, program, _waiting(session, program, participant, at), Form(), at)


@router.post("/{participant}")
async def ask_offer(
    act: Annotated[Act, needs("program:write", "offer.ask")],
    program: ProgramId,
    participant: Who,
    form: SentForm,
    request: Request,
    store: StoreOf,
    audit: AuditWriterOf,
    at: Now,
) -> HTMLResponse:
    """Show up to three weekly schedules; nothing is kept."""

    def ask() -> AskedWeek | None:
        with store.reading() as session:
            person = _waiting(session, program, participant, at)
            is_readable = read_until(form, zone_of(session, program), at) is not None
            return _week(session, program, person, at) if is_readable else None

    def answer() -> HTMLResponse:
        with store.reading() as session:
            return _show(request, session, program, _waiting(session, program, participant, at), form, at, week, reply, is_answered=True)

    week = await run_in_threadpool(ask)
    reply = await weeks_that_fit(request, form, week, participant)
    await audit.record(act)
    return await run_in_threadpool(answer)


@router.post("/{participant}/hold")
def hold_offer_for(
    act: Annotated[Act, needs("program:write", "offer.hold")],
    program: ProgramId,
    participant: Who,
    form: SentForm,
    request: Request,
    session: Writing,
    settings: SettingsOf,
    at: Now,
) -> Response:
    """Hold a schedule for someone who waits; refused if someone else has got one of its places."""
    places, moves, by = read_places(form), read_moves(form), act.caller.name
    lock_week_of(session, program, moves, by)
    lock_program(session, program)  # first: of two who hold the last seat at once, the second sees the first's offer
    person, until = _waiting(session, program, participant, at), read_until(form, zone_of(session, program), at)
    if until is not None and _week(session, program, person, at) is not None:
        offered, monday = OfferToHold(person, places, until, moves), monday_of(program_now(session, program, at).date())
        try:
            offer = hold_with_moves(session, settings, program, offered, monday, by, at)
        except Problem as problem:
            form.wrong("until_day", refusal(problem, moves))
        else:
            request.state.act = act.about(participant=person.id, offer=offer.id)
            return go(after_holding(program, moves))
    return _show(request, session, program, person, form, at)


def _waiting(session: Session, program: str, participant: str, at: datetime) -> Participant:
    person = Participant.model_validate(find_participant(session, program, participant).document)
    check_offered(session, program, person, at)
    return person


def _week(session: Session, program: str, person: Participant, at: datetime) -> AskedWeek | None:
    return usual_week(session, program, monday_of(program_now(session, program, at).date()), person, at)


def _show(
    request: Request,
    session: Session,
    program: str,
    person: Participant,
    form: Form,
    at: datetime,
    week: AskedWeek | None = None,
    reply: OffersReply = NO_REPLY,
    *,
    is_answered: bool = False,
) -> HTMLResponse:
    now = program_now(session, program, at)
    answer, schedules, why, labels = None, [], None, ProgramLabels(session, program)
    offers = offers_in(reply, form, labels)
    if week is not None and not form.errors:
        answer = WeekAnswer(session, program, week, person.id)
        schedules = schedules_of(answer, person.id, offers, at)
        why = answer.why_not_more(offers)
    until = read_until(form, zone_of(session, program), at) if answer is not None else None
    return staff_page(
        request, session, "phone/offer.html", status=422 if form.errors else 200, form=form, person=person,
        name=labels.name("participants", person.id), hours=hours_in_words(person.availability.weekly),
        is_answered=is_answered and not form.errors, answer=answer, schedules=schedules, why=why, until=(now + HELD_FOR).date(),
        held_until=None if until is None else until.astimezone(now.tzinfo),
    )  # fmt: skip
