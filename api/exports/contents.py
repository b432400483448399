"""What the export of a program contains: every table that belongs to a program, or the reason why it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, Field
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, LargeBinary, String, Table

from api.database.tables import Base
from api.database.tables.base import UtcTime

SECRETS: Final[Mapping[str, frozenset[str]]] = {
    "weeks": frozenset({"desk_key"}),
    "webhooks": frozenset({"secret", "former_secret"}),
    "page_links": frozenset({"token_hash", "used_by"}),
    "api_keys": frozenset({"token_hash", "hint"}),
    "outbox": frozenset({"lease", "leased_until"}),
}
"""Columns that are left out: secrets, hashes of secrets, and what only running processes need."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "calendar_secrets": "the key from which the UIDs of calendars are derived",
    "feed_links": "the tokens of calendar links, as hashes, and the files served",
    "page_visits": "the cookies of participants' visits, as hashes",
    "logins": "the cookies of users, as hashes",
    "password_links": "the tokens of links for a new password, as hashes",
    "setup_links": "belongs to no program",
    "idempotent_answers": "responses kept for a day, to repeat them",
    "users": "belong to the installation; a program's file of roles names them by id",
}
"""Tables without a file, and why."""

KINDS: Final = (
    (UtcTime, "time"),
    (DateTime, "time"),
    (Date, "date"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (String, "text"),
)


class ExportedColumn(BaseModel):
    """A field of the lines of a file."""

    name: str
    kind: str = Field(description="text, integer, boolean, date, time (UTC) or json.")
    description: str = ""


class ExportedFile(BaseModel):
    """A file of the archive: JSON Lines, one object for each row."""

    name: str
    rows: int
    sha256: str
    columns: list[ExportedColumn]


class ExportManifest(BaseModel):
    """What the archive contains."""

    format: int = Field(1, description="Rises when the meaning of a file changes.")
    program: str
    made_at: str
    version: str = Field(description="The version of Stepdown.")
    revision: str = Field(description="The schema of the database.")
    files: list[ExportedFile]


def program_tables() -> list[Table]:
    """The tables of which an export contains the program's rows; each refers only to those before it."""
    tables = (table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT)
    return [table for table in tables if table.name == "programs" or "program" in table.columns]


def columns_of(table: Table) -> list[ExportedColumn]:
    """The columns of a table that are exported."""
    hidden = SECRETS.get(table.name, frozenset())
    return [
        ExportedColumn(name=column.name, kind=_kind(column.type), description=column.comment or "")
        for column in table.columns
        if column.name not in hidden
    ]


def _kind(of: object) -> str:
    return next(kind for type_, kind in KINDS if isinstance(of, type_))
