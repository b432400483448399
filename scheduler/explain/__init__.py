"""Explanations of a roster: why care is unmet, why a participant has this schedule, what a group, clinician or room does, and notices."""

from __future__ import annotations

from scheduler.explain.all_unmet import unlooked_care, unmet_around, unmet_care
from scheduler.explain.explanation import explain, why
from scheduler.explain.notes import notices
from scheduler.explain.report import Explanation
from scheduler.explain.topics import explain_topic

__all__ = ["Explanation", "explain", "explain_topic", "notices", "unlooked_care", "unmet_around", "unmet_care", "why"]
