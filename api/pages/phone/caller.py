"""A new caller: the weekly schedules that are free, one of them held until a time, then accepted or declined."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.kernel.errors import Problem
from api.offers.newcomers import accept_offer, decline_offer, is_accepted, release_offer, usual_week
from api.offers.room_made import OfferToHold, hold_with_moves, lock_week_of
from api.offers.store import AskedWeek
from api.pages.forms import Form, SentForm
from api.pages.phone.answers import WeekAnswer
from api.pages.phone.asking import NO_REPLY, offers_in, weeks_that_fit
from api.pages.phone.caller_form import CallerChoices, read_caller
from api.pages.phone.schedules import HELD_FOR, after_holding, read_moves, read_places, read_until, refusal, schedules_of
from api.pages.published_week import monday_of, program_now
from api.pages.staff import go, program_url, staff_page
from api.pages.typed_hours import hours_in_words
from api.programs.store.entities import create_kept, lock_program
from api.programs.store.kinds import KINDS
from api.programs.store.labels import ProgramLabels, labels_of_kind
from api.programs.store.programs import zone_of
from api.tools.models import OffersReply
from api.web.addresses import ProgramId
from api.web.dependencies import AuditWriterOf, Now, Reading, SettingsOf, StoreOf, Writing, needs
from api.weeks.store.held_offers import find_offer, offer_with_id
from scheduler.fields import Id
from scheduler.instance import Participant
from scheduler.timegrid import Week

router = APIRouter(prefix="/programs/{program}/phone", include_in_schema=False)

Offer = Annotated[Id, Path()]

OFFER_ID: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class CallerQuestion:
    """What a form asks about a caller.

    Attributes:
        until: When an offer ends by itself.
        week: The week that is asked about; None: none is published.
    """

    person: Participant
    until: datetime
    week: AskedWeek | None


@router.get("/caller")
def show_caller(
    act: Annotated[Act, needs("program:write", "page.caller")], program: ProgramId, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show the form."""
    return _show(request, session, program, Form(), at)


@router.post("/caller")
async def ask_caller(
    act: Annotated[Act, needs("program:write", "offer.ask")],
    program: ProgramId,
    form: SentForm,
    request: Request,
    store: StoreOf,
    audit: AuditWriterOf,
    at: Now,
) -> HTMLResponse:
    """Show up to three weekly schedules; nothing is kept."""

    def ask() -> CallerQuestion | None:
        with store.reading() as session:
            return _ask(session, program, form, at)

    def answer() -> HTMLResponse:
        with store.reading() as session:
            return _show(request, session, program, form, at, question, reply)

    question = await run_in_threadpool(ask)
    reply = NO_REPLY
    if question is not None:
        reply = await weeks_that_fit(request, form, question.week, question.person.id)
    await audit.record(act)
    return await run_in_threadpool(answer)


@router.post("/caller/hold")
def hold_schedule(
    act: Annotated[Act, needs("program:write", "offer.hold")],
    program: ProgramId,
    form: SentForm,
    request: Request,
    session: Writing,
    settings: SettingsOf,
    at: Now,
) -> Response:
    """Hold a schedule for the caller, who then waits; refused if someone else has got one of its places."""
    places, moves, by = read_places(form), read_moves(form), act.caller.name
    lock_week_of(session, program, moves, by)
    lock_program(session, program)  # first: of two who hold the last seat at once, the second sees the first's offer
    id, is_sent = _offer_id(session, program, form)
    if is_sent:
        return go(program_url(program, "phone#waiting"))
    question = _ask(session, program, form, at)
    if question is None or question.week is None:
        return _show(request, session, program, form, at)
    person = question.person
    offered = OfferToHold(person, places, question.until, moves, id)
    try:
        offer = hold_with_moves(session, settings, program, offered, monday_of(program_now(session, program, at).date()), by, at)
    except Problem as problem:
        form.wrong("hours", refusal(problem, moves))
        return _show(request, session, program, form, at)
    create_kept(session, program, KINDS["participants"], person, by)
    request.state.act = act.about(participant=person.id, offer=offer.id)
    return go(after_holding(program, moves))


