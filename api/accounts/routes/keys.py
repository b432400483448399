"""Routes of API keys: directors of all programs manage all keys, a program's directors those bound to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request, Response

from api.accounts.models import KeyMade, KeyOut, NewKey
from api.accounts.routes.scoped_routes import Twofold, Within
from api.accounts.store import keys as acts
from api.accounts.store.users import check_program
from api.audit.acts import Act
from api.database.listing import Listing
from api.kernel.errors import Problem
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Reading, Writing, needs
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from scheduler.fields import Id

keys = Twofold("keys")

KeyId = Annotated[Id, Path(description="The key.")]


@keys.route("GET", "/keys", summary="List API keys", responses=problems("not_signed_in", "forbidden", "not_found", "wrong_shape"))
def list_keys(
    act: Annotated[Act, needs("admin", "key.list")],
    session: Reading,
    within: Within,
    listing: Annotated[Listing, listing_by("id", default="id")],
) -> Page[KeyOut]:
    """List keys with the beginning of their tokens and their last use, never the tokens; within a program, those bound to it."""
    return listed(acts.find_keys(session, within, listing), acts.show_key)


@keys.route(
    "POST",
    "/keys",
    summary="Create an API key",
    status_code=201,
    responses=problems("bad_reference", "not_signed_in", "forbidden", "not_found", "wrong_state", *BODY_CODES),
)
def create_key(
    act: Annotated[Act, needs("admin", "key.create")],
    body: Annotated[NewKey, json_body(NewKey)],
    request: Request,
    response: Response,
    session: Writing,
    within: Within,
) -> KeyMade:
    """Create a key with scopes, optionally bound to a program. Its token is shown only in this response: store it now.

    A key never allows more than its creator may do.
    """
    check_program(session, within)
    if within is not None and body.program not in (None, within):
        raise Problem("bad_reference", "program: keys made here are bound to this program; leave it out.")
    key, token = acts.create_key(
        session, act.caller, body.scopes, label=body.label, program=within or body.program, expires_at=body.expires_at
    )
    request.state.act = act.about(key=key.id)
    # Set here, so that the stored idempotent responses leave this one out.
    response.headers["Cache-Control"] = "no-store"
    return KeyMade(**dict(acts.show_key(key)), token=token)


@keys.route("GET", "/keys/{key}", summary="Get an API key", responses=problems("not_signed_in", "forbidden", "not_found", "wrong_shape"))
def get_key(act: Annotated[Act, needs("admin", "key.view")], session: Reading, key: KeyId, within: Within) -> KeyOut:
    """Get a key without its token."""
    return acts.show_key(acts.get_key(session, key, within))


@keys.route(
    "POST", "/keys/{key}/revoke", summary="Revoke an API key", responses=problems("not_signed_in", "forbidden", "not_found", "wrong_shape")
)
def revoke_key(act: Annotated[Act, needs("admin", "key.revoke")], session: Writing, key: KeyId, within: Within) -> KeyOut:
    """Revoke a key, from the next request on. It stays in the list, because the audit trail refers to it."""
    row = acts.get_key(session, key, within)
    acts.revoke_key(act.caller, row)
    return acts.show_key(row)
