"""Why something is unmet, why somebody got this schedule, and what else is worth knowing about a roster."""

from __future__ import annotations

from scheduler.explain.explanation import explain, unmet_around, unmet_care, why
from scheduler.explain.notes import notices
from scheduler.explain.report import Explanation

__all__ = ["Explanation", "explain", "notices", "unmet_around", "unmet_care", "why"]
