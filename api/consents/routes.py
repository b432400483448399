"""Routes of a participant's consents, recorded by staff from a signed form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.consents.models import ConsentKind, ConsentRecord, ConsentView
from api.consents.store import find_consent, list_consents, record_consent, state_of, withdraw_consent
from api.database.listing import Listing
from api.database.tables import ConsentRow
from api.programs.store.programs import zone_of
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}/participants/{participant}/consents", tags=["consents"], route_class=Repeatable)

ParticipantId = Annotated[Id, Path(description="The participant.")]
ConsentId = Annotated[Id, Path(description="The consent.")]


async def _consent_to_change(program: ProgramId, participant: ParticipantId, consent: ConsentId) -> Find[ConsentRow]:
    return lambda session: find_consent(session, program, participant, consent)


@router.get("", summary="List a participant's consents", responses=problems("not_found"))
def list_participant_consents(
    act: Annotated[Act, needs("program:read", "consent.list")],
    program: ProgramId,
    participant: ParticipantId,
    session: Reading,
    now: Now,
    listing: Annotated[Listing, listing_by("id", default="id")],
    kind: Annotated[ConsentKind | None, Query(description="Only consents of this kind.")] = None,
) -> Page[ConsentView]:
    """List all consents ever recorded, including expired and withdrawn ones; `state` is each one's state today."""
    today = _today(session, program, now)
    return listed(list_consents(session, program, participant, listing, kind=kind), lambda row: _view(row, today))


@router.post("", status_code=201, summary="Record a consent", responses=problems("not_found", "wrong_state", "bad_reference", *BODY_CODES))
def record_participant_consent(
    act: Annotated[Act, needs("program:write", "consent.record")],
    body: Annotated[ConsentRecord, json_body(ConsentRecord)],
    program: ProgramId,
    participant: ParticipantId,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
) -> ConsentView:
    """Record what a participant signed: the kind, its dates, and the code of the signed form.

    A consent is never changed: withdraw it and record another one. Discharged participants may consent, too.
    """
    row = record_consent(session, program, participant, body, act.caller.name, now)
    request.state.act = act.about(consent=row.id, kind=row.kind)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    response.headers["ETag"] = etag(row.version)
    return _view(row, _today(session, program, now))


@router.delete("/{consent}", summary="Withdraw a consent", responses=problems("not_found", "changed_meanwhile", "no_etag"))
def withdraw_participant_consent(
    act: Annotated[Act, needs("program:write", "consent.withdraw")],
    changing: Annotated[Changing[ConsentRow], changing(_consent_to_change)],
) -> ConsentView:
    """Withdraw a consent, from now on. It stays in the list, with who recorded and who withdrew it."""
    withdraw_consent(changing.row, changing.by, changing.now)
    return changing.answer(_view(changing.row, _today(changing.session, changing.row.program, changing.now)))


def _today(session: Session, program: str, now: datetime) -> date:
    return now.astimezone(zone_of(session, program)).date()


def _view(row: ConsentRow, today: date) -> ConsentView:
    withdrawn: tuple[datetime | None, str | None] = (None, None) if row.withdrawn_at is None else (row.withdrawn_at, row.changed_by)
    return ConsentView(
        id=row.id,
        participant=row.participant,
        kind=cast(ConsentKind, row.kind),
        guest=row.guest,
        first=row.first,
        last=row.last,
        reference=row.reference,
        state=state_of(row, today),
        recorded_at=row.created_at,
        recorded_by=row.created_by,
        withdrawn_at=withdrawn[0],
        withdrawn_by=withdrawn[1],
        version=row.version,
    )
