"""Routes of offers to people who wait: schedules found, one of them held, accepted, released or declined."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import HeldOfferRow
from api.kernel.errors import Place, Problem
from api.offers.asking import ask_for_offers
from api.offers.models import AcceptedOffer, HeldOffer, NewOffer, OfferedSchedule
from api.offers.newcomers import accept_offer, check_offered, decline_offer, hold_for, release_offer, schedules_in, usual_week
from api.offers.store import AskedWeek
from api.programs.store.entities import find_participant, lock_program
from api.programs.store.programs import check_program, zone_of
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import AuditWriterOf, Now, Reading, StoreOf, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page, whole
from api.web.problems import problems
from api.weeks.models.held_offers import OfferPlaces
from api.weeks.store.held_offers import find_offer, places_of
from api.weeks.store.held_offers import list_offers as held_rows
from scheduler.case import Case
from scheduler.fields import Id
from scheduler.instance import Participant
from scheduler.offers import MOST_MOVES, Offers
from scheduler.timegrid import Week

router = APIRouter(prefix="/v1/programs/{program}/offers", tags=["offers"], route_class=Repeatable)

OfferId = Annotated[Id, Path(alias="offer", description="The offer.")]


@router.get("", summary="List held offers", responses=problems("not_found"))
def list_offers(
    act: Annotated[Act, needs("program:read", "offer.list")],
    program: ProgramId,
    session: Reading,
    now: Now,
    listing: Annotated[Listing, listing_by("until", default="until")],
) -> Page[HeldOffer]:
    """List the offers that are held now, the one that ends first on top. One that has ended is no longer listed."""
    check_program(session, program)
    return listed(held_rows(session, program, now, listing), _view)


@router.get(
    "/schedules/{participant}",
    summary="Find schedules to offer",
    responses=problems("not_found", "wrong_state", "exists", "bad_reference", "timed_out"),
)
async def find_schedules(
    request: Request,
    act: Annotated[Act, needs("program:write", "offer.ask")],
    program: ProgramId,
    participant: Annotated[Id, Path(description="A participant with the status `waiting`.")],
    store: StoreOf,
    audit: AuditWriterOf,
    now: Now,
    moves: Annotated[int, Query(ge=0, le=MOST_MOVES, description="How many others may move.")] = 0,
) -> Page[OfferedSchedule]:
    """Find up to three weekly schedules that really differ for a participant who waits, the best first, while everyone else keeps theirs.

    They are based on the last published week, this one or the next, as if nothing of it had happened. Nothing is stored. With `moves`, at
    most so many others may move; `moved` names them with what changes for each. They have to be moved before such a schedule can be held.
    """

    def ask() -> AskedWeek:
        with store.reading() as session:
            return _week(session, program, _person(session, program, participant, now), now)

    week = await run_in_threadpool(ask)
    reply = await ask_for_offers(request.app.state.explanation_pool, week, participant, moves)
    await audit.record(act.about(participant=participant))
    if not isinstance(reply.answer, Offers):
        raise Problem("bad_reference", "The question cannot be answered.", [_unusable(message) for message in reply.errors])
    return whole(schedules_in(Case(week.instance).week, participant, reply.answer.offers, now))


@router.post(
    "",
    status_code=201,
    summary="Hold an offer",
    responses=problems("not_found", "wrong_state", "exists", "bad_reference", "changed_meanwhile", *BODY_CODES),
)
def hold_an_offer(
    act: Annotated[Act, needs("program:write", "offer.hold")],
    body: Annotated[NewOffer, json_body(NewOffer)],
    program: ProgramId,
    session: Writing,
    request: Request,
    now: Now,
) -> HeldOffer:
    """Hold the places of a schedule for a participant who waits: until the offer ends, nobody else is given them.

    412 says that someone else has got one of the places in the meantime: find schedules again.
    """
    lock_program(session, program)  # of two who hold the last seat at once, the second sees the first's offer
    person = _person(session, program, body.participant, now)
    week = _week(session, program, person, now)
    row = hold_for(session, program, week, person, OfferPlaces(places=body.places), body.until, act.caller.name, now)
    request.state.act = act.about(participant=body.participant, offer=row.id)
    return _view(row)


@router.post("/{offer}/accept", summary="Accept an offer", responses=problems("not_found", "wrong_state"))
def accept_held_offer(
    act: Annotated[Act, needs("program:write", "offer.accept")],
    program: ProgramId,
    offer: OfferId,
    session: Writing,
    request: Request,
    now: Now,
) -> AcceptedOffer:
    """Clear the participant to begin on the first day, with the places in a draft of that week, or as its pins.

    The draft is published like any other; `roster` names it.
    """
    row = find_offer(session, program, offer)
    participant, monday = row.participant, row.first - timedelta(days=row.first.weekday())
    draft = accept_offer(session, row, Week(monday, zone_of(session, program)), act.caller.name, now)
    request.state.act = act.about(participant=participant)
    return AcceptedOffer(participant=participant, monday=monday, roster=None if draft is None else draft.id)


@router.post("/{offer}/release", summary="Release an offer", responses=problems("not_found"))
def release_held_offer(
    act: Annotated[Act, needs("program:write", "offer.release")],
    program: ProgramId,
    offer: OfferId,
    session: Writing,
    request: Request,
    now: Now,
) -> HeldOffer:
    """Free the places of an offer; the participant goes on waiting."""
    row = find_offer(session, program, offer)
    view = _view(row)
    release_offer(session, row, now)
    request.state.act = act.about(participant=row.participant)
    return view


@router.post("/{offer}/decline", summary="Decline an offer", responses=problems("not_found", "in_use", "wrong_state"))
def decline_held_offer(
    act: Annotated[Act, needs("program:write", "offer.decline")],
    program: ProgramId,
    offer: OfferId,
    session: Writing,
    request: Request,
    now: Now,
) -> HeldOffer:
    """Free the places of an offer and archive the participant, who no longer waits."""
    row = find_offer(session, program, offer)
    view = _view(row)
    decline_offer(session, row, act.caller.name, now)
    request.state.act = act.about(participant=view.participant)
    return view


def _unusable(message: str) -> Place:
    return Place(code="unusable", path="moves", message=message)


def _person(session: Session, program: str, participant: str, now: Now) -> Participant:
    """Someone who may be offered places.

    Raises:
        Problem: They do not exist, do not wait, or are offered places already.
    """
    person = Participant.model_validate(find_participant(session, program, participant).document)
    check_offered(session, program, person, now)
    return person


def _week(session: Session, program: str, person: Participant, now: Now) -> AskedWeek:
    """The last published week with someone who waits.

    Raises:
        Problem: Neither this week nor the next is published (`wrong_state`).
    """
    today = now.astimezone(zone_of(session, program)).date()
    week = usual_week(session, program, today - timedelta(days=today.weekday()), person, now)
    if week is None:
        raise Problem("wrong_state", "Neither this week nor the next is published, so no seat is known to be free.")
    return week


def _view(row: HeldOfferRow) -> HeldOffer:
    names = ("id", "participant", "first", "until", "created_at", "created_by")
    return HeldOffer(places=places_of(row), **{name: getattr(row, name) for name in names})
