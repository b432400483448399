"""Ids of new programs."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from api.database.listing import Listing
from api.programs.store.programs import list_programs

MOST_PROGRAMS: Final = 1000


def free_id(session: Session) -> str:
    """The next free id; it is in addresses, and so is not made from the name."""
    ids = {row.id for row in list_programs(session, None, Listing(limit=MOST_PROGRAMS), include_archived=True).rows}
    return next(id for n in range(1, MOST_PROGRAMS + 2) if (id := "main" if n == 1 else f"program-{n}") not in ids)
