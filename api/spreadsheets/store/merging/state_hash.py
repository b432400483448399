"""A short hash of the state that was previewed: the same hash means that nothing has changed since."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database import tables
from api.programs.store.programs import check_program
from scheduler.instance import Instance

LETTERS = 24


def state_of(session: Session, program: str, monday: date, current: Instance | None) -> str:
    """The state of everything that an import into a week may change.

    Args:
        current: The current week; None if the program is empty.
    """
    row = check_program(session, program)
    digest = hashlib.sha256(f"{program} {monday} {row.version}".encode())
    for name, table in sorted(tables.ENTITY_TABLES.items()):
        for id, version in sorted(map(tuple, session.execute(select(table.id, table.version).where(table.program == program)))):
            digest.update(f" {name}/{id}={version}".encode())
    week = session.get(tables.WeekRow, (program, monday))
    digest.update(f" week={0 if week is None else week.version}".encode())
    digest.update(b"" if current is None else current.model_dump_json().encode())
    return digest.hexdigest()[:LETTERS]
