"""Filters of lists: people by status, phase, track and therapist; dated entities by person.

Annotations are evaluated when a route is created, so this module does not postpone them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated

from fastapi import Query

from scheduler.fields import Id
from scheduler.instance.people import Status

Filter = Sequence[Mapping[str, Sequence[str]]]
"""Conditions that all must hold, each as values by field: one of its fields has one of its values."""

ParticipantIs = Annotated[Id | None, Query(description="Only entries of this participant.")]


async def no_filter() -> Filter:
    """Everything."""
    return ()


async def of_people(
    status: Annotated[list[Status] | None, Query(description="Only people with one of these statuses.")] = None,
    phase: Annotated[list[Id] | None, Query(description="Only people who are in one of these phases this week.")] = None,
    track: Annotated[list[Id] | None, Query(description="Only people with one of these home tracks.")] = None,
    therapist: Annotated[list[Id] | None, Query(description="Only people with one of these primary therapists.")] = None,
) -> Filter:
    """Filter people by status, phase, track and therapist."""
    values: dict[str, Sequence[str] | None] = {"status": status, "phase": phase, "track": track, "therapist": therapist}
    return [{field: one_of} for field, one_of in values.items() if one_of]


async def by_participant(participant: ParticipantIs = None) -> Filter:
    """Filter dated entities by participant."""
    return [{"participant": [participant]}] if participant else ()


async def by_either(participant: ParticipantIs = None) -> Filter:
    """Filter relations by either participant."""
    return [{"a": [participant], "b": [participant]}] if participant else ()


async def by_owner(
    participant: ParticipantIs = None,
    clinician: Annotated[Id | None, Query(description="Only absences of this clinician.")] = None,
) -> Filter:
    """Filter absences by participant or clinician."""
    owners = {"participant": participant, "clinician": clinician}
    either = {field: [id] for field, id in owners.items() if id is not None}
    return [either] if either else ()


FILTERS: dict[str, Callable[..., Awaitable[Filter]]] = {
    "participants": of_people,
    "relations": by_either,
    "orders": by_participant,
    "phase_decisions": by_participant,
    "absences": by_owner,
}
"""Filters by kind."""
