"""How far a roster that is being generated has come, in words for coordinators."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from api.jobs.models import Job, TierProgress
from scheduler.words import counted


class Stage(NamedTuple):
    """How far a roster that is being generated has come.

    Attributes:
        step: 0 if there is none yet, up to 3 if nothing better exists.
    """

    step: int
    words: str


@dataclass(frozen=True, slots=True)
class Generation:
    """A job at a moment."""

    job: Job
    now: datetime

    @property
    def stage(self) -> Stage:
        """How far the roster that is being generated has come."""
        job = self.job
        if job.care.objective is None:
            return Stage(0, "Looking for a first roster.")
        if _may_improve(job.care):
            return Stage(1, "A roster is there; looking for more care.")
        if _may_improve(job.preference):
            return Stage(2, "Good enough to use: nobody can get more care. Times and staff are still improving.")
        return Stage(3, "Nothing better exists; finishing.")

    @property
    def activities(self) -> tuple[str, ...]:
        """What is tried and proven at the moment, in sentences."""
        return tuple(f"{part[0].upper()}{part[1:]}." for part in (self.job.activity, self.job.proving) if part)

    @property
    def next_bound_seconds(self) -> int | None:
        """The seconds until the next bound is due at the latest; None if none is, or it is overdue."""
        due = self.job.next_bound_at
        seconds = None if due is None else math.ceil((due - self.now).total_seconds())
        return seconds if seconds is not None and seconds > 0 else None

    @property
    def distances(self) -> tuple[str, ...]:
        """How good the best roster so far is, and what no roster can be better than, in sentences."""
        job = self.job
        if job.care.objective is None or job.preference.objective is None:
            return ()
        care = f"Missing care: {counted(job.care.objective, 'minute')}, the urgent ones counted more than once{_at_least(job.care)}."
        if job.care.unavoidable:
            care += f" {job.care.unavoidable} of them no session could give."
        return care, f"Wishes about times and staff: cost {job.preference.objective}{_at_least(job.preference)}."


def _at_least(tier: TierProgress) -> str:
    """The bound of a tier, to go after its objective."""
    if tier.bound is None or tier.bound <= (tier.unavoidable or 0) < (tier.objective or 0):
        return ""
    return ", and nothing better is possible" if tier.objective == tier.bound else f", and at least {tier.bound} in any roster"


def _may_improve(tier: TierProgress) -> bool:
    """Whether a better roster may exist by a tier."""
    return tier.objective is None or tier.bound is None or tier.objective > tier.bound