@router.post("/offers/{offer}/accept")
def accept(
    act: Annotated[Act, needs("program:write", "offer.accept")],
    program: ProgramId,
    offer: Offer,
    request: Request,
    session: Writing,
    at: Now,
) -> Response:
    """Give the participant the places, in a draft or as pins of the first week, and clear them to begin."""
    row = find_offer(session, program, offer)
    monday = monday_of(row.first)
    if row.until > at or not is_accepted(session, row):  # Pressed twice, it leads to the week of the first time.
        accept_offer(session, row, Week(monday, zone_of(session, program)), act.caller.name, at)
    request.state.act = act.about(participant=row.participant)
    return go(program_url(program, f"plan/{monday}"))


@router.post("/offers/{offer}/release")
def release(
    act: Annotated[Act, needs("program:write", "offer.release")],
    program: ProgramId,
    offer: Offer,
    request: Request,
    session: Writing,
    at: Now,
) -> Response:
    """Free the places; the participant goes on waiting."""
    row = find_offer(session, program, offer)
    request.state.act = act.about(participant=row.participant)
    release_offer(session, row, at)
    return go(program_url(program, "phone#waiting"))


@router.post("/offers/{offer}/decline")
def decline(
    act: Annotated[Act, needs("program:write", "offer.decline")],
    program: ProgramId,
    offer: Offer,
    request: Request,
    session: Writing,
    at: Now,
) -> Response:
    """Free the places; the participant no longer waits."""
    row = find_offer(session, program, offer)
    request.state.act = act.about(participant=row.participant)
    decline_offer(session, row, act.caller.name, at)
    return go(program_url(program, "phone#waiting"))


def _offer_id(session: Session, program: str, form: Form) -> tuple[str | None, bool]:
    """The id that the form gives to its offer, if it is free; whether the form was sent before, as two tabs with the same form do."""
    id = form.text("offer")
    if OFFER_ID.fullmatch(id) is None:
        return None, False
    held = offer_with_id(session, id)
    if held is None:
        return id, False
    # After going back, a form about someone else may still have the id.
    labels = labels_of_kind(session, program, "participants")
    return None, held.program == program and labels.get(held.participant) == form.text("label")


def _ask(session: Session, program: str, form: Form, at: datetime) -> CallerQuestion | None:
    """What a form asks; None if it has errors."""
    now = program_now(session, program, at)
    person, until = read_caller(session, program, form, now), read_until(form, zone_of(session, program), at)
    if person is None or until is None:
        return None
    return CallerQuestion(person, until, usual_week(session, program, monday_of(now.date()), person, at))


def _show(
    request: Request,
    session: Session,
    program: str,
    form: Form,
    at: datetime,
    question: CallerQuestion | None = None,
    reply: OffersReply = NO_REPLY,
) -> HTMLResponse:
    now = program_now(session, program, at)
    answer, schedules, why = None, [], None
    offers = offers_in(reply, form, ProgramLabels(session, program))
    if question is not None and question.week is not None and not form.errors:
        answer = WeekAnswer(session, program, question.week, question.person.id)
        schedules = schedules_of(answer, question.person.id, offers, at)
        why = answer.why_not_more(offers)
    return staff_page(
        request, session, "phone/caller.html", status=422 if form.errors else 200, form=form, choices=CallerChoices(session, program),
        is_answered=question is not None and not form.errors, answer=answer, schedules=schedules, why=why, until=(now + HELD_FOR).date(),
        offer=form.text("offer") or secrets.token_hex(16),
        held_until=None if question is None else question.until.astimezone(now.tzinfo),
        read_as=() if question is None else hours_in_words(question.person.availability.weekly),
    )  # fmt: skip
