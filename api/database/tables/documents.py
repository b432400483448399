"""Immutable documents, identified by the hash of their text: instances, rosters, results."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, UtcTime, now


class DocumentRow(Base):
    """A compressed JSON text. It never changes; the same text is stored only once."""

    __tablename__ = "documents"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the text, hexadecimal.")
    kind: Mapped[str] = mapped_column(String(16), comment="instance, roster or result.")
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="zlib.")
    size: Mapped[int] = mapped_column(comment="Bytes of the text.")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
