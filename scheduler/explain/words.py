"""Visits and lists in words; people, groups and rooms appear as ids."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.terms import Visit


def what(visit: Visit) -> str:
    """A visit in words: its group, or its service and, beyond the first, its number."""
    if visit.group is not None:
        return visit.group
    return visit.service if visit.ordinal == 1 else f"{visit.service} number {visit.ordinal}"


def listed(ids: Sequence[str], most: int = 4) -> str:
    """Ids separated by commas; if there are many, the last ones are only counted."""
    if len(ids) <= most:
        return ", ".join(ids)
    return f"{', '.join(ids[: most - 1])} and {len(ids) - most + 1} more"
