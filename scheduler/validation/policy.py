"""Checks of policy packs, values and weights."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.instance import Instance, LevelPolicy, Policy, PolicyValues
from scheduler.policies import PACKS
from scheduler.rules import RULES
from scheduler.validation.issue import Issue, error, warning

LARGEST_WEIGHT = 10_000
"""Above this, one preference would outweigh all others, and sums would exceed the solver's integers."""

LARGEST_FACTOR = 100
"""The largest care factor, limited for the same reason."""

IN_ORDER = (
    ("weekly_minutes_floor", "weekly_minutes_target"),
    ("weekly_minutes_target", "weekly_minutes_ceiling"),
    ("weekly_minutes_floor", "weekly_minutes_ceiling"),
    ("sessions_floor", "sessions_ceiling"),
    ("days_floor", "days_ceiling"),
    ("billable_days", "days_ceiling"),
    ("lunch_start", "lunch_end"),
    ("group_minimum", "group_maximum"),
    ("group_minimum", "education_maximum"),
    ("direct_minutes_per_day", "direct_minutes_per_week"),
    ("afternoon_start", "evening_start"),
    ("notice_hours_short", "notice_hours_long"),
    ("notice_weight_long", "notice_weight_short"),
    ("factor_first_phase", "factor_critical"),
)
"""Pairs of policy values in which the first must not be above the second."""


def packs(instance: Instance) -> Iterator[Issue]:
    """The pack is a base pack, the overlays are overlays."""
    policy, bases, overlays = instance.policy, _ids(is_overlay=False), _ids(is_overlay=True)
    parts: list[tuple[str, Policy | LevelPolicy]] = [("policy", policy)]
    parts += [(f"policy.levels[{n}]", level) for n, level in enumerate(policy.levels)]
    for path, part in parts:
        if part.pack is not None and part.pack not in bases:
            yield error("unknown_pack", f"{path}.pack", f"name a base pack: {', '.join(bases)}")
        for n, name in enumerate(part.overlays):
            if name not in overlays:
                yield error("unknown_pack", f"{path}.overlays[{n}]", f"name an overlay: {', '.join(overlays)}")


def _ids(is_overlay: bool) -> list[str]:
    """The ids of the base packs, or of the overlays."""
    return [pack.id for pack in PACKS.values() if pack.is_overlay == is_overlay]


def levels(instance: Instance) -> Iterator[Issue]:
    """The numbers of a level of care are given once, and some phase has the level."""
    used = {phase.level for phase in instance.phases}
    earlier: set[str] = set()
    for n, entry in enumerate(instance.policy.levels):
        path = f"policy.levels[{n}].level"
        if entry.level in earlier:
            yield error("duplicate_level", path, "give the numbers of a level of care only once")
        elif entry.level not in used:
            yield warning("unknown_level", path, "correct this level of care: no phase has it")
        earlier.add(entry.level)


def weights(instance: Instance) -> Iterator[Issue]:
    """Weights belong to preference rules and are not negative."""
    levels = {rule.id: rule.level for rule in RULES}
    for name, weight in instance.weights.items():
        path = f"weights.{name}"
        if name not in levels:
            yield error("unknown_rule", path, f"remove this weight, or name a preference rule: {name} is not a rule")
        elif levels[name] != "preference":
            yield error("not_a_preference", path, f"remove this weight: {name} is not a preference and has no weight")
        if not 0 <= weight <= LARGEST_WEIGHT:
            yield error("weight_out_of_range", path, f"give {name} a weight from 0 (off) to {LARGEST_WEIGHT}")


def values(case: Case) -> Iterator[Issue]:
    """The values in force are consistent."""
    yield from _in_order("policy.values", case.policy)
    for n, entry in enumerate(case.instance.policy.levels):
        yield from _in_order(f"policy.levels[{n}].values", case.policy_at(entry.level))
    if case.policy.factor_critical > LARGEST_FACTOR:
        yield error("policy_order", "policy.values.factor_critical", f"set factor_critical to at most {LARGEST_FACTOR}")


def _in_order(path: str, policy: PolicyValues) -> Iterator[Issue]:
    """The lower values of a policy are not above the higher ones."""
    for low, high in IN_ORDER:
        least, most = getattr(policy, low), getattr(policy, high)
        if least is not None and most is not None and least > most:
            yield error("policy_order", path, f"{low} must not be above {high}; they are {least} and {most}")
