"""Password links

Links by which users who forgot their password choose another one.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "password_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_links")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_password_links_user_users"), ondelete="CASCADE"),
    )
    for column in ("user", "expires_at"):
        op.create_index(op.f(f"ix_password_links_{column}"), "password_links", [column])
