"""Jobs and stored idempotent responses. Ids, times and numbers only: the input of a job is a document, identified by its hash."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, func, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from api.database.tables.base import Base, UtcTime, new_id, now


class JobRow(Base):
    """A solve, from request to result."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    caller: Mapped[str] = mapped_column(String(80), index=True, comment="Caller.name; others do not see the job.")
    program: Mapped[str | None] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), comment="None: a stateless solve.")
    monday: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16), default="queued", comment="queued, running, completed, stopped or failed.")
    priority: Mapped[int] = mapped_column(default=1, comment="1 interactive, 10 batch.")
    limits: Mapped[dict[str, Any]] = mapped_column(comment="scheduler.result.SolveLimits.")
    instance_hash: Mapped[str | None] = mapped_column(ForeignKey("documents.hash"))
    hint_hash: Mapped[str | None] = mapped_column(ForeignKey("documents.hash"), comment="A roster to start from.")
    result_hash: Mapped[str | None] = mapped_column(ForeignKey("documents.hash"))
    roster: Mapped[str | None] = mapped_column(String(32), comment="The draft that the job created.")
    is_stopping: Mapped[bool] = mapped_column(default=False, comment="A stop was requested; the best roster is kept.")
    revision: Mapped[int] = mapped_column(default=0, comment="Rises with every change of progress or state.")
    phase: Mapped[str] = mapped_column(String(16), default="")
    care: Mapped[int | None]
    care_bound: Mapped[int | None]
    care_unavoidable: Mapped[int | None] = mapped_column(comment="Of both, what no possible session gives.")
    preference: Mapped[int | None]
    preference_bound: Mapped[int | None]
    activity: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"), comment="What is tried, in words.")
    proving: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"), comment="What is proven meanwhile, in words.")
    next_bound_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When the next bound is due at the latest.")
    error_code: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str | None] = mapped_column(String(500), comment="A sentence; no names.")
    attempts: Mapped[int] = mapped_column(default=0, comment="Number of starts; more than one after a crash.")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    progress_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    changed_at: Mapped[datetime] = column_property(func.coalesce(finished_at, progress_at, created_at))


class IdempotentAnswerRow(Base):
    """The response to a request with an Idempotency-Key, kept for repeated requests."""

    __tablename__ = "idempotent_answers"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of caller, method, path and key.")
    request_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the body.")
    status: Mapped[int | None] = mapped_column(comment="None: still running.")
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="zlib.")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
