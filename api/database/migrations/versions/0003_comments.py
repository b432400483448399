"""Clearer comments of columns

Only PostgreSQL stores comments; SQLite has nothing to change.

Revision 0003, after 0002.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ENTITIES = (
    "absences",
    "clinicians",
    "cohorts",
    "curricula",
    "groups",
    "orders",
    "participants",
    "phase_decisions",
    "phases",
    "plans",
    "relations",
    "resources",
    "rooms",
    "services",
    "sites",
    "tracks",
)
COMMENTS = {
    ("announcements", "absence"): "The absence created by accepting it.",
    ("api_keys", "hint"): "First characters of the token, to distinguish keys.",
    ("calls", "document"): "What the person knows, may have seen, and what is true now.",
    ("calls", "until"): "The last end that is affected; afterwards no call is needed.",
    ("feed_links", "revision"): "The feed's revision when the bytes were created.",
    ("feeds", "seen_client"): "The kind of client that last fetched it: apple, google, outlook, ...",
    ("feeds", "expires_at"): "As last computed; api.feeds computes it again.",
    ("jobs", "roster"): "The draft that the job created.",
    ("jobs", "is_stopping"): "A stop was requested; the best roster is kept.",
    ("jobs", "revision"): "Rises with every change of progress or state.",
    ("jobs", "attempts"): "Number of starts; more than one after a crash.",
    ("outbox", "id"): "The same in every attempt, so that receivers recognize it.",
    ("outbox", "call"): "The call that a mail is about.",
    ("outbox", "lease"): "Of the thread that is sending it.",
    ("outbox", "leased_until"): "Afterwards others may send it, because its sender has died.",
    ("page_links", "used_by"): "Hash of the page whose button was pressed; a second press is answered like the first.",
    ("page_links", "replaced_at"): "When a newer link replaced it, unused.",
    ("page_visits", "is_kept"): "On a device that no one else uses: it lasts longer.",
    ("role_grants", "clinician"): "The user's id as a clinician.",
    ("role_grants", "participant"): "The user's id as a participant.",
    ("rosters", "published_hash"): "The instance it was checked against when it was published.",
    ("rosters", "accepted"): "Violated rules that were accepted when it was published.",
    ("rosters", "week_version"): "The version of the week after it was published.",
    ("users", "is_password_temporary"): "Someone else knows it; it can only be used to set a new one.",
    ("webhooks", "former_secret"): "Also signs, for a while after a rotation.",
} | {(table, "archived_at"): "Archived entities are in no new week." for table in ENTITIES}


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.supports_comments:
        for (table, column), comment in COMMENTS.items():
            op.alter_column(table, column, comment=comment)
