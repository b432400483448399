"""Announcements seen

When staff said that they have read a reported absence, or answered it. What was answered before was seen then.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    of_column = "When staff said that they have read it, or answered it."
    op.add_column("announcements", sa.Column("seen_at", UtcTime(), nullable=True, comment=of_column))
    op.execute("UPDATE announcements SET seen_at = changed_at WHERE state IN ('accepted', 'declined')")
