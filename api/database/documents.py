"""Putting documents away and getting them back."""

from __future__ import annotations

import hashlib
import zlib
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.database.tables import Document
from api.database.tables.base import now

Kind = Literal["instance", "roster", "result"]


def keep_document(session: Session, kind: Kind, text: str) -> str:
    """Keep a JSON text; one that is there already is kept once, and counts as new to those who delete what nobody refers to.

    Returns:
        Its hash.
    """
    data = text.encode()
    hash = hashlib.sha256(data).hexdigest()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"hash": hash, "kind": kind, "body": zlib.compress(data), "size": len(data)}
    # Touching the row locks it: it cannot be deleted before this transaction has said what refers to it.
    session.execute(insert(Document).values(row).on_conflict_do_update(index_elements=["hash"], set_={"created_at": now()}))
    return hash


def document_text(session: Session, hash: str) -> str:
    """The text of a document.

    Raises:
        KeyError: There is none with this hash.
        ValueError: What is kept is not what was put away.
    """
    body = session.scalar(select(Document.body).where(Document.hash == hash))
    if body is None:
        raise KeyError(hash)
    data = zlib.decompress(body)
    if hashlib.sha256(data).hexdigest() != hash:
        raise ValueError(f"document {hash} is damaged: restore a backup")
    return data.decode()
