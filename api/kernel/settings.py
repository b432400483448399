"""Settings from environment variables that begin with ``STEPDOWN_``. `stepdown settings` prints them as a table.

Nothing is read from the environment anywhere else.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.kernel.mail_addresses import SmtpServer, as_email, smtp_server


class Settings(BaseSettings):
    """The settings of this installation. Units such as seconds, minutes and bytes are part of the names."""

    model_config = SettingsConfigDict(env_prefix="STEPDOWN_", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    data: Path = Field(Path("stepdown-data"), description="Folder of the SQLite databases, readable only by its owner.")
    database: str | None = Field(None, description="E.g. postgresql://host/name; unset: SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address to listen on; the default accepts connections only from this machine.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free port.")
    public_url: str = Field("", description="Public address of the service, e.g. https://rosters.example.org; unset: host and port.")
    allowed_hosts: str = Field("", description="Further host names the service answers to, separated by commas; all others are refused.")
    trusted_proxies: str = Field("127.0.0.1", description="Proxies whose X-Forwarded headers are trusted, separated by commas.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Lowest log level.")
    graceful_seconds: int = Field(5, ge=0, description="How long open requests may continue when the service is stopped.")

    solves_here: bool = Field(True, description="Whether this process solves; false if `stepdown worker` processes do.")
    parallel_solves: int = Field(
        1, ge=1, le=64, description="Concurrent solves per process; use the same value for all workers of a database."
    )
    solve_workers: int = Field(2, ge=1, le=64, description="Threads per solve.")
    solve_seconds_default: float = Field(30.0, ge=0, description="Search time if a request gives none.")
    solve_seconds_most: float = Field(600.0, ge=1, description="Longest search time a request may ask for.")
    queue_most: int = Field(100, ge=1, description="Jobs that may wait; further ones get a 429.")
    job_hours: int = Field(24, ge=1, description="How long finished jobs of the stateless endpoints and their requests are kept.")
    worker_name: str = Field("", description="Name of this worker in the logs, e.g. its machine; a number is appended. Unset: worker.")

    body_bytes_most: int = Field(10_000_000, ge=1000, description="Largest request body.")
    header_seconds: float = Field(20.0, gt=0, description="How long the headers of a request may take to arrive; then 408.")
    body_seconds: float = Field(60.0, gt=0, description="How long the rest of a request may take to arrive; then 408.")
    requests_per_minute: int = Field(1200, ge=1, description="Requests per caller; further ones get a 429.")
    solves_per_minute: int = Field(60, ge=1, description="Solve, explain and compare requests per caller.")
    logins_per_minute: int = Field(
        10, ge=1, description="Sign-in attempts per address; ten times as many per account from where it has not signed in yet."
    )

    session_hours: int = Field(12, ge=1, description="How long a session lasts.")
    session_idle_minutes: int = Field(60, ge=1, description="How long a session lasts without a request.")

    feed_url: str = Field(
        "",
        description="Address in links to calendars and own pages: a neutral name, e.g. https://cal.example.net; unset: public URL.",
    )
    feed_days_after: int = Field(14, ge=0, le=365, description="Days after discharge for which a calendar link still works.")
    feed_fetches_per_minute: int = Field(30, ge=1, description="Fetches per calendar link, and wrong links per address.")

    busy_urls: bool = Field(
        False, description="Whether calendars of busy times may be fetched from their address; otherwise they can only be uploaded."
    )
    outbound_private: bool = Field(False, description="Whether addresses that users type in (webhooks, calendars) may be in your network.")
    outbound_ports: str = Field("443", description="Ports allowed in addresses that users type in, separated by commas.")

    @field_validator("outbound_ports")
    @classmethod
    def _are_ports(cls, value: str) -> str:
        ports = [part.strip() for part in value.split(",")]
        if not all(port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65536 for port in ports):
            raise ValueError("write ports like 443,8443")
        return ",".join(ports)

    smtp_url: SecretStr | None = Field(None, description="Mail server, e.g. smtp://user:password@mail.example.org:587; unset: no mails.")
    mail_from: str = Field("", validate_default=True, description="Sender address of mails; it should not reveal who you are.")
    mail_replies: bool = Field(True, description="Whether replies to mails are read; if not, mails say so.")

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            smtp_server(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("smtp_url") is not None:
            raise ValueError("set the sender of mails when STEPDOWN_SMTP_URL is set")
        return as_email(value) if value else ""

    page_link_days: int = Field(7, ge=1, le=90, description="How long a participant's one-time link waits to be opened.")
    visit_hours: int = Field(12, ge=1, description="How long a participant stays signed in to their own page.")
    visit_idle_minutes: int = Field(30, ge=1, description="How long they stay signed in without a request.")
    visit_kept_days: int = Field(
        30, ge=0, le=366, description="How long they stay signed in on their own device; half as long without a request. 0 disables this."
    )

    @field_validator("feed_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        is_plain = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
        if value and not is_plain:
            raise ValueError("write it like https://cal.example.net")
        return value

    @field_validator("database")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if not value:
            return None
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("write it like postgresql://user@host/name") from None
        kind = url.get_backend_name()
        if kind == "sqlite" and not url.database:
            raise ValueError("name a file: sqlite:////folder/stepdown.sqlite")
        if kind == "sqlite":
            return value
        if kind not in ("postgresql", "postgres"):
            raise ValueError("use PostgreSQL or SQLite")
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

    @cached_property
    def database_url(self) -> str:
        """The URL of the application's database."""
        return self.database or f"sqlite:///{(self.data / 'stepdown.sqlite').absolute()}"

    @cached_property
    def jobs_url(self) -> str:
        """The URL of the job engine's own tables: in the same database on PostgreSQL, in a separate file on SQLite."""
        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite":
            return f"sqlite:///{Path(str(url.database)).absolute().with_name('jobs.sqlite')}"
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    @cached_property
    def ports_out(self) -> frozenset[int]:
        """The ports that typed addresses may use."""
        return frozenset(int(port) for port in self.outbound_ports.split(","))

    @cached_property
    def mail_server(self) -> SmtpServer | None:
        """The mail server; None: no mails are sent."""
        return None if self.smtp_url is None else smtp_server(self.smtp_url.get_secret_value())

    @cached_property
    def base_url(self) -> str:
        """The base of links, without a trailing slash."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @cached_property
    def feed_base(self) -> str:
        """The base of calendar links, without a trailing slash."""
        return self.feed_url.rstrip("/") or self.base_url

    @property
    def is_https(self) -> bool:
        """Whether cookies are sent over TLS only."""
        return self.base_url.startswith("https://")
