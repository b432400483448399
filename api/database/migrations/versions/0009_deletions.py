"""Deletions

The record that a participant's data was deleted, and indexes for lists of what changed since a time.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "deletions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("participant", sa.String(64), nullable=False, comment="The id that the participant had."),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("last_service", sa.Date(), nullable=True, comment="Date of the last session or attendance, or of the discharge."),
        sa.Column("kept_until", sa.Date(), nullable=False, comment="Last date for which the policy kept the records."),
        sa.Column("reason", sa.String(64), nullable=True, comment="Code of why it was deleted before its time."),
        sa.Column("rows", sa.JSON(), nullable=False, comment="Number of rows deleted or rewritten, by table."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
        sa.ForeignKeyConstraint(["program"], ["programs.id"], name=op.f("fk_deletions_program_programs"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_deletions_program_at"), "deletions", ["program", "at"])
    for table in ("participants", "orders", "phase_decisions", "absences"):
        op.create_index(op.f(f"ix_{table}_program_changed_at"), table, ["program", "changed_at"])
