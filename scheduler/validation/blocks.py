"""Checks of blocks: their hours belong together, do not overlap, and can be attended as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations

from scheduler.case import Case
from scheduler.instance import Group, Instance
from scheduler.rules.eligibility import group_reason
from scheduler.validation.issue import Issue, error, warning
from scheduler.words import counted

SHARED = ("mode", "site", "track", "cohort", "is_make_up", "eligibility")
"""Fields in which the hours of a block are alike, because the same people attend them."""


def hours(instance: Instance) -> Iterator[Issue]:
    """Each hour of a block has one start, on one day and for the same people as the first, and overlaps with no other."""
    blocks: dict[str, list[tuple[int, Group]]] = {}
    for n, group in enumerate(instance.groups):
        if group.block is not None:
            blocks.setdefault(group.block, []).append((n, group))
            if len(group.starts) > 1:
                yield error("block_starts", f"groups[{n}].starts", f"give {group.id} one start: it is an hour of block {group.block}")
    for block, members in blocks.items():
        first = members[0][1]
        for n, group in members[1:]:
            for field in SHARED:
                if getattr(group, field) != getattr(first, field):
                    message = f"give {group.id} the same {field} as {first.id}, or another block: whoever attends {block} attends both"
                    yield error("block_differs", f"groups[{n}].{field}", message)
            if group.starts[0].day != first.starts[0].day:
                message = f"put {group.id} on the day of {first.id}, or in another block: the hours of {block} are on one day"
                yield error("block_differs", f"groups[{n}].starts", message)
        for (_, earlier), (n, group) in combinations(members, 2):
            if _overlap(earlier, group):
                message = (
                    f"move {group.id}, or put it in another block: it overlaps with {earlier.id}, and whoever attends one attends both"
                )
                yield error("block_overlap", f"groups[{n}].starts", message)


def _overlap(a: Group, b: Group) -> bool:
    """Whether two hours are at the same time in a week in which both meet."""
    start, other = a.starts[0], b.starts[0]
    is_same_time = start.day == other.day and start.time < other.time + b.minutes and other.time < start.time + a.minutes
    is_same_week = "every" in (a.weeks, b.weeks) or a.weeks == b.weeks
    last = min(a.meets_until or date.max, b.meets_until or date.max)
    return is_same_time and is_same_week and max(a.meets_from or date.min, b.meets_from or date.min) <= last


def within_mix(case: Case) -> Iterator[Issue]:
    """No one's service mix allows only some of the hours of a block that is ordered."""
    for n, person in enumerate(case.instance.participants):
        for block, groups in case.groups.blocks.items():
            if not all(case.care.is_ordered(person.id, g) and group_reason(case, person.id, g) is None for g in groups):
                continue
            by_category = Counter(category for g in groups for category in case.groups.categories(g))
            for mix in case.care.order(person.id).mix:
                if mix.at_most is not None and by_category[mix.category] > mix.at_most:
                    has = counted(by_category[mix.category], "hour")
                    message = (
                        f"allow {person.id} {has} of {mix.category} (now at most {mix.at_most}), or take it out of block {block}: "
                        f"the block has {has} of it and is attended as a whole, so {person.id} cannot attend it"
                    )
                    yield warning("block_over_mix", f"participants[{n}].order", message)
