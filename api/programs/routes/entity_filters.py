"""Filters of lists: people by status, what is dated by whom it is about.

Annotations are read when a route is made, so this module does not postpone them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated

from fastapi import Query

from scheduler.fields import Id
from scheduler.instance.people import Status

Filter = Mapping[str, Sequence[str]]
"""Values by field: of several fields one must fit, of several values one."""

ParticipantIs = Annotated[Id | None, Query(description="Only of this participant.")]


async def no_filter() -> Filter:
    """Everything."""
    return {}


async def by_status(status: Annotated[list[Status] | None, Query(description="Only people of these statuses.")] = None) -> Filter:
    """People by status."""
    return {"status": status} if status else {}


async def by_participant(participant: ParticipantIs = None) -> Filter:
    """What is dated, by participant."""
    return {"participant": [participant]} if participant else {}


async def by_either(participant: ParticipantIs = None) -> Filter:
    """Relations, by one of the two."""
    return {"a": [participant], "b": [participant]} if participant else {}


async def by_owner(
    participant: ParticipantIs = None,
    clinician: Annotated[Id | None, Query(description="Only of this clinician.")] = None,
) -> Filter:
    """Absences, by whose they are."""
    owners = {"participant": participant, "clinician": clinician}
    return {field: [id] for field, id in owners.items() if id is not None}


FILTERS: dict[str, Callable[..., Awaitable[Filter]]] = {
    "participants": by_status,
    "relations": by_either,
    "orders": by_participant,
    "phase_decisions": by_participant,
    "absences": by_owner,
}
"""By kind."""
