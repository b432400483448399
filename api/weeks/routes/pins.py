"""Pins: what a coordinator locks in a week."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import PinRow
from api.kernel.errors import Problem
from api.kernel.instance_checks import places
from api.programs.store.programs import check_program
from api.web.addresses import ThatWeek, WeekAddress
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from api.weeks.models.weeks import PinView
from api.weeks.store.building import build_instance
from api.weeks.store.pins import UNUSABLE, pin_issues
from api.weeks.store.session_pins import add_pin
from api.weeks.store.weeks import list_pins as pin_rows
from api.weeks.store.weeks import lock_pin, pin_of, pins_of
from scheduler.fields import Id
from scheduler.instance import Pin

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}/pins", tags=["weeks"], route_class=Repeatable)

PinId = Annotated[Id, Path(description="The pin.")]
CHANGING = ("not_found", "bad_reference", "wrong_state", *BODY_CODES)


async def _pin_to_change(at: ThatWeek, pin: PinId) -> Find[PinRow]:
    return lambda session: lock_pin(session, *at, pin)


ChangingPin = Annotated[Changing[PinRow], changing(_pin_to_change)]


@router.get("", summary="List the pins of a week", responses=problems("not_found", "wrong_state"))
def list_pins(
    act: Annotated[Act, needs("roster:read", "pin.list")],
    at: ThatWeek,
    session: Reading,
    now: Now,
    listing: Annotated[Listing, listing_by("id", default="created_at")],
) -> Page[PinView]:
    """List the pins of a week, each with its issues: conflicts with other pins or rules, and unknown ids."""
    check_program(session, at.program)
    rows, views = pin_rows(session, *at, listing), {view.id: view for view in _pin_views(session, at, now)}
    return listed(rows, lambda row: views[row.id])


@router.post("", status_code=201, summary="Create a pin", responses=problems(*CHANGING))
def create_pin(
    act: Annotated[Act, needs("roster:write", "pin.create")],
    pin: Annotated[Pin, json_body(Pin)],
    at: ThatWeek,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
) -> PinView:
    """Lock a run, its facilitator or room, or a participant's booking. All ids in the pin must exist.

    A pin that conflicts with another pin or with rules is stored with its issues: resolve them before generating.
    """
    row = add_pin(session, *at, pin, act.caller.name)
    request.state.act = act.about(pin=row.id)
    response.headers["Location"] = f"{at.path}/pins/{row.id}"
    response.headers["ETag"] = etag(row.version)
    return _checked(session, now, row)


@router.put("/{pin}", summary="Replace a pin", responses=problems(*CHANGING, "changed_meanwhile", "no_etag"))
def replace_pin(
    act: Annotated[Act, needs("roster:write", "pin.change")],
    body: Annotated[Pin, json_body(Pin)],
    changing: ChangingPin,
) -> PinView:
    """Lock something else instead; checked like a new pin."""
    changing.row.document = _document(body)
    changing.row.touch(changing.by, changing.now)
    changing.session.flush()
    return changing.answer(_checked(changing.session, changing.now, changing.row))


@router.delete("/{pin}", status_code=204, summary="Delete a pin", responses=problems("not_found", "changed_meanwhile", "no_etag"))
def delete_pin(act: Annotated[Act, needs("roster:write", "pin.delete")], changing: ChangingPin) -> None:
    """Release a lock."""
    changing.session.delete(changing.row)


def _checked(session: Session, now: datetime, row: PinRow) -> PinView:
    """The view of a pin just stored.

    Raises:
        Problem: The pin names unknown ids, or lacks fields.
    """
    view = next(view for view in _pin_views(session, WeekAddress(row.program, row.monday), now) if view.id == row.id)
    unusable = [place for place in view.issues if place.code in UNUSABLE]
    if unusable:
        raise Problem("bad_reference", "Each issue says which field and what to write there.", unusable)
    return view


def _pin_views(session: Session, at: WeekAddress, now: datetime) -> list[PinView]:
    """All pins of a week with their issues."""
    rows = pins_of(session, *at)
    pins = [pin_of(row) for row in rows]
    issues = pin_issues(build_instance(session, *at, now), pins) if pins else []
    return [
        PinView(id=row.id, version=row.version, pin=pin, issues=tuple(places(pin_issues)))
        for row, pin, pin_issues in zip(rows, pins, issues, strict=True)
    ]  # fmt: skip


def _document(pin: Pin) -> dict[str, object]:
    return pin.model_dump(mode="json", exclude_defaults=True)
