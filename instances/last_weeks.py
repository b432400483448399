"""Solve the rosters that routine weeks are made from: `python -m instances.last_weeks [--seconds N] [name ...]`.

A routine week is only as good as the roster it goes on from. These rosters are kept, so that instances do not change when the solver does:
`hold_60` follows the roster of `last_weeks/60.json`, `routine_60` is drawn around that of `terms/60.json`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from instances.catalogue import LAST_WEEKS, ROUTINE_SIZES, SEED, SIZES, TERMS
from scheduler import SolveLimits, solve
from scheduler.generate import before
from scheduler.generate.routine import routine_term
from scheduler.instance import Instance
from scheduler.roster import Roster


class Week(NamedTuple):
    """A week to solve, and where its roster is kept."""

    make: Callable[[], Instance]
    path: Path


WEEKS = {
    **{f"hold_{n}": Week(partial(before, n, SEED), LAST_WEEKS / f"{n}.json") for n in SIZES[1:]},
    **{f"routine_{n}": Week(partial(routine_term, n, SEED), TERMS / f"{n}.json") for n in ROUTINE_SIZES},
}


def main(arguments: list[str] | None = None) -> int:
    """Solve and write the rosters; those that are there are improved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit for each week")
    parser.add_argument("names", nargs="*", default=[*WEEKS], help="routine weeks; none: all")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in WEEKS]:
        parser.error(f"no such week: {', '.join(unknown)}; name some of {', '.join(WEEKS)}")
    for name in options.names:
        week = WEEKS[name]
        hint = Roster.model_validate_json(week.path.read_bytes()) if week.path.is_file() else None
        result = solve(week.make(), SolveLimits(seconds=options.seconds, fix_seconds=0), hint=hint)
        if result.roster is None:
            print(f"{name}: {result.message}", file=sys.stderr)
            return 1
        week.path.parent.mkdir(exist_ok=True)
        week.path.write_text(result.roster.model_dump_json(exclude_defaults=True) + "\n", encoding="utf-8")
        print(f"{name}: care {result.care}, preference {result.preference}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
