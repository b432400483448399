"""Orders that limit groups say so

Until now a count or a service mix excluded all other groups. From contract version 2 on only `only` does, so that orders keep their meaning.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    connection = op.get_bind()
    for name in ("phases", "participants", "orders"):
        table = sa.table(name, sa.column("program"), sa.column("id"), sa.column("document", sa.JSON()))
        for program, id, document in connection.execute(sa.select(table.c.program, table.c.id, table.c.document)).all():
            order = document.get("order") or {}
            if order.get("services") is not None or order.get("mix") is not None:
                changed = {**document, "order": {**order, "only": True}}
                mine = (table.c.program == program) & (table.c.id == id)
                connection.execute(sa.update(table).where(mine).values(document=changed))
