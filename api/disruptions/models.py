"""What is asked of a repair."""

from __future__ import annotations

from pydantic import Field

from scheduler.fields import Model
from scheduler.instance import Instance
from scheduler.repair.disruption import Disruption

MOST_DISRUPTIONS = 20


class Disruptions(Model):
    """What has happened in a week, all of it at once."""

    disruptions: tuple[Disruption, ...] = Field(min_length=1, max_length=MOST_DISRUPTIONS)


class WeekToRepair(Disruptions):
    """A week with its published roster and the time it is (`published` and `now`), and what has happened in it."""

    instance: Instance
