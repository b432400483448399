"""Calendars of guests

A participant's guests get calendar links of their own, each with a consent that names the guest. What exists is nobody's guest's.

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ACTIVE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """Go forward."""
    of_feed = "The participant's guest whose calendar it is; empty: the person's own."
    for table in ("feeds", "calendar_events"):
        op.add_column(table, sa.Column("guest", sa.String(64), nullable=False, server_default=sa.text("''"), comment=of_feed))
    of_consent = "The guest whom it allows a calendar; None for other kinds."
    op.add_column("consents", sa.Column("guest", sa.String(64), nullable=True, comment=of_consent))
    op.drop_index("uq_feeds_live", "feeds")
    columns = ("program", "subject_kind", "subject", "guest", "purpose")
    op.create_index("uq_feeds_live", "feeds", columns, unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)
