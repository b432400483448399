"""Activities of jobs

What a job tries and proves at the moment, when its next bound is due, and the unmet care that no roster avoids.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.database.tables.base import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    empty = sa.text("''")
    unavoidable, due = "Of both, what no possible session gives.", "When the next bound is due at the latest."
    op.add_column("jobs", sa.Column("care_unavoidable", sa.Integer(), nullable=True, comment=unavoidable))
    for name, comment in (("activity", "What is tried, in words."), ("proving", "What is proven meanwhile, in words.")):
        op.add_column("jobs", sa.Column(name, sa.String(120), nullable=False, server_default=empty, comment=comment))
    op.add_column("jobs", sa.Column("next_bound_at", UtcTime(), nullable=True, comment=due))
