"""The input and output of a solve: limits, progress and result, all typed and JSON-safe."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from scheduler.fields import Id, Model
from scheduler.roster import Roster
from scheduler.verify import NotCovered


class SolveStatus(StrEnum):
    """How a solve ended.

    ``optimal``: a roster, and nothing better exists in either tier. ``feasible``: a roster, with the gap that is left. ``stopped``:
    cancelled; the best roster so far. ``infeasible``: pins or past sessions conflict jointly, confirmed. ``unknown``: a limit was
    reached before any roster was found; allow more time.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class SolveLimits(Model):
    """When a solve stops."""

    seconds: float = Field(30.0, ge=0, le=86400, description="Time limit in seconds of wall time: search, reasons and fixes together.")
    deterministic_time: float | None = Field(None, gt=0, description="CP-SAT's deterministic time instead; repeatable with one worker.")
    gap: float = Field(0.0, ge=0, le=1, description="Stop when the preference gap is this small and care is proven.")
    workers: int = Field(2, ge=1, le=64, description="Number of solver threads.")
    seed: int = Field(1, ge=0, le=2**31 - 1)
    fix_seconds: float = Field(15.0, ge=0, le=3600, description="Of that time, the most for trying fixes of unmet care; 0 tries none.")


class Progress(Model):
    """The progress of a running solve; values are None until known."""

    seconds: float
    phase: Literal["reading", "starting", "care", "preference", "improving", "bounding", "done"]
    care: int | None = None
    care_bound: int | None = None
    care_unavoidable: int | None = Field(None, description="Of both, what no possible session gives.")
    preference: int | None = None
    preference_bound: int | None = None
    activity: str = Field("", description="What is being tried, in words that name nobody.")
    proving: str = Field("", description="What is being proven beside that, in words; empty if nothing is.")
    next_bound_seconds: float | None = Field(None, description="When the next bound is due at the latest, in seconds since the start.")

    @property
    def numbers(self) -> tuple[str | int | None, ...]:
        """What a trace records every change of."""
        return self.phase, self.care, self.care_bound, self.care_unavoidable, self.preference, self.preference_bound


def gap(objective: int, bound: int, unavoidable: int = 0) -> float:
    """The share of an objective not proven necessary, 0 to 1.

    Args:
        unavoidable: What no roster avoids, on both sides; a gap that counted it would be the smaller, the less can be done.
    """
    return 0.0 if objective <= max(bound, unavoidable) else (objective - max(bound, unavoidable)) / (objective - unavoidable)


class TierResult(Model):
    """Objective and proven bound of one tier."""

    objective: int
    bound: int = Field(description="No roster has a lower objective (preference: no roster with at most this care objective).")
    unavoidable: int = Field(0, description="Of the objective, what no roster avoids because no possible session gives it.")

    @property
    def gap(self) -> float:
        """The share of the objective not proven necessary, 0 to 1; what no possible session gives counts on neither side."""
        return gap(self.objective, self.bound, self.unavoidable)

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self.objective <= self.bound


class StepCount(Model):
    """How often a kind of step was taken."""

    kind: str = Field(description="What it frees: cost, track, clinician, day, anywhere, appointments, unmet or idle_group.")
    tried: int
    helped: int = Field(description="How often the roster became better.")


class Statistics(Model):
    """Statistics of a solve; times in seconds of wall time."""

    seconds: float
    build_seconds: float = 0.0
    first_roster_seconds: float | None = None
    options: int = Field(0, description="Possible bookings that no rule refuses by itself.")
    rounds: int = Field(0, description="Neighbourhoods solved.")
    improvements: int = 0
    steps: tuple[StepCount, ...] = Field((), description="How often each kind of step was tried, and helped.")
    workers: int = 1
    seed: int = 1
    method: str = ""
    trace: tuple[Progress, ...] = Field((), description="Every improvement of roster or bound.")
    disagreements: tuple[str, ...] = Field((), description="Claims of the solver refuted by a check.")


class Cause(Model):
    """Why something is unmet: one rule, the resource it concerns, and by how much."""

    rule: str
    about: tuple[str, ...] = ()
    amount: int = 0
    sentence: str


FixKind = Literal[
    "rearrange", "extra_run", "group_minimum", "intake", "reserve", "working_hours", "telehealth", "longer_wait", "change_track",
    "own_place", "other_place", "pin", "substitute", "free_time", "staff_time", "other_start", "other_room",
]  # fmt: skip


class Fix(Model):
    """An exception that helps, tested by solving again."""

    kind: FixKind
    sentence: str
    care_gain: int = Field(description="By how much the total care objective falls, in minutes with factors.")
    people_moved: tuple[Id, ...] = Field((), description="Participants who lose or change a booking they have now.")
    preference_change: int = Field(0, description="Change of the preference objective; more is worse.")
    instance_change: dict[str, Any] = Field(
        default_factory=dict, description="What to change in the instance: by list and id the new fields; {'add': [...]} adds to a list."
    )


class Unmet(Model):
    """Ordered care that is not in the roster."""

    participant: Id
    rule: str
    amount: int = Field(description="In the rule's unit (minutes), before the care factor.")
    factor: int = 1
    what: str
    kind: Literal["impossible_alone", "lost", "unproven"] = Field(
        description="Impossible even alone in the program; lost to others or to shared resources; or not decided within the limit."
    )
    alone: int | None = Field(None, description="The least amount (with factor, all care rules) that this participant could have alone.")
    causes: tuple[Cause, ...] = ()
    fixes: tuple[Fix, ...] = Field((), description="Exceptions that would help, the best first; each was tested and verified.")
    fixes_tried: int = Field(0, description="How many fixes were tried for this.")
    fixes_summary: str = Field("", description="One sentence on the fixes; empty when none were tried.")


class PinConflict(Model):
    """Pins that cannot all be kept."""

    pins: tuple[int, ...] = Field(description="Positions in instance.pins of a minimal conflicting set.")
    rules: tuple[str, ...] = Field((), description="Rules that prevent keeping them.")
    message: str
    proposal: Roster | None = Field(None, description="A verified roster with as few of these pins released as possible.")
    released: tuple[int, ...] = ()


class SolveResult(Model):
    """The result: a verified roster with objective and bound per tier, unmet care with its causes, and rules that do not apply."""

    status: SolveStatus
    message: str = Field(description="One sentence; names the next step where there is one.")
    instance: Id
    monday: date
    mode: Literal["hold", "rebuild"]
    roster: Roster | None = None
    care: TierResult | None = None
    preference: TierResult | None = None
    by_rule: dict[str, int] = Field(default_factory=dict, description="Cost of each care and preference rule, factor or weight included.")
    weights: dict[str, int] = Field(default_factory=dict, description="Weights of the preference rules in force.")
    unmet: tuple[Unmet, ...] = ()
    notices: tuple[str, ...] = Field((), description="Facts worth knowing that no rule forbids.")
    not_covered: tuple[NotCovered, ...] = Field((), description="Sessions on dates that no authorization covers; legal, but ask the payer.")
    not_applicable: tuple[str, ...] = Field((), description="Rules without data on this instance.")
    conflict: PinConflict | None = None
    is_hardly_begun: bool = Field(False, description="Whether the limit ended the search when the roster was little more than a start.")
    statistics: Statistics
