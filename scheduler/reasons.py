"""The causes of several missing things, each said once."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.result import Cause, Unmet


def reasons_once(entries: Iterable[Unmet]) -> list[str]:
    """The sentences of all causes, in order, without those of which another one says the same of more sessions."""
    causes = list({cause.sentence: cause for entry in entries for cause in entry.causes}.values())
    return [cause.sentence for cause in causes if not any(_is_part(cause, other) for other in causes)]


def _is_part(cause: Cause, other: Cause) -> bool:
    """Whether another cause begins like this one, before its first group, and names all that this one names, and more."""
    frame = _frame(cause)
    return cause.rule == other.rule and set(cause.about) < set(other.about) and frame != "" and frame == _frame(other)


def _frame(cause: Cause) -> str:
    """The sentence up to the group that it names first."""
    start, name, _ = cause.sentence.partition(cause.about[0]) if cause.about else ("", "", "")
    return start if name else ""
