"""Starts of groups that were written as windows: ``Mon 9-12`` is a start at 9:00, if the group lasts three hours."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.draft import Draft
from scheduler.exchange.workbook.issue import SheetIssue, sheet_issue
from scheduler.timegrid import parse_clock


def settle_starts(draft: Draft) -> Iterator[SheetIssue]:
    """Replace windows by their starts; their length is that of the group, and fills in minutes that are missing."""
    for group in draft.document.get("groups", ()):
        windows = [(start["time"], until) for start in group.get("starts", ()) if (until := start.pop("until", None))]
        lengths = {parse_clock(until) - parse_clock(start) for start, until in windows}
        if len(lengths) == 1:
            group.setdefault("minutes", *lengths)
        minutes = group.get("minutes")
        if lengths and lengths != {minutes}:
            yield sheet_issue("cell", draft.cell_of(group, "starts"), _message(lengths, minutes))


def _message(lengths: set[int], minutes: Json) -> str:
    longest = max(lengths)
    return f"write starts alone, e.g. mon 17:30, or correct Minutes: a window of {longest} minutes does not fit a group of {minutes or 0}"
