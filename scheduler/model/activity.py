"""What a search is doing, in words for coordinators: what is tried, what is proven, and when the next bound is due.

The words name no participant, group or program, because progress is shown and stored outside of the program's own pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from scheduler.timegrid import DAY
from scheduler.words import day_name

StepKind = Literal["cost", "track", "clinician", "day", "anywhere", "appointments", "unmet", "idle_group"]
Proving = Literal["tables", "care", "preference", "roster"]

FIRST_ROSTER = "looking for a first roster"
FIRST_PLACES = "looking for places for those with unmet care"
WHOLE_WEEK = {
    "care": "trying the whole week at once, for more care",
    "preference": "trying the whole week at once, for better times and staff",
}
REMAINDER = "trying everything that could still be better, at once"
PROPOSAL = "trying a whole new roster"
REASONS = "looking for reasons for unmet care, and for what would help"
STEPS: dict[StepKind, str] = {
    "cost": "trying other weeks for those whose week suits them least",
    "track": "trying other groups and times",
    "clinician": "trying other sessions for the participants of one clinician",
    "day": "trying another order of one day",
    "anywhere": "trying other weeks for a few participants",
    "appointments": "trying other times for appointments",
    "unmet": "trying to give care that is still missing",
    "idle_group": "trying to open a group that does not meet",
}
PROOFS: dict[Proving, str] = {
    "tables": "preparing the proof",
    "care": "proving how much care is possible",
    "preference": "proving how good times and staff can be",
    "roster": "putting a whole roster together from the proof",
}
NOON, EVENING = 12 * 60, 17 * 60


class Work(NamedTuple):
    """What a prover is doing.

    Attributes:
        due: When its next bound is due at the latest, by the monotonic clock; None if it is not known.
    """

    what: Proving
    due: float | None = None


def step_words(kind: StepKind, starts: Iterable[int] = ()) -> str:
    """What a step tries.

    Args:
        starts: Of groups of one track, or any moment of one day, in minutes of the week.
    """
    moments = sorted(starts)
    if kind == "day" and moments:
        return f"trying another order of {day_name(moments[0] // DAY)}"
    if kind == "track" and moments:
        return f"trying other times for the {part_of_day(moments[len(moments) // 2])} groups"
    return STEPS[kind]


def part_of_day(minute: int) -> str:
    """Morning, afternoon or evening."""
    time = minute % DAY
    return "morning" if time < NOON else "afternoon" if time < EVENING else "evening"
