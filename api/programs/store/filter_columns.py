"""What lists of entities are filtered by: columns, and for participants fields of their documents and the phase in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from api.database import tables

FIELDS = {"track": "home_track", "therapist": "primary_therapist"}
"""Fields of a participant's document, by their name in filters."""


def filter_column(table: type[tables.EntityRow], field: str, monday: date | None = None) -> ColumnElement[Any]:
    """The expression that a filter compares.

    Args:
        monday: The week for which the phase is meant; required for `phase` only.
    """
    if field == "phase" and monday is not None:
        return phase_in_force(monday)
    if field in FIELDS:
        field_of_document: ColumnElement[Any] = table.document[FIELDS[field]].as_string()
        return field_of_document
    column: ColumnElement[Any] = getattr(table, field)
    return column


def phase_in_force(monday: date) -> ColumnElement[Any]:
    """The phase of a participant in a week, as `api.weeks.store.dated_records` applies it.

    It is that of the latest decision up to Sunday, unless the participant's own document has a later phase that has begun by then.
    """
    sunday = (monday + timedelta(days=6)).isoformat()
    people, decisions = tables.ParticipantRow, tables.PhaseDecisionRow
    first, own_since = decisions.document["first"].as_string(), people.document["phase_since"].as_string()
    latest = (
        select(decisions.document["phase"].as_string())
        .where(
            decisions.program == people.program,
            decisions.participant == people.id,
            decisions.archived_at.is_(None),
            decisions.document["phase"].as_string().is_not(None),
            first <= sunday,
            or_(own_since.is_(None), own_since > sunday, first >= own_since),
        )
        .order_by(first.desc(), decisions.id.desc())
        .limit(1)
        .correlate(people)
        .scalar_subquery()
    )
    return func.coalesce(latest, people.document["phase"].as_string())
