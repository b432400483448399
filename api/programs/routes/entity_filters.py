"""Filters of lists: people by status, dated entities by person.

Annotations are evaluated when a route is created, so this module does not postpone them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated

from fastapi import Query

from scheduler.fields import Id
from scheduler.instance.people import Status

Filter = Mapping[str, Sequence[str]]
"""Values by field: an entity matches if any field has any of its values."""

ParticipantIs = Annotated[Id | None, Query(description="Only entries of this participant.")]


async def no_filter() -> Filter:
    """Everything."""
    return {}


async def by_status(status: Annotated[list[Status] | None, Query(description="Only people with one of these statuses.")] = None) -> Filter:
    """Filter people by status."""
    return {"status": status} if status else {}


async def by_participant(participant: ParticipantIs = None) -> Filter:
    """Filter dated entities by participant."""
    return {"participant": [participant]} if participant else {}


async def by_either(participant: ParticipantIs = None) -> Filter:
    """Filter relations by either participant."""
    return {"a": [participant], "b": [participant]} if participant else {}


async def by_owner(
    participant: ParticipantIs = None,
    clinician: Annotated[Id | None, Query(description="Only absences of this clinician.")] = None,
) -> Filter:
    """Filter absences by participant or clinician."""
    owners = {"participant": participant, "clinician": clinician}
    return {field: [id] for field, id in owners.items() if id is not None}


FILTERS: dict[str, Callable[..., Awaitable[Filter]]] = {
    "participants": by_status,
    "relations": by_either,
    "orders": by_participant,
    "phase_decisions": by_participant,
    "absences": by_owner,
}
"""Filters by kind."""
