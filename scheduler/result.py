"""What a solve is asked and what it answers: limits, progress, result. All typed and JSON-safe."""

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
    """When to stop."""

    seconds: float = Field(30.0, ge=0, le=86400, description="Time limit of the search, in seconds of wall time.")
    deterministic_time: float | None = Field(None, gt=0, description="CP-SAT's deterministic time instead; repeatable with one worker.")
    gap: float = Field(0.0, ge=0, le=1, description="Stop when the preference gap is this small and care is proven.")
    workers: int = Field(2, ge=1, le=64, description="Number of solver threads.")
    seed: int = Field(1, ge=0, le=2**31 - 1)
    fix_seconds: float = Field(15.0, ge=0, le=3600, description="Wall time for trying fixes of unmet care afterwards; 0 tries none.")


class Progress(Model):
    """Where a running solve stands; None until known."""

    seconds: float
    phase: Literal["reading", "starting", "care", "preference", "improving", "bounding", "done"]
    care: int | None = None
    care_bound: int | None = None
    preference: int | None = None
    preference_bound: int | None = None


class TierResult(Model):
    """Objective and proven bound of one tier."""

    objective: int
    bound: int = Field(description="No roster has less (preference: no roster with at most this care objective).")

    @property
    def gap(self) -> float:
        """Share of the objective that is not proven necessary, 0 to 1."""
        return 0.0 if self.objective <= 0 else max(0.0, (self.objective - self.bound) / self.objective)

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self.objective <= self.bound


class Statistics(Model):
    """What the solve did; times in seconds of wall clock."""

    seconds: float
    build_seconds: float = 0.0
    first_roster_seconds: float | None = None
    options: int = Field(0, description="Possible bookings that no rule refuses alone.")
    rounds: int = Field(0, description="Neighbourhoods solved.")
    improvements: int = 0
    workers: int = 1
    seed: int = 1
    method: str = ""
    trace: tuple[Progress, ...] = Field((), description="Every improvement of roster or bound.")
    disagreements: tuple[str, ...] = Field((), description="Claims of the solver that were refuted by a check.")


class Cause(Model):
    """Why something is unmet: one rule, the resource it concerns, and by how much."""

    rule: str
    about: tuple[str, ...] = ()
    amount: int = 0
    sentence: str


FixKind = Literal[
    "rearrange", "extra_run", "group_minimum", "intake", "reserve", "working_hours", "telehealth", "longer_wait", "change_track",
    "own_place", "other_place", "pin",
]  # fmt: skip


class Fix(Model):
    """An exception that was tried by solving again, and helps."""

    kind: FixKind
    sentence: str
    care_gain: int = Field(description="By how much the care objective of everybody falls, in minutes with factors.")
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
    alone: int | None = Field(None, description="The least amount (with factor, all care rules) this participant could have alone.")
    causes: tuple[Cause, ...] = ()
    fixes: tuple[Fix, ...] = Field((), description="What would help, the best first; each was tried and verified.")
    fixes_tried: int = Field(0, description="How many fixes were tried for this.")
    fixes_summary: str = Field("", description="One sentence on the fixes; empty when none were tried.")


class PinConflict(Model):
    """Pins that cannot all be kept."""

    pins: tuple[int, ...] = Field(description="Positions in instance.pins of a minimal conflicting set.")
    rules: tuple[str, ...] = Field((), description="Rules that stand against them.")
    message: str
    proposal: Roster | None = Field(None, description="A verified roster with as few of these pins released as possible.")
    released: tuple[int, ...] = ()


class SolveResult(Model):
    """The answer: a verified roster with objective and bound per tier, what is unmet and why, and what was not applicable."""

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
    notices: tuple[str, ...] = Field((), description="Things worth knowing that no rule forbids.")
    not_covered: tuple[NotCovered, ...] = Field((), description="Sessions on dates that no authorization covers; legal, but ask the payer.")
    not_applicable: tuple[str, ...] = Field((), description="Rules without data on this instance.")
    conflict: PinConflict | None = None
    statistics: Statistics
