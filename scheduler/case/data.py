"""The shared data of a case: the instance by id, its week and the policy in force."""

from __future__ import annotations

from hashlib import sha256
from zoneinfo import ZoneInfo

from scheduler.instance import Instance
from scheduler.policies import resolve
from scheduler.timegrid import Week


class CaseData:
    """An instance by id, with its week, its policy and its published roster.

    Attributes:
        is_hold: Whether last week's places are held; otherwise everyone may be placed freely.
        now: The present minute of the week; None if the week has not begun.
        published: The published roster of this week, if any.
        seed: Seed of random times; None if every service is standing.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.week = Week(instance.monday, ZoneInfo(instance.program.zone))
        self.policy = resolve(instance.policy)
        self.participants = {p.id: p for p in instance.participants}
        self.clinicians = {c.id: c for c in instance.clinicians}
        self.services = {s.id: s for s in instance.services}
        self.rooms = {r.id: r for r in instance.rooms}
        self.phases = {p.id: p for p in instance.phases}
        self.sites = {s.id: s for s in instance.program.sites}
        self.resources = {r.id: r for r in instance.resources}
        self.curricula = {c.id: c for c in instance.curricula}
        self.is_hold = (instance.mode or ("hold" if instance.history.last_week else "rebuild")) == "hold"
        self.now = None if instance.now is None else self.week.minute(instance.now)
        self.published = None if instance.published is None else instance.published.roster
        self.seed = None if all(s.standing for s in instance.services) else instance.seed or _derived_seed(instance)


def _derived_seed(instance: Instance) -> str:
    """The seed of a week that names none."""
    return sha256(f"{instance.program.id} {instance.id} {instance.monday}".encode()).hexdigest()[:32]
