"""`stepdown keys`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, get_args

import typer
from rich.table import Table

from api.cli.acts import acting, reading
from api.cli.command import ServiceError, print_table
from api.security.access import Scope
from scheduler.cli.console import console, print_json
from scheduler.cli.options import AsJson

SCOPES = get_args(Scope)
Scopes = Annotated[
    list[str], typer.Option("--scope", metavar="|".join(SCOPES), help="What the key may do; repeat for several scopes.", show_default=False)
]
Program = Annotated[str | None, typer.Option(help="Restrict the key to this program.", show_default=False)]
Text = Annotated[str, typer.Option("--label", help="A name for the key, such as the tool that uses it.")]
Days = Annotated[
    int | None, typer.Option(min=1, max=3660, help="Number of days the key is valid; by default, until it is revoked.", show_default=False)
]


def create(scope: Scopes, label: Text = "", program: Program = None, days: Days = None) -> None:
    """Create a key and print its token, once."""
    from pydantic import ValidationError

    from api.accounts.models import NewKey
    from api.accounts.store.keys import create_key

    if wrong := [name for name in scope if name not in SCOPES]:
        raise ServiceError(f"unknown scope {wrong[0]}: use one or more of {', '.join(SCOPES)}")
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    try:
        request = NewKey.model_validate({"label": label, "scopes": scope, "program": program, "expires_at": expires_at})
    except ValidationError as error:
        raise ServiceError("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))) from None
    with acting("key.create") as (session, by, about):
        key, token = create_key(session, by, request.scopes, label=request.label, program=request.program, expires_at=request.expires_at)
        about(key=key.id)
    console(to_error=True).print("The token is shown only once. Send it as `Authorization: Bearer <token>`.")
    console().print(token)


def list_keys(as_json: AsJson = False) -> None:
    """List keys: the beginning of each, its scopes, and when it was last used."""
    from sqlalchemy import select

    from api.accounts.store.keys import show_key
    from api.database.tables import ApiKeyRow

    with reading() as session:
        keys = [show_key(key) for key in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at))]
    if as_json:
        print_json(keys)
        return
    table = Table("id", "begins", "label", "scopes", "program", "last used", "state", box=None, pad_edge=False, header_style="bold")
    for key in keys:
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        table.add_row(
            key.id, key.hint, key.label, ", ".join(key.scopes), key.program or "all", used, _state(key.revoked_at, key.expires_at)
        )
    print_table(table, "There are no keys: stepdown keys create --scope solve")


def revoke(id: Annotated[str, typer.Argument(metavar="ID", help="The key, as `stepdown keys list` shows it.", show_default=False)]) -> None:
    """Revoke a key, from the next request on."""
    from api.accounts.store.keys import get_key, revoke_key

    with acting("key.revoke") as (session, by, about):
        revoke_key(by, get_key(session, id))
        about(key=id)
    console().print("Revoked.")


def _state(revoked_at: datetime | None, expires_at: datetime | None) -> str:
    if revoked_at is not None:
        return "revoked"
    if expires_at is None:
        return ""
    return f"until {expires_at:%Y-%m-%d}" if expires_at > datetime.now(UTC) else "expired"
