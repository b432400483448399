"""What a child process does to answer disruptions. Imports nothing of the service but its models: a child starts with it."""

from __future__ import annotations

from api.disruptions.models import WeekToRepair
from scheduler.reading import read_model
from scheduler.repair.answers import repair
from scheduler.result import SolveLimits

LIMITS = SolveLimits(seconds=15, workers=1)
"""Of all solves together; most take a second or two."""


def find_answers(content: bytes, _: str) -> bytes:
    """The answers for a week, as JSON, with the week after what happened."""
    week = read_model(WeekToRepair, content)
    return repair(week.instance, week.disruptions, LIMITS).model_dump_json().encode()
