"""What differs between two rosters of a week, by participant and in words."""

from __future__ import annotations

from dataclasses import dataclass

from api.pages.plan.names import StaffNames
from api.programs.store.labels import ProgramLabels
from scheduler.compare import Comparison


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    """A participant whose bookings differ."""

    id: str
    name: str
    changes: tuple[str, ...]


def changed_people(comparison: Comparison, names: StaffNames, labels: ProgramLabels) -> tuple[ChangedPerson, ...]:
    """The participants of a comparison with what changes for each."""
    words: dict[str, list[str]] = {}
    for change in comparison.bookings:
        sentence = f"{change.what}: {_change(change.kind, change.before, change.after)}"
        words.setdefault(change.participant, []).append(names.written(sentence))
    return tuple(ChangedPerson(id, labels.name("participants", id), tuple(lines)) for id, lines in words.items())


def care_in_words(comparison: Comparison) -> str:
    """How the care of the second roster compares with that of the first."""
    before, after = comparison.care.before, comparison.care.after
    if before is None or after is None:
        return ""
    if before == after:
        return "As much ordered care as before."
    return "More of the ordered care." if after < before else "Less of the ordered care."


def _change(kind: str, before: str | None, after: str | None) -> str:
    """A changed booking in words."""
    if kind == "added":
        return f"new, {after}"
    if kind == "removed":
        return f"no longer, was {before}"
    return f"{before}, now {after}" if kind == "moved" else f"{after}, changes between in person and online"
