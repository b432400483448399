"""Timefold's view of a week: who takes which place, who leads which group. Plain integers, since Timefold turns these classes into Java."""

# No `from __future__ import annotations`: Timefold reads the annotations when the classes are made.
from dataclasses import dataclass, field
from typing import Annotated

from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import HardMediumSoftScore


@dataclass(eq=False)
class Person:
    """A participant with the order of the week; minutes and counts."""

    id: Annotated[int, PlanningId]
    factor: int
    floor: int
    ceiling: int
    sessions_floor: int
    sessions_ceiling: int
    days_floor: int
    days_ceiling: int
    day_minutes: int
    day_sessions: int
    target: int
    longest_wait: int
    session_amount: int


@dataclass(eq=False)
class Meeting:
    """A group at its time. ``places``: for bookings; ``for_others``: those of them that no one holds; newcomers and minimum alike."""

    id: Annotated[int, PlanningId]
    places: int
    for_others: int
    newcomers: int
    minimum: int
    ratio: int


@dataclass(eq=False)
class Due:
    """Something ordered by number: so many places of one kind, worth so many minutes each."""

    id: Annotated[int, PlanningId]
    person: Person
    count: int
    minutes: int


@dataclass(eq=False)
class Worker:
    """A clinician with limits in direct minutes and sessions."""

    id: Annotated[int, PlanningId]
    week_minutes: int
    day_minutes: int
    day_sessions: int


@dataclass(eq=False)
class Option:
    """A way to take a place. Minutes of the week.

    Attributes:
        site: -1 by telehealth.
        window: The free window it lies in with the travel from ``leaves_home`` to ``is_home``; another number at another site.
        clinician: Who is busy with it until ``busy_until``, notes included; -1: no one.
    """

    id: Annotated[int, PlanningId]
    start: int
    end: int
    day: int
    site: int
    window: int
    leaves_home: int
    is_home: int
    price: int
    clinician: int
    busy_until: int


@planning_entity
@dataclass(eq=False)
class Place:
    """A place in a group, an appointment, or the lead of a group, to be assigned.

    One class for all three: the community edition then builds its first roster in one phase, leads first.

    Attributes:
        person: For a lead: no one in particular.
        meeting: The group it is a place of; -1: none.
        leads: The group it is a lead of; -1: none.
        track: -1: no track that binds.
        due: The `due.id` it counts for; -1: none.
        is_held, is_new: In `hold`: a group place of last week; a group place that is none.
    """

    id: Annotated[int, PlanningId]
    person: Person
    meeting: int
    leads: int
    minutes: int
    counted: int
    track: int
    due: int
    is_held: bool
    is_new: bool
    is_newcomer: bool
    options: Annotated[list[Option], ValueRangeProvider]
    option: Annotated[Option | None, PlanningVariable(allows_unassigned=True)] = field(default=None)


@planning_solution
@dataclass
class Week:
    """Everything."""

    people: Annotated[list[Person], ProblemFactCollectionProperty]
    meetings: Annotated[list[Meeting], ProblemFactCollectionProperty]
    dues: Annotated[list[Due], ProblemFactCollectionProperty]
    staff: Annotated[list[Worker], ProblemFactCollectionProperty]
    places: Annotated[list[Place], PlanningEntityCollectionProperty]
    score: Annotated[HardMediumSoftScore | None, PlanningScore] = field(default=None)
