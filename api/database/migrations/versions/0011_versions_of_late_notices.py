"""Versions of late notices

So that nobody replaces a notice that they have not seen.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("late_notices", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))
