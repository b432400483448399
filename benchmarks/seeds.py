"""How much the seed matters: `python -m benchmarks.seeds WEEK...` solves each week with ten seeds.

A week is a name of the catalogue, or a number of people and a seed for a week that is made up, as in ``60:901``.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from statistics import median

from benchmarks.job import ROOT
from benchmarks.stages import note
from benchmarks.table import markdown
from scheduler.generate import generate
from scheduler.instance import Instance
from scheduler.reading import read_instance
from scheduler.result import Progress, SolveLimits, SolveResult
from scheduler.solve import solve
from scheduler.verify import verify

FOLDER = ROOT / "instances"
COLUMNS = ("week", "legal", "care", "preferences", "care bound", "preference bound", "reached after s", "load")


def week_of(name: str) -> Instance:
    """The instance of a name, or a made-up one."""
    if drawn := re.fullmatch(r"(\d+):(\d+)", name):
        return generate(int(drawn[1]), int(drawn[2]))
    return read_instance(FOLDER / f"{name}.json")


def row(name: str, seeds: int, seconds: float, goal: tuple[int, int] | None = None) -> list[str]:
    """All runs of a week: how many ended legal, and the least, middle and largest value of each number.

    Args:
        goal: A care and a preference cost; when rosters that cost no more came.
    """
    instance, legal, reached = week_of(name), 0, list[float]()
    numbers: list[list[int]] = [[], [], [], []]
    for seed in range(1, seeds + 1):
        steps: list[Progress] = []
        result = solve(instance, SolveLimits(seconds=seconds, seed=seed), on_progress=steps.append)
        legal += result.roster is not None and not verify(instance, result.roster)
        for values, value in zip(numbers, _numbers(result), strict=True):
            values.append(value)
        reached += [step.seconds for step in steps if goal is not None and _rank(step) <= goal][:1]
        note(f"{name}, seed {seed}: {_numbers(result)}")
    after = f"{spread(reached)} ({len(reached)} of {seeds})" if goal is not None else ""
    return [name, f"{legal} of {seeds}", *map(spread, numbers), after, f"{os.getloadavg()[0]:.0f}"]


def _numbers(result: SolveResult) -> tuple[int, ...]:
    """The objective of care and of preferences, and their bounds; zeros without a roster."""
    if result.care is None or result.preference is None:
        return 0, 0, 0, 0
    return result.care.objective, result.preference.objective, result.care.bound, result.preference.bound


def _rank(step: Progress) -> tuple[float, float]:
    none = float("inf")
    return (none if step.care is None else step.care, none if step.preference is None else step.preference)


def spread(values: Sequence[float]) -> str:
    """The least, the middle and the largest value."""
    return " / ".join(f"{value:,.0f}" for value in (min(values), median(values), max(values))) if values else "-"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table: least / middle / largest value of all seeds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__)
    parser.add_argument("weeks", nargs="+", metavar="WEEK")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, default=10, help="from 1; default: 10")
    parser.add_argument("--goal", type=int, nargs=2, metavar=("CARE", "PREFERENCES"), help="say when such a roster was there")
    options = parser.parse_args(arguments)
    goal = None if options.goal is None else (options.goal[0], options.goal[1])
    print(markdown(COLUMNS, [row(name, options.seeds, options.seconds, goal) for name in options.weeks]), end="")


if __name__ == "__main__":
    main()
