"""Store and load documents."""

from __future__ import annotations

import hashlib
import zlib
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.database.tables import DocumentRow
from api.database.tables.base import now

Kind = Literal["instance", "roster", "result"]


def keep_document(session: Session, kind: Kind, text: str) -> str:
    """Store a JSON text once; storing it again renews its age, which protects it from the removal of unreferenced documents.

    Returns:
        Its hash.
    """
    data = text.encode()
    hash = hashlib.sha256(data).hexdigest()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"hash": hash, "kind": kind, "body": zlib.compress(data), "size": len(data)}
    # Updating the row locks it: it cannot be deleted before this transaction has written its reference to it.
    session.execute(insert(DocumentRow).values(row).on_conflict_do_update(index_elements=["hash"], set_={"created_at": now()}))
    return hash


def document_text(session: Session, hash: str) -> str:
    """The text of a document.

    Raises:
        KeyError: No document has this hash.
        ValueError: The stored text does not match its hash.
    """
    body = session.scalar(select(DocumentRow.body).where(DocumentRow.hash == hash))
    if body is None:
        raise KeyError(hash)
    data = zlib.decompress(body)
    if hashlib.sha256(data).hexdigest() != hash:
        raise ValueError(f"document {hash} is damaged: restore a backup")
    return data.decode()
