"""Starts of groups that were written as windows: ``Mon 9-12`` is a start at 9:00, if the group lasts three hours."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.exchange.workbook.answers import Answers
from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.draft import Draft
from scheduler.exchange.workbook.issue import SheetIssue, sheet_issue
from scheduler.timegrid import parse_clock


def settle_starts(draft: Draft, answers: Answers) -> Iterator[SheetIssue]:
    """Replace windows by their starts; their length is that of the group, and fills in minutes that are missing.

    A group with starts on several days becomes one group a day, if that was answered.
    """
    for group in draft.document.get("groups", ()):
        windows = [(start["time"], until) for start in group.get("starts", ()) if (until := start.pop("until", None))]
        lengths = {parse_clock(until) - parse_clock(start) for start, until in windows}
        if len(lengths) == 1:
            group.setdefault("minutes", *lengths)
        minutes = group.get("minutes")
        if lengths and lengths != {minutes}:
            yield sheet_issue("cell", draft.cell_of(group, "starts"), _message(lengths, minutes))

    if answers.starts == "each" and "groups" in draft.document:
        draft.document["groups"] = [each for group in draft.document["groups"] for each in _one_a_day(draft, group)]


def _one_a_day(draft: Draft, group: Json) -> list[Json]:
    """A group for each day on which the group may start, named after it; the group itself if there is one day."""
    days = list(dict.fromkeys(start["day"] for start in group.get("starts", ())))
    if len(days) < 2 or "id" not in group:
        return [group]
    name, starts = group["id"], group["starts"]
    # Origins are kept by object identity, so the group itself becomes the first of them.
    groups = [group, *({**group} for _ in days[1:])]
    for day, each in zip(days, groups, strict=True):
        each |= {"id": f"{name}-{day}", "starts": [start for start in starts if start["day"] == day]}
        draft.origins[id(each)] = draft.origins[id(group)]
    return groups


def _message(lengths: set[int], minutes: Json) -> str:
    longest = max(lengths)
    return f"write starts alone, e.g. mon 17:30, or correct Minutes: a window of {longest} minutes does not fit a group of {minutes or 0}"
