"""Claims on idempotency keys: which request was first, whether it was carried out, and its response."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.database.engine import Store, rows_changed
from api.database.tables import IdempotentAnswerRow as Row
from api.database.tables.base import now

LIFETIME = timedelta(hours=24)
BLOCKED = timedelta(seconds=20)
"""How long a claim is valid without being renewed: its key is free soon after its process died.

A process that is merely slow may lose its claim, too; then its request has no effect, and the second one is carried out.
"""
RENEWED_EVERY = 5.0
"""Seconds between renewals while the request is being carried out."""

NO_ANSWER = 0
"""The status of a request that was carried out and whose response is not stored."""
ANSWERING = 1
"""The status of a request that was carried out and whose response is yet to be stored."""
ANSWERED_WITHIN = timedelta(seconds=30)
"""A response that is not stored after this time never will be: the process died after the effect."""

ClaimRefusal = Literal["running", "reused", "gone"]
"""Why a key cannot be claimed: its request is still running, was a different one, or was carried out without a stored response."""


class ClaimLostError(Exception):
    """The claim expired and another request holds the key: this request must have no effect."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A stored response."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out the request of a key.

    Attributes:
        since: Tells this claim from a later one on the same key.
    """

    store: Store
    key_hash: str
    since: datetime

    def carried_out(self, session: Session) -> None:
        """Mark the request as carried out, in the transaction of its effect, so that both are committed or neither.

        Raises:
            ClaimLostError: Another request now holds the key.
        """
        if not self._change(session, status=ANSWERING, expires_at=now() + LIFETIME):
            raise ClaimLostError

    def renew(self) -> None:
        """Keep the claim on a request that is still being carried out."""
        with self.store.writing() as session:
            mine = (Row.key_hash == self.key_hash, Row.created_at == self.since, Row.status.is_(None))
            session.execute(update(Row).where(*mine).values(expires_at=now() + BLOCKED))

    def settle(self, answer: StoredResponse | None) -> None:
        """Store the response; without one, release the key unless the request was carried out."""
        with self.store.writing() as session:
            if answer is None:
                mine = (Row.key_hash == self.key_hash, Row.created_at == self.since)
                session.execute(delete(Row).where(*mine, Row.status.is_(None)))
                session.execute(update(Row).where(*mine, Row.status == ANSWERING).values(status=NO_ANSWER))
            else:
                body = zlib.compress(answer.body)
                self._change(session, status=answer.status, headers=answer.headers, body=body, expires_at=now() + LIFETIME)

    def _change(self, session: Session, **values: Any) -> bool:
        changed = update(Row).where(Row.key_hash == self.key_hash, Row.created_at == self.since).values(values)
        return rows_changed(session.execute(changed)) == 1


def claim_key(store: Store, request_key: tuple[str, ...], body: bytes) -> Claim | StoredResponse | ClaimRefusal:
    """Claim a key, or find out what became of the request that holds it.

    Args:
        request_key: Caller, method, address and key.
    """
    key_hash, request_hash = hashlib.sha256("\0".join(request_key).encode()).hexdigest(), hashlib.sha256(body).hexdigest()
    with store.writing() as session:
        since = now()
        session.execute(delete(Row).where(Row.expires_at <= since))
        insert = sqlite.insert if store.is_sqlite else postgresql.insert
        row = {"key_hash": key_hash, "request_hash": request_hash, "headers": {}, "body": b"", "created_at": since}
        claim = insert(Row).values(row | {"expires_at": since + BLOCKED}).on_conflict_do_nothing().returning(Row.key_hash)
        if session.scalar(claim) is not None:
            return Claim(store, key_hash, since)
        holder = session.scalars(select(Row).where(Row.key_hash == key_hash)).one()
        if holder.request_hash != request_hash:
            return "reused"
        if holder.status is None or (holder.status == ANSWERING and holder.expires_at - LIFETIME > since - ANSWERED_WITHIN):
            return "running"
        return (
            "gone"
            if holder.status in (NO_ANSWER, ANSWERING)
            else StoredResponse(holder.status, holder.headers, zlib.decompress(holder.body))
        )
