"""The codes of a program's services and people in other systems."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.database.tables import FhirProgramRow
from api.database.tables.base import now
from scheduler.exchange.fhir.settings import FhirSettings


def find_settings(session: Session, program: str) -> tuple[FhirSettings, int]:
    """The settings and their version; version 0 if none were ever stored."""
    row = session.get(FhirProgramRow, program)
    return (FhirSettings(), 0) if row is None else (FhirSettings.model_validate(row.document), row.version)


def replace_settings(session: Session, program: str, settings: FhirSettings, by: str) -> int:
    """Replace the settings of a locked program, and return their version."""
    row = session.get(FhirProgramRow, program)
    document, at = settings.model_dump(mode="json"), now()
    if row is None:
        row = FhirProgramRow(program=program, document=document, version=1, created_by=by, created_at=at)
        session.add(row)
    else:
        row.document, row.version = document, row.version + 1
    row.changed_by, row.changed_at = by, at
    return row.version
