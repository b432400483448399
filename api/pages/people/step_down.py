"""The weeks ahead of someone's step-down plan: the hours that each phase orders, if phases end as planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final

from scheduler.case.orders import first_set
from scheduler.case.stay import phase_week
from scheduler.instance import Participant, Phase, Plan, Policy
from scheduler.policies import resolve

MOST_WEEKS: Final = 8
"""As far as the drawing looks ahead."""


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """A week to come.

    Attributes:
        floor, ceiling: The minutes that its phase orders.
    """

    monday: date
    phase: str
    floor: int
    ceiling: int


def planned_weeks(
    person: Participant, phases: Mapping[str, Phase], plans: Sequence[Plan], policy: Policy, first: date
) -> tuple[PlannedWeek, ...]:  # fmt: skip
    """The weeks from a Monday on, to the end of the plan or of the stay; none if the week of the phase is not known.

    A phase that should have ended goes on for the first of these weeks: only a clinician ends it.
    """
    current = phase_week(person, phases, plans, first) if person.phase in phases else None
    plan = next((plan.phases for plan in plans if person.phase in plan.phases), ())
    if current is None or person.phase is None or person.status not in ("active", "cleared"):
        return ()
    number, planned = current
    left = max(1, planned - number + 1)
    weeks = islice(_phases(phases, plan[plan.index(person.phase) :] if plan else (person.phase,), left), MOST_WEEKS)
    last = person.discharge or date.max
    mondays = [(first + timedelta(weeks=n), phase) for n, phase in enumerate(weeks)]
    return tuple(_week(phases[phase], policy, monday) for monday, phase in mondays if monday <= last)


def _phases(phases: Mapping[str, Phase], following: Sequence[str], left: int) -> Iterator[str]:
    """The phase of each week to come."""
    for n, id in enumerate(following):
        weeks = left if n == 0 else phases[id].weeks if id in phases else None
        if weeks is None:
            return
        yield from [id] * weeks


def _week(phase: Phase, policy: Policy, monday: date) -> PlannedWeek:
    level = next((one for one in policy.levels if one.level == phase.level), None)
    minutes, usual = phase.order.minutes, resolve(policy, level)
    floor = first_set(minutes.floor, usual.weekly_minutes_floor) or 0
    return PlannedWeek(monday, phase.id, floor, first_set(minutes.ceiling, usual.weekly_minutes_ceiling) or 0)
