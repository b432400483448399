"""What a child process does to find remedies. Imports nothing of the service: a child starts with it."""

from __future__ import annotations

from scheduler.disruptions.disruption import Disruption
from scheduler.disruptions.remedies import remedies_for
from scheduler.fields import Model
from scheduler.instance import Instance
from scheduler.reading import read_model
from scheduler.result import SolveLimits

LIMITS = SolveLimits(seconds=15, workers=1)
"""Of all solves together; most take a fraction of a second."""


class WeekToMend(Model):
    """A week with its published roster, and what has happened."""

    instance: Instance
    disruption: Disruption


def find_remedies(content: bytes, _: str) -> bytes:
    """The remedies for a week, as JSON."""
    week = read_model(WeekToMend, content)
    return remedies_for(week.instance, week.disruption, LIMITS).model_dump_json().encode()
