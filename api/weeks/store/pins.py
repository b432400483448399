"""Issues of a week's pins: unknown ids, missing fields, conflicts with other pins and with rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scheduler.instance import Instance, Pin
from scheduler.validation import Issue, validate
from scheduler.validation.references import unknown_ids

UNUSABLE = ("unknown_id", "pin_incomplete")
"""Issues for which a pin is refused; others can be resolved elsewhere and are reported with the pin."""

PATH = re.compile(r"pins\[(\d+)\]\.?(.*)")


def pin_issues(instance: Instance, pins: Sequence[Pin]) -> list[list[Issue]]:
    """The issues of each pin, with paths inside the pin.

    Args:
        instance: The week; its own pins are ignored.
        pins: All pins of the week.
    """
    issues_of: list[list[Issue]] = [[] for _ in pins]
    everybody = list(range(len(pins)))
    _sort(unknown_ids(instance.model_copy(update={"pins": tuple(pins)})), everybody, issues_of)
    # A pin that names an unknown id would hide all other issues.
    sound = [n for n in everybody if not issues_of[n]]
    _sort(validate(instance.model_copy(update={"pins": tuple(pins[n] for n in sound)})), sound, issues_of)
    return issues_of


def _sort(issues: Iterable[Issue], numbers: Sequence[int], issues_of: list[list[Issue]]) -> None:
    """Assign each issue to its pin."""
    for issue in issues:
        place = PATH.fullmatch(issue.path)
        if place is not None:
            issues_of[numbers[int(place[1])]].append(replace(issue, path=place[2]))
