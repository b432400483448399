"""What visits are of, and lists; ids stand for people, groups and rooms."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.terms import Visit


def what(visit: Visit) -> str:
    """What a visit is of: its group, or its service and, beyond the first, its number."""
    if visit.group is not None:
        return visit.group
    return visit.service if visit.ordinal == 1 else f"{visit.service} number {visit.ordinal}"


def listed(ids: Sequence[str], most: int = 4) -> str:
    """Ids with commas, the last ones counted when there are many."""
    if len(ids) <= most:
        return ", ".join(ids)
    return f"{', '.join(ids[: most - 1])} and {len(ids) - most + 1} more"
