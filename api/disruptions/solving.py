"""What a child process does to answer disruptions. Imports nothing of the service: a child starts with it."""

from __future__ import annotations

from pydantic import Field

from scheduler.fields import Model
from scheduler.instance import Instance
from scheduler.reading import read_model
from scheduler.repair.answers import repair
from scheduler.repair.disruption import Disruption
from scheduler.result import SolveLimits

LIMITS = SolveLimits(seconds=15, workers=1)
"""Of all solves together; most take a second or two."""


class WeekToMend(Model):
    """A week with its published roster, and what has happened."""

    instance: Instance
    disruptions: tuple[Disruption, ...] = Field(max_length=20, description="What has happened, all at once.")


def find_answers(content: bytes, _: str) -> bytes:
    """The answers for a week, as JSON, without the week."""
    week = read_model(WeekToMend, content)
    return repair(week.instance, week.disruptions, LIMITS).model_copy(update={"instance": None}).model_dump_json().encode()
