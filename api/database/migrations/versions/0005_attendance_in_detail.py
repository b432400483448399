"""Attendance in detail, and outreach

A mark says how late, how early, joined and left when, and whether somebody walked in. A corrected mark is kept as it was. Attempts to reach
participants who missed a session have a table. What exists stays as it is.

Revision 0005, after 0004.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WEEK, OF_WEEK = ["program", "monday"], ["weeks.program", "weeks.monday"]


def upgrade() -> None:
    """Go forward."""
    for column in _details():
        op.add_column("attendance", column)
    op.create_table(
        "attendance_before",
        *_keys(),
        sa.Column("session", sa.String(220), nullable=False),
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, comment="attended, late, left_early, excused, no_show or cancelled."),
        sa.Column("minutes", sa.Integer(), nullable=False, comment="Care minutes delivered."),
        *_details(),
        sa.Column("marked_at", UtcTime(), nullable=False),
        sa.Column("marked_by", sa.String(80), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=False),
        sa.Column("replaced_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_before")),
        sa.ForeignKeyConstraint(WEEK, OF_WEEK, name=op.f("fk_attendance_before_program_monday_weeks"), ondelete="CASCADE"),
    )
    before = ["program", "monday", "session", "participant"]
    op.create_index(op.f("ix_attendance_before_program_monday_session_participant"), "attendance_before", before)
    op.create_table(
        "outreach",
        *_keys(),
        sa.Column("session", sa.String(220), nullable=False, comment="The session that was missed."),
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("result", sa.String(16), nullable=False, comment="reached, left_message or not_reached."),
        sa.Column("reason", sa.String(64), nullable=True, comment="Code of why the session was missed."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach")),
        sa.ForeignKeyConstraint(WEEK, OF_WEEK, name=op.f("fk_outreach_program_monday_weeks"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_outreach_program_participant_at"), "outreach", ["program", "participant", "at"])


def _keys() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
    )


def _details() -> tuple[sa.Column[Any], ...]:
    """The columns of a mark that are new."""
    return (
        sa.Column("minutes_late", sa.Integer(), nullable=True, comment="Minutes after the start."),
        sa.Column("minutes_early", sa.Integer(), nullable=True, comment="Minutes before the end."),
        sa.Column("joined_at", UtcTime(), nullable=True, comment="When the participant joined by telehealth."),
        sa.Column("left_at", UtcTime(), nullable=True, comment="When the participant left it."),
        sa.Column("is_walk_in", sa.Boolean(), nullable=False, server_default=sa.false(), comment="Came without being booked."),
    )
