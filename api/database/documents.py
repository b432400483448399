"""Store and load documents."""

from __future__ import annotations

import hashlib
import zlib
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.database.tables import DocumentRow
from api.database.tables.base import now

Kind = Literal["instance", "roster", "result"]


class PackedDocument(NamedTuple):
    """A JSON text as it is stored."""

    hash: str
    body: bytes
    size: int


def pack(text: str) -> PackedDocument:
    """Compress and hash a JSON text."""
    data = text.encode()
    return PackedDocument(hashlib.sha256(data).hexdigest(), zlib.compress(data), len(data))


def keep_document(session: Session, kind: Kind, document: str | PackedDocument) -> str:
    """Store a JSON text once; storing it again renews its age, which protects it from the removal of unreferenced documents.

    Returns:
        Its hash.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    packed = pack(document) if isinstance(document, str) else document
    row = {"kind": kind} | packed._asdict()
    # Updating the row locks it: it cannot be deleted before this transaction has written its reference to it.
    session.execute(insert(DocumentRow).values(row).on_conflict_do_update(index_elements=["hash"], set_={"created_at": now()}))
    return packed.hash


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
