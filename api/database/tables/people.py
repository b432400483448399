"""Users, their roles and sessions, API keys, the setup link, the audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime, new_id, now


class UserRow(StampedRow, Base):
    """A user who can sign in."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(120), unique=True, comment="Lower case.")
    password_hash: Mapped[str] = mapped_column(String(200), comment="argon2id.")
    is_password_temporary: Mapped[bool] = mapped_column(
        default=False, comment="Someone else knows it; it can only be used to set a new one."
    )
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RoleGrantRow(Base):
    """A user's role in one program, or in all."""

    __tablename__ = "role_grants"
    __table_args__ = (Index(None, "user", "program", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    user: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    program: Mapped[str | None] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), comment="None: every program.")
    role: Mapped[str] = mapped_column(String(16))
    clinician: Mapped[str | None] = mapped_column(String(64), comment="The user's id as a clinician.")
    participant: Mapped[str | None] = mapped_column(String(64), comment="The user's id as a participant.")


class LoginRow(Base):
    """A server-side session of a user; the cookie holds its token, and only the hash is stored."""

    __tablename__ = "logins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class PasswordLinkRow(Base):
    """A link by which a user who forgot their password chooses another one, once. Only the hash of its token is stored."""

    __tablename__ = "password_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ApiKeyRow(StampedRow, Base):
    """An API key for another tool."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    label: Mapped[str] = mapped_column(String(80), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(16), default="", comment="First characters of the token, to distinguish keys.")
    scopes: Mapped[list[str]]
    program: Mapped[str | None] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), comment="None: every program.")
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SetupLinkRow(Base):
    """The one-time link of the first start, which creates the first director."""

    __tablename__ = "setup_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class AuditEntryRow(Base):
    """Who changed or viewed what, and when; never the content."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "program", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now, index=True)
    caller: Mapped[str] = mapped_column(String(80), index=True)
    action: Mapped[str] = mapped_column(String(48), comment="e.g. roster.publish; one of the actions the routes declare.")
    program: Mapped[str | None] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(300), comment="Ids from the address, e.g. monday=2026-11-30 participant=p07.")
    outcome: Mapped[str] = mapped_column(String(16), comment="done or denied.")
    request_id: Mapped[str] = mapped_column(String(64))
