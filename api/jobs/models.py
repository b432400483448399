"""Jobs: the state and progress of a solve."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from scheduler.result import gap

if TYPE_CHECKING:
    from api.database.tables import JobRow

JobState = Literal["queued", "running", "completed", "stopped", "failed"]
Priority = Literal["interactive", "batch"]

INTERACTIVE, BATCH = 1, 10
"""Jobs with lower numbers start first."""
FINISHED: tuple[JobState, ...] = ("completed", "stopped", "failed")

PRIORITIES: dict[Priority, int] = {"interactive": INTERACTIVE, "batch": BATCH}


class TierProgress(BaseModel):
    """Progress of one of the two objectives that are minimized."""

    objective: int | None = Field(None, description="Objective of the best roster so far; null: there is none yet.")
    bound: int | None = Field(None, description="Proven lower bound so far: no roster costs less.")
    unavoidable: int | None = Field(None, description="Of both, what no roster avoids because no possible session gives it.")
    gap: float | None = Field(
        None, description="Gap between objective and bound, as a share of the objective without what is unavoidable, 0 to 1."
    )

    @classmethod
    def of(cls, objective: int | None, bound: int | None, unavoidable: int | None = 0) -> TierProgress:
        """Objective and bound with the gap between them."""
        share = None if objective is None or bound is None else gap(objective, bound, unavoidable or 0)
        return cls(objective=objective, bound=bound, unavoidable=unavoidable, gap=share)


class JobError(BaseModel):
    """Why a job failed."""

    code: str = Field(description="no_roster, defect, false_proof, bad_instance, lost_input, gave_up or failed.")
    message: str = Field(description="What happened and what to do; one sentence.")


class Job(BaseModel):
    """A solve, from request to result."""

    id: str
    state: JobState = Field(
        description="queued, running; completed: it has a result; stopped: it ended early, with the best roster it had; "
        "failed: `error` says why."
    )
    priority: Priority = Field(description="Interactive jobs start before batch jobs.")
    program: str | None = Field(None, description="Null: a stateless solve.")
    monday: date | None = None
    phase: str = Field("", description="reading, starting, care, preference, improving, bounding or done.")
    activity: str = Field("", description="What is being tried, in words that name nobody; empty unless it runs.")
    proving: str = Field("", description="What is being proven beside that, in words; empty if nothing is.")
    next_bound_at: datetime | None = Field(None, description="When the next bound is due at the latest.")
    care: TierProgress = Field(description="Unmet ordered care, weighted; minimized first.")
    preference: TierProgress = Field(description="Unmet preferences, weighted; minimized second.")
    is_stopping: bool = Field(False, description="Whether it has been asked to stop.")
    attempts: int = Field(0, description="How often it was started; more than once after a restart or a crash.")
    revision: int = Field(0, description="Rises with every change; the id of its events.")
    roster: str | None = Field(None, description="The draft it created in its week; also after the failure `false_proof`.")
    error: JobError | None = None
    created_at: datetime
    started_at: datetime | None = Field(None, description="When it was first started.")
    progress_at: datetime | None = Field(None, description="When it last reported progress.")
    finished_at: datetime | None = None
    expires_at: datetime | None = Field(None, description="When it is deleted with its result; null for jobs of a program, which are kept.")

    @classmethod
    def of(cls, row: JobRow) -> Job:
        """The job of a row."""
        same = ("id", "state", "program", "monday", "phase", "activity", "proving", "is_stopping", "attempts", "revision", "roster")
        times = ("created_at", "started_at", "progress_at", "finished_at", "expires_at", "next_bound_at")
        return cls(
            **{name: getattr(row, name) for name in (*same, *times)},
            priority="interactive" if row.priority <= INTERACTIVE else "batch",
            care=TierProgress.of(row.care, row.care_bound, row.care_unavoidable),
            preference=TierProgress.of(row.preference, row.preference_bound),
            error=None if row.error_code is None else JobError(code=row.error_code, message=row.error or ""),
        )

    @property
    def is_finished(self) -> bool:
        """Whether the job has reached a final state."""
        return self.state in FINISHED
