"""Held offers

Weekly schedules offered to waiting participants, which take their seats until they are accepted, declined or end.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "held_offers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False, comment="The first day of the schedule."),
        sa.Column("until", UtcTime(), nullable=False, comment="When it ends by itself."),
        sa.Column("document", sa.JSON(), nullable=False, comment="Its places: groups, and appointments with their clinician and room."),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_offers")),
        sa.ForeignKeyConstraint(["program"], ["programs.id"], name=op.f("fk_held_offers_program_programs"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_held_offers_program_until"), "held_offers", ["program", "until"])
