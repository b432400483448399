"""The shared data of a case: the instance by id, its week and the policy in force."""

from __future__ import annotations

from hashlib import sha256
from zoneinfo import ZoneInfo

from scheduler.instance import Group, Instance, PolicyValues
from scheduler.policies import resolve
from scheduler.timegrid import Week


class CaseData:
    """An instance by id, with its week, its policy and its published roster.

    Attributes:
        policy: The program's policy.
        level_policies: The policies of levels of care with numbers of their own, by level.
        is_hold: Whether last week's places are held; otherwise everyone may be placed freely.
        now: The present minute of the week; None if the week has not begun.
        published: The published roster of this week, if any.
        seed: Seed of random times; None if every service is standing.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.week = Week(instance.monday, ZoneInfo(instance.program.zone))
        self.policy = resolve(instance.policy)
        self.level_policies = {entry.level: resolve(instance.policy, entry) for entry in instance.policy.levels}
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

    def policy_at(self, level: str | None) -> PolicyValues:
        """The policy of a level of care; the program's where the level has none of its own, and without a level."""
        return self.policy if level is None else self.level_policies.get(level, self.policy)

    def policy_of(self, participant: str) -> PolicyValues:
        """The policy of a participant's level of care."""
        phase = self.participants[participant].phase
        return self.policy_at(None if phase is None else self.phases[phase].level)

    def policy_for(self, group: Group) -> PolicyValues:
        """The policy of a group: that of its level of care if it takes only one, else the program's."""
        levels = {*group.eligibility.levels, *(self.phases[phase].level for phase in group.eligibility.phases)}
        return self.policy_at(levels.pop()) if len(levels) == 1 else self.policy


def _derived_seed(instance: Instance) -> str:
    """The seed of a week that names none."""
    return sha256(f"{instance.program.id} {instance.id} {instance.monday}".encode()).hexdigest()[:32]
