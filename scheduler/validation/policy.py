"""Checks of policy packs, values and weights."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.policies import PACKS
from scheduler.rules import RULES
from scheduler.validation.issue import Issue, error

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
    ("factor_first_phase", "factor_critical"),
)
"""Pairs of policy values in which the first must not be above the second."""


def packs(instance: Instance) -> Iterator[Issue]:
    """The pack is a base pack, the overlays are overlays."""
    pack = PACKS.get(instance.policy.pack)
    if pack is None or pack.is_overlay:
        bases = ", ".join(p.id for p in PACKS.values() if not p.is_overlay)
        yield error("unknown_pack", "policy.pack", f"name a base pack: {bases}")
    for n, name in enumerate(instance.policy.overlays):
        overlay = PACKS.get(name)
        if overlay is None or not overlay.is_overlay:
            overlays = ", ".join(p.id for p in PACKS.values() if p.is_overlay)
            yield error("unknown_pack", f"policy.overlays[{n}]", f"name an overlay: {overlays}")


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
    for low, high in IN_ORDER:
        least, most = getattr(case.policy, low), getattr(case.policy, high)
        if least is not None and most is not None and least > most:
            yield error("policy_order", "policy.values", f"{low} must not be above {high}; they are {least} and {most}")
    if case.policy.factor_critical > LARGEST_FACTOR:
        yield error("policy_order", "policy.values.factor_critical", f"set factor_critical to at most {LARGEST_FACTOR}")
