"""Late notices

Participants who said that they will be late for a session, until attendance is recorded.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WEEK, OF_WEEK = ["program", "monday"], ["weeks.program", "weeks.monday"]


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "late_notices",
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("session", sa.String(220), nullable=False),
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False, comment="Minutes after the start."),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("program", "monday", "session", "participant", name=op.f("pk_late_notices")),
        sa.ForeignKeyConstraint(WEEK, OF_WEEK, name=op.f("fk_late_notices_program_monday_weeks"), ondelete="CASCADE"),
    )
