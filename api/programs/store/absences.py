"""Time away, entered once however often it is sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.programs.models import AbsenceEntry
from api.programs.store.entities import create_kept, lock_program
from api.programs.store.kinds import KINDS, Rows


def enter_absence(session: Session, program: str, absence: AbsenceEntry, by: str) -> str:
    """Create an absence, unless the same person is away at the same times already; its id.

    Raises:
        Problem: There is no such person.
    """
    lock_program(session, program)  # first: of two that are sent at once, the second sees the first
    for entry in Rows(session, program).all(AbsenceEntry):
        if entry.model_copy(update={"id": absence.id}) == absence:
            return entry.id
    return create_kept(session, program, KINDS["absences"], absence, by).id
