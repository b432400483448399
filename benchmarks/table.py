"""Outcomes as a table: Markdown for people, CSV for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.job import Outcome
from scheduler import result

COLUMNS = (
    "instance",
    "mode",
    "entrant",
    "limit s",
    "seed",
    "status",
    "care",
    "care bound",
    "unavoidable",
    "care gap %",
    "preference",
    "preference bound",
    "preference gap %",
    "first s",
    "to 5 % s",
    "to 1 % s",
    "total s",
    "build %",
    "peak MB",
    "rounds",
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The highest bounds any entrant proved for an instance, and what of care is known to be unavoidable."""

    care: int = 0
    preference: int = 0
    unavoidable: int = 0


def bounds_of(outcomes: Sequence[Outcome], instance: str) -> Bounds:
    """The highest bounds of an instance over all entrants, seeds and limits.

    A preference bound speaks of rosters with at most the care its entrant found, so the least care found is below all of them.
    """
    mine = [o for o in outcomes if o.instance == instance]
    unavoidable = max([0, *(o.unavoidable for o in mine)])
    care, preference = (max([0, *bounds]) for bounds in ((o.care_bound or 0 for o in mine), (o.preference_bound or 0 for o in mine)))
    return Bounds(max(care, unavoidable), preference, unavoidable)


def cells(outcome: Outcome, outcomes: Sequence[Outcome]) -> list[str]:
    """One row, in the order of :data:`COLUMNS`; what is not known is empty."""
    best = bounds_of(outcomes, outcome.instance)
    least = min((o.care for o in outcomes if o.instance == outcome.instance and o.care is not None), default=None)
    build = 100 * outcome.build_seconds / outcome.seconds if outcome.build_seconds and outcome.seconds else None
    values = [
        outcome.instance,
        outcome.mode,
        outcome.entrant,
        f"{outcome.limit_seconds:g}",
        outcome.seed,
        _status(outcome),
        outcome.care,
        outcome.care_bound,
        best.unavoidable,
        gap(outcome.care, best.care, best.unavoidable),
        outcome.preference,
        outcome.preference_bound,
        # More unmet care buys a better preference tier, so only rosters with the least care are compared in it.
        gap(outcome.preference, best.preference) if outcome.care == least else None,
        outcome.first_seconds,
        outcome.to_5_seconds,
        outcome.to_1_seconds,
        outcome.seconds,
        None if build is None else f"{build:.0f}",
        None if outcome.peak_mb is None else f"{outcome.peak_mb:.0f}",
        outcome.rounds or None,
    ]
    return ["" if value is None else str(value) for value in values]


def gap(objective: int | None, bound: int, unavoidable: int = 0) -> str | None:
    """Percent of an objective that is not proven necessary; what is unavoidable is on neither side."""
    if objective is None:
        return None
    return "0" if objective <= bound else f"{100 * result.gap(objective, bound, unavoidable):.1f}"


def _status(outcome: Outcome) -> str:
    broken = ", ".join(f"{rule} {count}" for rule, count in sorted(outcome.broken.items()))
    return f"{outcome.status} ({broken})" if broken else outcome.status


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *("| " + " | ".join(row) + " |" for row in rows)]
    return "\n".join(lines) + "\n"


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
