"""The first schema

Revision 0001, after .
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID, KEY, TIME = sa.String(64), sa.String(32), UtcTime(timezone=True)


def column(name: str, kind: sa.types.TypeEngine[Any], comment: str | None = None) -> sa.Column[Any]:
    """A column that is never empty."""
    return sa.Column(name, kind, nullable=False, comment=comment)


def optional(name: str, kind: sa.types.TypeEngine[Any], comment: str | None = None) -> sa.Column[Any]:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True, comment=comment)


def stamps() -> tuple[sa.Column[Any], ...]:
    """The columns of a row with a version."""
    by = sa.String(80)
    return (
        column("version", sa.Integer()), column("created_at", TIME), column("created_by", by), column("changed_at", TIME),
        column("changed_by", by),
    )  # fmt: skip


def refers(table: str, target: str, *columns: str, ondelete: str | None = "CASCADE") -> sa.ForeignKeyConstraint:
    """A reference from columns of a table to the target columns, "weeks.program weeks.monday"."""
    name = op.f(f"fk_{table}_{'_'.join(columns)}_{target.partition('.')[0]}")
    return sa.ForeignKeyConstraint(columns, target.split(), name=name, ondelete=ondelete)


def table(name: str, *parts: sa.schema.SchemaItem, key: tuple[str, ...] = ("id",)) -> None:
    """Create a table with its primary key."""
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))


def entity(name: str, *columns: sa.Column[Any]) -> None:
    """Create the table of a kind of entity: its own columns, then those of all kinds."""
    archived = optional("archived_at", TIME, "Archived things are in no new week.")
    common = (column("id", ID), column("document", sa.JSON()), archived, column("program", ID), *stamps())
    table(name, *columns, *common, refers(name, "programs.id", "program"), key=("id", "program"))


def index(table: str, *columns: str) -> None:
    """Create an index with the usual name."""
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def unique(table: str, name: str, *columns: str, where: str | None = None) -> None:
    """Create a unique index, over all rows or those that meet a condition."""
    only: dict[str, Any] = {} if where is None else {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(name, table, columns, unique=True, **only)


def upgrade() -> None:
    """Go forward."""
    table(
        "audit",
        column("id", KEY),
        column("at", TIME),
        column("caller", sa.String(80)),
        column("action", sa.String(48), "e.g. roster.publish; one of the actions the routes declare."),
        optional("program", ID),
        column("target", sa.String(300), "Ids from the address, e.g. monday=2026-11-30 participant=p07."),
        column("outcome", sa.String(16), "done or denied."),
        column("request_id", ID),
    )
    index("audit", "at")
    index("audit", "caller")
    index("audit", "program", "at")
    table(
        "documents",
        column("hash", ID, "SHA-256 of the text, hexadecimal."),
        column("kind", sa.String(16), "instance, roster or result."),
        column("body", sa.LargeBinary(), "zlib."),
        column("size", sa.Integer(), "Bytes of the text."),
        column("created_at", TIME),
        key=("hash",),
    )
    table(
        "idempotent_answers",
        column("key_hash", ID, "SHA-256 of caller, method, path and key."),
        column("request_hash", ID, "SHA-256 of the body."),
        optional("status", sa.Integer(), "None: still running."),
        column("headers", sa.JSON()),
        column("body", sa.LargeBinary(), "zlib."),
        column("created_at", TIME),
        column("expires_at", TIME),
        key=("key_hash",),
    )
    index("idempotent_answers", "expires_at")
    table(
        "programs",
        column("id", ID),
        column("document", sa.JSON(), "ProgramSettings."),
        optional("archived_at", TIME),
        *stamps(),
    )
    table(
        "setup_links",
        column("token_hash", ID),
        column("created_at", TIME),
        optional("used_at", TIME),
        key=("token_hash",),
    )
    table(
        "users",
        column("id", KEY),
        column("login", sa.String(120), "Lower case."),
        column("password_hash", sa.String(200), "argon2id."),
        column("is_password_temporary", sa.Boolean(), "Somebody else knows it; all it allows is to change it."),
        optional("disabled_at", TIME),
        *stamps(),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    entity("absences", optional("participant", ID), optional("clinician", ID), column("first", sa.Date()), column("last", sa.Date()))
    index("absences", "clinician")
    index("absences", "participant")
    table(
        "announcements",
        column("id", KEY),
        column("program", ID),
        column("participant", ID),
        column("first", sa.Date()),
        column("last", sa.Date(), "Last date, included."),
        column("start", sa.Integer(), "Minute of each day, wall time of the program."),
        column("end", sa.Integer()),
        column("state", sa.String(16), "open, accepted, declined or withdrawn."),
        optional("reason", KEY, "Why it was declined: DeclineReason."),
        optional("absence", ID, "The absence that accepting it made."),
        *stamps(),
        refers("announcements", "programs.id", "program"),
    )
    index("announcements", "program", "participant")
    index("announcements", "program", "state")
    table(
        "api_keys",
        column("id", KEY),
        column("label", sa.String(80)),
        column("token_hash", ID),
        column("hint", sa.String(16), "How the token begins, to tell keys apart."),
        column("scopes", sa.JSON()),
        optional("program", ID, "None: every program."),
        optional("seen_at", TIME),
        optional("expires_at", TIME),
        optional("revoked_at", TIME),
        *stamps(),
        refers("api_keys", "programs.id", "program"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_keys_token_hash")),
    )
    table(
        "brought_histories",
        column("program", ID),
        column("monday", sa.Date()),
        column("document", sa.JSON(), "scheduler.instance.History: past orders, last services, modules done."),
        refers("brought_histories", "programs.id", "program"),
        key=("program",),
    )
    table(
        "calendar_events",
        column("uid", ID, "Opaque: an HMAC over person and session."),
        column("program", ID),
        column("monday", sa.Date()),
        column("subject_kind", sa.String(16), "participant or clinician."),
        column("subject", ID),
        column("start", TIME),
        column("end", TIME),
        optional("summary", sa.Text(), "None: by the label of the feed."),
        column("place", sa.Text(), "Compared for changes, never shown."),
        optional("location", sa.Text(), "Shown by feeds that show places."),
        column("status", sa.String(16), "CONFIRMED or CANCELLED."),
        column("sequence", sa.Integer()),
        column("changed_at", TIME),
        refers("calendar_events", "programs.id", "program"),
        key=("uid",),
    )
    index("calendar_events", "program", "monday")
    index("calendar_events", "program", "subject_kind", "subject", "end")
    table(
        "calendar_secrets",
        column("program", ID),
        column("secret", sa.LargeBinary()),
        refers("calendar_secrets", "programs.id", "program"),
        key=("program",),
    )
    entity("clinicians")
    entity("cohorts")
    table(
        "consents",
        column("id", KEY),
        column("program", ID),
        column("participant", ID),
        column("kind", KEY, "ConsentKind."),
        column("first", sa.Date(), "In force from this date on."),
        optional("last", sa.Date(), "Last date, included; None: until it is withdrawn."),
        optional("reference", ID, "Code of the signed paper; no text."),
        optional("withdrawn_at", TIME),
        *stamps(),
        refers("consents", "programs.id", "program"),
    )
    index("consents", "program", "participant", "kind")
    table(
        "contacts",
        column("program", ID),
        column("kind", sa.String(16), "participant or clinician."),
        column("subject", ID),
        column("email", sa.String(254)),
        *stamps(),
        refers("contacts", "programs.id", "program"),
        key=("program", "kind", "subject"),
    )
    entity("curricula")
    table(
        "feeds",
        column("id", KEY),
        column("program", ID),
        column("subject_kind", sa.String(16), "participant or clinician."),
        column("subject", ID),
        column("purpose", sa.String(16), "self, guardian or clinician."),
        column("document", sa.JSON(), "scheduler.exchange.options.FeedOptions: label and switches."),
        optional("looks_at", TIME, "When label or switches last changed."),
        column("acknowledged", sa.Integer(), "The version of the warning that was read."),
        column("acknowledged_at", TIME),
        column("days_after", sa.Integer(), "Days after discharge on which it still works."),
        column("revision", sa.Integer(), "Raised whenever its bytes may change."),
        optional("seen_at", TIME, "Last fetched; noted once a minute at most."),
        optional("seen_client", sa.String(16), "By which kind of client: apple, google, outlook, ..."),
        column("seen_count", sa.Integer(), "Minutes in which it was fetched."),
        column("clients", sa.JSON(), "The same for each kind of client."),
        optional("revoked_at", TIME),
        optional("expires_at", TIME, "As it was last found; api.feeds finds it anew."),
        *stamps(),
        refers("feeds", "programs.id", "program"),
    )
    index("feeds", "program", "subject_kind", "subject")
    unique("feeds", "uq_feeds_live", "program", "subject_kind", "subject", "purpose", where="revoked_at IS NULL")
    table(
        "fhir_programs",
        column("program", ID),
        column("document", sa.JSON(), "scheduler.exchange.fhir.settings.FhirSettings."),
        *stamps(),
        refers("fhir_programs", "programs.id", "program"),
        key=("program",),
    )
    entity("groups")
    table(
        "jobs",
        column("id", KEY),
        column("caller", sa.String(80), "Caller.name; others do not see the job."),
        optional("program", ID, "None: a stateless solve."),
        optional("monday", sa.Date()),
        column("state", sa.String(16), "queued, running, completed, stopped or failed."),
        column("priority", sa.Integer(), "1 interactive, 10 batch."),
        column("limits", sa.JSON(), "scheduler.result.SolveLimits."),
        optional("instance_hash", ID),
        optional("hint_hash", ID, "A roster to start from."),
        optional("result_hash", ID),
        optional("roster", KEY, "The draft it made."),
        column("is_stopping", sa.Boolean(), "Somebody asked it to stop; its best roster is kept."),
        column("revision", sa.Integer(), "Rises with every progress and state."),
        column("phase", sa.String(16)),
        optional("care", sa.Integer()),
        optional("care_bound", sa.Integer()),
        optional("preference", sa.Integer()),
        optional("preference_bound", sa.Integer()),
        optional("error_code", KEY),
        optional("error", sa.String(500), "A sentence; no names."),
        column("attempts", sa.Integer(), "How often it was begun; more than once after a crash."),
        column("created_at", TIME),
        optional("started_at", TIME),
        optional("progress_at", TIME),
        optional("finished_at", TIME),
        optional("expires_at", TIME),
        refers("jobs", "documents.hash", "hint_hash", ondelete=None),
        refers("jobs", "documents.hash", "instance_hash", ondelete=None),
        refers("jobs", "programs.id", "program"),
        refers("jobs", "documents.hash", "result_hash", ondelete=None),
    )
    index("jobs", "caller")
    index("jobs", "expires_at")
    index("jobs", "state", "created_at")
    table(
        "logins",
        column("token_hash", ID),
        column("user", KEY),
        column("created_at", TIME),
        column("seen_at", TIME),
        column("expires_at", TIME),
        refers("logins", "users.id", "user"),
        key=("token_hash",),
    )
    index("logins", "expires_at")
    index("logins", "user")
    entity("orders", column("participant", ID), column("first", sa.Date(), "From this date on."))
    index("orders", "participant")
    table(
        "page_links",
        column("id", KEY),
        column("program", ID),
        column("participant", ID),
        column("token_hash", ID),
        column("expires_at", TIME),
        optional("used_at", TIME),
        optional("used_by", ID, "Hash of the page whose button was pressed, for a second press."),
        optional("replaced_at", TIME, "A newer link was made before this one was used."),
        optional("revoked_at", TIME, "Revoked by staff; visits begun with it ended, too."),
        *stamps(),
        refers("page_links", "programs.id", "program"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_page_links_token_hash")),
    )
    index("page_links", "program", "participant")
    entity("participants", column("status", sa.String(16)))
    index("participants", "status")
    entity("phase_decisions", column("participant", ID), column("first", sa.Date(), "From this date on."))
    index("phase_decisions", "participant")
    entity("phases")
    entity("plans")
    entity("relations", column("a", ID), column("b", ID))
    entity("resources")
    table(
        "role_grants",
        column("id", KEY),
        column("user", KEY),
        optional("program", ID, "None: every program."),
        column("role", sa.String(16)),
        optional("clinician", ID, "Who the user is among the clinicians."),
        optional("participant", ID, "Who the user is among the participants."),
        refers("role_grants", "programs.id", "program"),
        refers("role_grants", "users.id", "user"),
    )
    unique("role_grants", "ix_role_grants_user_program", "user", "program")
    entity("rooms")
    entity("services")
    entity("sites")
    entity("tracks")
    table(
        "webhooks",
        column("id", KEY),
        column("program", ID),
        column("url", sa.String(2000)),
        column("events", sa.JSON()),
        column("secret", sa.String(100), "Signing needs the secret itself."),
        optional("former_secret", sa.String(100), "Signs beside the new one for a while after a rotation."),
        optional("former_until", TIME),
        optional("failing_since", TIME, "The first attempt since the last success."),
        optional("disabled_at", TIME),
        optional("disabled_reason", KEY, "by_hand, gone (the receiver said so) or too_many_waiting."),
        *stamps(),
        refers("webhooks", "programs.id", "program"),
    )
    index("webhooks", "program")
    table(
        "weeks",
        column("program", ID),
        column("monday", sa.Date()),
        column("document", sa.JSON(), "WeekSettings."),
        column("desk_key", KEY, "Key of the session numbers shown to the front desk."),
        *stamps(),
        refers("weeks", "programs.id", "program"),
        key=("program", "monday"),
    )
    table(
        "attendance",
        column("program", ID),
        column("monday", sa.Date()),
        column("session", sa.String(220)),
        column("participant", ID),
        column("status", sa.String(16), "attended, late, left_early, excused, no_show or cancelled."),
        column("minutes", sa.Integer(), "Care minutes delivered."),
        *stamps(),
        refers("attendance", "weeks.program weeks.monday", "program", "monday"),
        key=("program", "monday", "session", "participant"),
    )
    table(
        "attendance_taken_back",
        column("program", ID),
        column("monday", sa.Date()),
        column("session", sa.String(220)),
        column("participant", ID),
        column("at", TIME),
        refers("attendance_taken_back", "weeks.program weeks.monday", "program", "monday"),
        key=("program", "monday", "session", "participant"),
    )
    table(
        "calls",
        column("id", KEY),
        column("program", ID),
        column("monday", sa.Date()),
        column("kind", sa.String(16), "participant or clinician."),
        column("subject", ID),
        column("state", sa.String(16), "to_do, reached or not_needed."),
        column("document", sa.JSON(), "Told: what they know, may have seen, and what is now."),
        column("first", TIME, "The first start that is affected: how urgent it is."),
        column("until", TIME, "The last end that is affected; afterwards there is nothing to tell."),
        column("noted_at", TIME, "When the change was published."),
        optional("done_at", TIME),
        optional("done_by", sa.String(80)),
        *stamps(),
        refers("calls", "weeks.program weeks.monday", "program", "monday"),
    )
    index("calls", "program", "monday")
    index("calls", "program", "state", "first", "id")
    unique("calls", "uq_calls_to_do", "program", "monday", "kind", "subject", where="state = 'to_do'")
    table(
        "feed_links",
        column("token_hash", ID),
        column("feed", KEY),
        column("created_at", TIME),
        optional("retired_at", TIME, "When another link took its place, or the feed was revoked."),
        column("revision", sa.Integer(), "The feed's when the bytes were made."),
        column("is_ended", sa.Boolean(), "The bytes say that the link is no longer active."),
        optional("etag", sa.String(80)),
        optional("modified_at", TIME, "When the bytes last changed; only ever later."),
        optional("fresh_until", TIME, "When time alone may change the bytes."),
        optional("body", sa.LargeBinary()),
        refers("feed_links", "feeds.id", "feed"),
        key=("token_hash",),
    )
    index("feed_links", "feed")
    table(
        "page_visits",
        column("token_hash", ID),
        column("link", KEY),
        column("is_kept", sa.Boolean(), "On a device nobody else uses: it lasts longer."),
        column("shows_details", sa.Boolean(), "Groups, services and rooms are shown until the visit ends."),
        column("created_at", TIME),
        column("seen_at", TIME),
        column("expires_at", TIME),
        refers("page_visits", "page_links.id", "link"),
        key=("token_hash",),
    )
    index("page_visits", "expires_at")
    index("page_visits", "link")
    table(
        "pins",
        column("id", KEY),
        column("document", sa.JSON(), "scheduler.instance.Pin."),
        *stamps(),
        column("program", ID),
        column("monday", sa.Date()),
        refers("pins", "weeks.program weeks.monday", "program", "monday"),
    )
    index("pins", "program", "monday")
    table(
        "rosters",
        column("id", KEY),
        column("number", sa.Integer(), "1, 2, 3, ... in its week."),
        column("state", sa.String(16), "draft, published or superseded."),
        column("origin", sa.String(16), "solved, edited or imported."),
        optional("parent", KEY, "The roster it was edited from."),
        optional("job", KEY),
        column("roster_hash", ID),
        column("instance_hash", ID),
        optional("result_hash", ID),
        column("violations", sa.Integer()),
        column("care", sa.Integer()),
        column("preference", sa.Integer()),
        optional("care_bound", sa.Integer()),
        optional("preference_bound", sa.Integer()),
        optional("published_at", TIME),
        optional("published_by", sa.String(80)),
        optional("superseded_at", TIME),
        optional("published_hash", ID, "The instance it was published by."),
        column("accepted", sa.JSON(), "Rules it was published against, by somebody's decision."),
        optional("week_version", sa.Integer(), "The version of the week that its publishing made."),
        optional("withdrawn_reason", ID, "Reason code of the unpublishing."),
        *stamps(),
        column("program", ID),
        column("monday", sa.Date()),
        refers("rosters", "documents.hash", "instance_hash", ondelete=None),
        refers("rosters", "weeks.program weeks.monday", "program", "monday"),
        refers("rosters", "documents.hash", "published_hash", ondelete=None),
        refers("rosters", "documents.hash", "result_hash", ondelete=None),
        refers("rosters", "documents.hash", "roster_hash", ondelete=None),
    )
    unique("rosters", "uq_rosters_number", "program", "monday", "number")
    unique("rosters", "uq_rosters_published", "program", "monday", where="state = 'published'")
    table(
        "outbox",
        column("id", sa.String(40), "The same in every attempt, so that receivers know it again."),
        column("program", ID),
        column("kind", sa.String(16), "mail or webhook."),
        column("event", sa.String(48)),
        optional("call", KEY, "What a mail tells of."),
        optional("webhook", KEY),
        column("payload", sa.JSON(), "The data of an event: ids and times."),
        column("state", sa.String(16), "waiting, delivered, dead or dropped."),
        optional("reason", KEY, "Why it is dead or was dropped: a code."),
        column("attempts", sa.Integer()),
        column("version", sa.Integer()),
        optional("lease", KEY, "Of whoever sends it right now."),
        optional("leased_until", TIME, "Afterwards others may send it: the sender is dead."),
        column("due_at", TIME),
        column("created_at", TIME),
        optional("finished_at", TIME),
        column("log", sa.JSON(), "The last attempts: when, and a code."),
        refers("outbox", "calls.id", "call", ondelete="SET NULL"),
        refers("outbox", "programs.id", "program"),
        refers("outbox", "webhooks.id", "webhook"),
    )
    index("outbox", "call")
    index("outbox", "finished_at")
    index("outbox", "program", "created_at")
    index("outbox", "state", "due_at")
    index("outbox", "webhook", "created_at")
    table(
        "published_sessions",
        column("program", ID),
        column("monday", sa.Date()),
        column("session", sa.String(220), "scheduler.roster.Session.id."),
        column("roster", KEY),
        optional("group", ID),
        column("service", ID),
        column("ordinal", sa.Integer()),
        column("start", TIME),
        column("end", TIME),
        column("mode", sa.String(16)),
        optional("site", ID),
        optional("room", ID),
        column("guests", sa.JSON()),
        column("care_minutes", sa.Integer(), "As scheduler.case counts them."),
        column("is_counted", sa.Boolean(), "Whether it counts in session bands and service days."),
        refers("published_sessions", "weeks.program weeks.monday", "program", "monday"),
        refers("published_sessions", "rosters.id", "roster"),
        key=("program", "monday", "session"),
    )
    index("published_sessions", "start")
    table(
        "published_bookings",
        column("program", ID),
        column("monday", sa.Date()),
        column("session", sa.String(220)),
        column("participant", ID),
        column("mode", sa.String(16)),
        refers(
            "published_bookings",
            "published_sessions.program published_sessions.monday published_sessions.session",
            "program",
            "monday",
            "session",
        ),
        key=("program", "monday", "session", "participant"),
    )
    index("published_bookings", "program", "participant", "monday")
    table(
        "published_leads",
        column("program", ID),
        column("monday", sa.Date()),
        column("session", sa.String(220)),
        column("clinician", ID),
        column("position", sa.Integer(), "0 leads."),
        refers(
            "published_leads",
            "published_sessions.program published_sessions.monday published_sessions.session",
            "program",
            "monday",
            "session",
        ),
        key=("program", "monday", "session", "clinician"),
    )
    index("published_leads", "program", "clinician", "monday")
